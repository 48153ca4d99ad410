"""Judges what control policies block of the spoke sets in that many accounts, and prints how many seconds of processor time it took.

policies.py ACCOUNTS      sixty organizational units in four levels, fourteen service and two resource control policies; FullAWSAccess is
                          attached everywhere, and one policy names an account
"""

import json
import sys
import time
from collections.abc import Iterator, Mapping

from orchestrator.model.assignment import Assignment, Grant, Selection
from orchestrator.model.identifiers import AccountId, GroupSetName, OrganizationId, OuId, OuPath
from orchestrator.model.organization import (
    FULL_ACCESS,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
)
from orchestrator.planning.blocking import blockages_for
from scripts.benchmarks.company import rollout_files

ROOT, MANAGEMENT = OuId("r-be01"), AccountId("200000000001")
SETS = ("spoke-checks", "spoke-ec2", "spoke-kms", "spoke-triage", "spoke-lambda")
REGIONS = {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}
EXEMPT = {"ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/admin", "arn:aws:iam::*:role/stacksets-exec-*"]}}
DENIALS: tuple[Mapping[str, object], ...] = (
    {"NotAction": ["iam:*", "sts:*", "organizations:*", "support:*"], "Condition": REGIONS},
    {"Action": ["ec2:CreateSnapshot*", "ec2:ModifySnapshotAttribute"], "Condition": EXEMPT},
    {"Action": ["kms:ScheduleKeyDeletion", "kms:Disable*"], "Condition": EXEMPT},
    {"Action": "s3:Put*", "Resource": ["arn:aws:s3:::audit-*", "arn:aws:s3:::300000000007-logs/*"]},
    {"Action": ["organizations:LeaveOrganization", "account:*"]},
    {"Action": "*", "Condition": {"Null": {"aws:PrincipalTag/owner": "true"}, **EXEMPT}},
    {"Action": ["iam:CreateUser", "iam:CreateAccessKey"]},
)
PERIMETER = {
    "Principal": "*",
    "Action": ["s3:*", "kms:*", "sts:AssumeRole", "secretsmanager:*"],
    "Condition": {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-benchmark01"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    },
}


def units() -> tuple[OrganizationalUnit, ...]:
    """Four areas, each with fourteen teams, every other of which has another unit below it."""
    paths = [f"/Area{area}{team}" for area in range(4) for team in ("", *(f"/Team{number}" for number in range(9)))]
    paths += [f"/Area{area}/Team{number}/Inner" for area in range(4) for number in range(5)]
    return tuple(OrganizationalUnit(OuId(f"ou-be01-{number:08}"), OuPath(path)) for number, path in enumerate(paths))


def organization(accounts: int) -> Organization:
    there = units()
    members = {AccountId(str(300_000_000_000 + number)): there[number % len(there)].path for number in range(accounts)}
    known = {account: Account(account, account, path) for account, path in members.items()}
    listed = {MANAGEMENT: Account(MANAGEMENT, "management"), **known}
    return Organization(OrganizationId("o-benchmark01"), MANAGEMENT, ROOT, there, listed, policies=tuple(policies(there, list(members))))


def policies(there: tuple[OrganizationalUnit, ...], accounts: list[AccountId]) -> Iterator[OrganizationPolicy]:
    targets = [ROOT, *(unit.id for unit in there)]
    for number in range(14):
        attached = tuple(targets[number::14][:6]) if number else (ROOT,)
        yield policy(f"p-{number:08}", SERVICE_CONTROL, attached, {"Effect": "Deny", **DENIALS[number % len(DENIALS)]})
    for number in range(2):
        yield policy(f"p-1{number:07}", RESOURCE_CONTROL, (ROOT,), {"Effect": "Deny", **PERIMETER})
    yield policy(FULL_ACCESS, SERVICE_CONTROL, (*targets, MANAGEMENT, *accounts), {"Effect": "Allow", "Action": "*"})


def policy(name: str, kind: str, targets: tuple[str, ...], statement: Mapping[str, object]) -> OrganizationPolicy:
    document = {"Version": "2012-10-17", "Statement": [{"Resource": "*", **statement}]}
    return OrganizationPolicy(name, name, kind, targets, json.dumps(document))


def main(accounts: str) -> None:
    files, company = rollout_files(), organization(int(accounts))
    sets = [
        Grant(GroupSetName(name), ("workloads",)) for name in ("spoke-checks", "spoke-ec2", "spoke-kms", "spoke-triage", "spoke-lambda")
    ]
    shares = {account: Assignment(account, tuple(sets)) for account in company.accounts if account != MANAGEMENT}
    before = time.process_time()
    blockages_for(Selection(shares), files.rollout, files.catalog, company)
    sys.stdout.write(json.dumps(time.process_time() - before))


if __name__ == "__main__":
    main(*sys.argv[1:])
