"""Every call the program makes stands in the table of rights, and every page that shows the table is written from it."""

import re

import botocore.session
from botocore import xform_name

from orchestrator.cli.commands import COMMANDS
from orchestrator.rights import RIGHTS, Command
from tests.architecture.sources import ROOT

SERVICES = {
    "account": "account",
    "service-quotas": "servicequotas",
    "cloudformation": "cloudformation",
    "cloudtrail": "cloudtrail",
    "iam": "iam",
    "kms": "kms",
    "organizations": "organizations",
    "resourcegroupstaggingapi": "tag",
    "s3": "s3",
    "sts": "sts",
}
"""Service to the prefix of its actions; an operation of several is the last one's."""

UNASKED = {"sts:GetCallerIdentity"}
"""It needs no permission."""

OFFLINE = {"init", "validate", "groups", "render", "review", "show", "sandbox", "demo"}
"""Commands that never speak to AWS, or to the sandbox of their own alone."""

UNDER_ANOTHER_NAME = {"s3:GetBucketEncryption": "s3:GetEncryptionConfiguration", "s3:ListObjectsV2": "s3:ListBucket"}
FOR_ADMINISTRATORS = ROOT / "orchestrator/adapters/aws/live"
"""`doctor --live` works under a prefix of its own, with the rights of an administrator."""

CALLED = re.compile(r'\.get_paginator\("([a-z_0-9]+)"\)|\.([a-z_0-9]+)\(')


def test_the_table_of_rights_has_every_call():
    session = botocore.session.get_session()
    operations = {
        xform_name(name): f"{prefix}:{name}"
        for service, prefix in SERVICES.items()
        for name in session.get_service_model(service).operation_names
    }
    modules = [path for path in (ROOT / "orchestrator/adapters").rglob("*.py") if not path.is_relative_to(FOR_ADMINISTRATORS)]
    texts = [path.read_text(encoding="utf-8") for path in modules]
    called = {operations[word] for text in texts for found in CALLED.findall(text) for word in found if word in operations} - UNASKED
    assert len(called) > 40
    assert {UNDER_ANOTHER_NAME.get(name, name) for name in called} - {action for right in RIGHTS for action in right.actions} == set()


def test_the_table_of_rights_has_every_command_that_speaks_to_aws():
    assert {command.split()[0] for command in Command} | OFFLINE == set(COMMANDS)
