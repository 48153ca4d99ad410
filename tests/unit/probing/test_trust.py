"""Whether a trust policy lets a hub role in, as far as the policy says."""

import pytest

from orchestrator.model.inside import Entry
from orchestrator.probing.trust import Caller, entry_by

HUB = "222222222222"
ROLE = f"arn:aws:iam::{HUB}:role/CadoResponseRole"
CALLER = Caller(ROLE, "o-1")
ID = "fingerprint:a"


def trust(effect="Allow", action="sts:AssumeRole", principal=None, **condition):
    statement = {"Effect": effect, "Principal": principal or {"AWS": f"arn:aws:iam::{HUB}:root"}, "Action": action, "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


OURS = trust(ArnEquals={"aws:PrincipalArn": [ROLE]}, StringEquals={"aws:PrincipalOrgID": "o-1", "sts:ExternalId": ID})


def both(one, other):
    return {**one, "Statement": [*one["Statement"], *other["Statement"]]}


@pytest.mark.parametrize(
    ("document", "entry"),
    [
        (OURS, Entry(with_id=True, without_id=False)),
        (trust(StringEquals={"aws:PrincipalOrgID": "o-1"}), Entry(with_id=True, without_id=True)),
        (trust(StringEqualsIfExists={"sts:ExternalId": ID}), Entry(with_id=True, without_id=True)),
        (trust(StringLike={"sts:ExternalId": "*"}), Entry(with_id=True, without_id=False)),
        (trust(StringEquals={"sts:ExternalId": "fingerprint:b"}), Entry(with_id=False, without_id=False)),
        (trust(StringLike={"sts:ExternalId": "fingerprint:b"}), Entry(with_id=None, without_id=False)),
        (trust(StringEquals={"aws:PrincipalOrgID": "o-2"}), Entry(with_id=False, without_id=False)),
        (trust(ArnEquals={"aws:PrincipalArn": f"arn:aws:iam::{HUB}:role/Other"}), Entry(with_id=False, without_id=False)),
        (trust(action="sts:*", principal="*"), Entry(with_id=True, without_id=True)),
        (trust(action="sts:TagSession"), Entry(with_id=False, without_id=False)),
        (trust(principal={"Service": "ec2.amazonaws.com"}), Entry(with_id=False, without_id=False)),
        (trust(principal={"AWS": "AROAEXAMPLEOFADELETEDROLE"}), Entry(with_id=False, without_id=False)),
        (trust(principal={"AWS": ["111111111111", HUB]}), Entry(with_id=True, without_id=True)),
        (both(OURS, trust("Deny", StringEquals={"aws:PrincipalOrgID": "o-1"})), Entry(with_id=False, without_id=False)),
        (trust(IpAddress={"aws:SourceIp": "10.0.0.0/8"}), Entry(with_id=None, without_id=None)),
        (both(OURS, trust("Deny", Bool={"aws:MultiFactorAuthPresent": "false"})), Entry(with_id=None, without_id=False)),
        ({}, Entry(with_id=False, without_id=False)),
    ],
    ids=[
        "ours", "no external id", "id if it exists", "any id", "another id", "some ids", "another organization", "another role", "everyone",
        "no assuming", "a service", "a deleted role", "several accounts", "denied", "by address", "perhaps denied", "nothing",
    ],
)  # fmt: skip
def test_a_hub_role_gets_in_as_the_policy_says(document, entry):
    assert entry_by(document, CALLER, ID) == entry


def test_without_an_external_id_there_is_one_question():
    assert entry_by(trust(), CALLER, "") == Entry(with_id=True, without_id=None)
