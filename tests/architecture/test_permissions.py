"""Whoever allows what the README says has allowed every call the program makes."""

import re

import botocore.session
from botocore import xform_name

from tests.architecture.sources import ROOT

SERVICES = ("cloudformation", "cloudtrail", "iam", "kms", "organizations", "resourcegroupstaggingapi", "s3", "sts")
UNASKED = {"get_caller_identity", "list_policies", "describe_policy", "list_targets_for_policy"}
"""One needs no permission, the others are made for nobody yet."""

UNDER_ANOTHER_NAME = {"ListObjectsV2": "ListBucket"}
CALLED = re.compile(r'\.get_paginator\("([a-z_0-9]+)"\)|\.([a-z_0-9]+)\(')


def test_the_readme_names_every_permission_that_is_needed():
    session = botocore.session.get_session()
    operations = {xform_name(name): name for service in SERVICES for name in session.get_service_model(service).operation_names}
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "orchestrator/adapters").rglob("*.py")]
    called = {word for text in texts for found in CALLED.findall(text) for word in found if word in operations} - UNASKED
    assert len(called) > 40
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## What it needs in AWS")[2].partition("\n## ")[0]
    needed = {UNDER_ANOTHER_NAME.get(operations[word], operations[word]) for word in called}
    assert {name for name in needed if not re.search(rf"[`:]{name}`", section)} == set()
