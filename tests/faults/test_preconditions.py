"""What the whole rollout stands on goes away in the middle of a run: the run ends there, once, and goes on when it is back."""

import pytest

from orchestrator.errors import AwsError
from orchestrator.execution.events import OperationFinished
from orchestrator.runs import unfinished_plan


def test_trusted_access_switched_off_in_the_middle_ends_the_run_once(stage):
    plan = stage.plan()

    def switch_off(event):
        if isinstance(event, OperationFinished):
            stage.sandbox.set_organizations_access("DISABLED")

    with pytest.raises(AwsError, match="You must enable organizations access") as error:
        stage.apply(plan, tell=switch_off)
    assert (error.value.kind, error.value.exit_code) == ("precondition", 1)
    assert "aws cloudformation activate-organizations-access" in str(error.value.remedy)
    refused = [call for call in stage.sandbox.journal.writes() if call.answer != "ok"]
    assert len(refused) == 1
    assert unfinished_plan(stage.tools()) is not None
    stage.sandbox.set_organizations_access("ENABLED")
    outcome = stage.apply(plan)
    assert outcome.failed == ()
    assert outcome.is_converged
