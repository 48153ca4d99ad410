"""What a rollout asks of AWS grows with the accounts, and hardly beyond what has to be asked."""

from math import ceil

import pytest

from orchestrator.model.plan import Purpose
from tests.pace.company import SETS, company

ROOM = 1.2
"""How much more than the minimum may be asked."""


def minimum(accounts: int, blocks: int) -> int:
    """Of CloudFormation: once at the beginning and once at the end the StackSets and the management account's stacks are listed, and
    whether trusted access is on is asked once. Each of the four StackSets is created and looked for, or described and deleted. Each block
    of accounts is sent, and asked for its end. Every hundred accounts of each StackSet are a page where the operation is done, and one
    where AWS as a whole is read: before a destruction, after a creation.
    """
    return 2 * 2 + 1 + SETS * (3 + 2 * blocks + 2 * ceil(accounts / 100))


def in_cloudformation(calls):
    return sum(count for name, count in calls.items() if name.startswith("cloudformation:"))


@pytest.mark.parametrize("accounts", [200, 400])
def test_apply_and_destroy_ask_for_what_they_need_once(tmp_path, monkeypatch, accounts):
    with company(accounts, tmp_path, monkeypatch) as here:
        for purpose in (Purpose.ROLLOUT, Purpose.DESTROY):
            outcome, calls = here.run(purpose)
            assert outcome.is_converged
            assert calls["organizations:DescribeOrganization"] == calls["cloudformation:ListStackSets"] == 2, "before and after"
            sent = calls["cloudformation:CreateStackInstances"] + calls["cloudformation:DeleteStackInstances"]
            assert in_cloudformation(calls) <= ROOM * minimum(accounts, sent // SETS) + SETS
