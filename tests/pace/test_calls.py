"""What a rollout asks of AWS grows with the accounts, and hardly beyond what has to be asked."""

from math import ceil

import pytest

from orchestrator.model.plan import Purpose
from tests.pace.company import SETS, company

ROOM = 1.2
"""How much more than the minimum may be asked."""


def minimum(accounts: int, *, is_deletion: bool) -> int:
    """Of CloudFormation: once at the beginning and once at the end the StackSets and the management account's stacks are listed, and
    whether trusted access is on is asked once. Each of the four StackSets is created and looked for, or described and deleted. Every
    hundred accounts of each StackSet are a block that is sent, asked for its end, and listed with what became of it; and a page where AWS
    as a whole is read, before a destruction or after a creation. After a deletion each block is also asked for what is left of it.
    """
    blocks = ceil(accounts / 100)
    return 2 * 2 + 1 + SETS * (3 + blocks * (5 if is_deletion else 4))


@pytest.mark.parametrize("accounts", [200, 400])
def test_apply_and_destroy_ask_for_what_they_need_once(tmp_path, monkeypatch, accounts):
    with company(accounts, tmp_path, monkeypatch) as here:
        for purpose in (Purpose.ROLLOUT, Purpose.DESTROY):
            outcome, calls = here.run(purpose)
            assert outcome.is_converged
            assert calls["organizations:DescribeOrganization"] == calls["cloudformation:ListStackSets"] == 2, "before and after"
            assert not {"resourcegroupstaggingapi:GetResources", "organizations:ListTagsForResource"} & calls.keys(), "no rule reads tags"
            asked = sum(count for name, count in calls.items() if name.startswith("cloudformation:"))
            assert asked <= ROOM * minimum(accounts, is_deletion=purpose is Purpose.DESTROY)
