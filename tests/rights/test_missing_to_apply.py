"""What an apply says when its caller lacks one action: which one, and the policy that has it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.rights import Policy
from orchestrator.sandbox.first_use import client
from tests.rights.stage import Stage, staged, without
from tests.rights.story import BUCKET, HUB, MANAGEMENT, ORCHARD, QUARRY, estate, standing_in, world


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Stage]:
    """Nothing is deployed."""
    with standing_in(tmp_path), staged(world(), estate(), account=MANAGEMENT, others=(HUB, ORCHARD, QUARRY)) as stage:
        yield stage


@pytest.mark.parametrize(
    ("action", "code"),
    [("cloudformation:CreateStackSet", 1), ("cloudformation:TagResource", 1), ("cloudformation:CreateStack", 1), ("iam:CreateRole", 4)],
)
def test_an_apply_without_a_right_fails_with_the_policy_that_has_it(bare: Stage, action: str, code: int):
    answer = bare.type(["apply", "--yes"], without(bare.policies[Policy.OPERATOR], action))
    assert answer.code == code, answer.err
    assert f"to do {action}, as config/permissions/operator.json allows" in " ".join((answer.out + answer.err).split())


@pytest.mark.parametrize(
    ("action", "policies"),
    [
        ("s3:ListBucket", "{reader,planner,cleaner,operator}"),
        ("s3:GetObject", "{reader,planner,cleaner,operator}"),
        ("s3:PutObject", "{cleaner,operator}"),
    ],
)
def test_a_state_that_cannot_be_used_is_no_matter_of_the_bucket_alone(bare: Stage, action: str, policies: str):
    bare.configure(estate(state=f"s3://{BUCKET}/of/estate"))
    client("s3", bare.sandbox.environment()).create_bucket(Bucket=BUCKET)
    answer = bare.type(["apply", "--yes"], without(bare.policies[Policy.OPERATOR], action))
    said = " ".join(answer.err.split())
    assert answer.code == 1
    assert f"to do {action}, as config/permissions/{policies}.json allow" in said
    assert bare.sandbox.journal.count("cloudformation:CreateStackSet") == 0
