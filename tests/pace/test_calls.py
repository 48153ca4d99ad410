"""What a rollout asks of AWS grows with the accounts, and hardly beyond what has to be asked."""

import pytest

from orchestrator.model.plan import Purpose
from scripts.benchmarks.minimum import Rolled, application, destruction
from tests.pace.company import SETS, company

ROOM = 1.2
"""How much more than the minimum may be asked."""


@pytest.mark.parametrize("accounts", [200, 400])
def test_apply_and_destroy_ask_for_what_they_need_once(tmp_path, monkeypatch, accounts):
    with company(accounts, tmp_path, monkeypatch) as here:
        for purpose in (Purpose.ROLLOUT, Purpose.DESTROY):
            outcome, calls = here.run(purpose)
            assert outcome.is_converged
            assert calls["organizations:DescribeOrganization"] == calls["cloudformation:ListStackSets"] == 2, "before and after"
            assert not {"resourcegroupstaggingapi:GetResources", "organizations:ListTagsForResource"} & calls.keys(), "no rule reads tags"
            asked = sum(count for name, count in calls.items() if name.startswith("cloudformation:"))
            least = destruction if purpose is Purpose.DESTROY else application
            assert asked <= ROOM * least([Rolled((accounts,))] * SETS)
