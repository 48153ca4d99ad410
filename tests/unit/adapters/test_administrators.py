"""Who may call StackSets, and what the others are told."""

import pytest

from orchestrator.adapters.aws.administrators import Administrators
from orchestrator.adapters.aws.errors import AccessDeniedError
from orchestrator.model.identifiers import AccountId
from orchestrator.model.rollout import CallAs

MANAGEMENT, HUB, MEMBER = AccountId("123456789012"), AccountId("222222222222"), AccountId("333333333333")
SELF, DELEGATED = CallAs.SELF, CallAs.DELEGATED_ADMIN


@pytest.mark.parametrize(
    ("caller", "call_as", "delegated"),
    [(MANAGEMENT, SELF, ()), (HUB, DELEGATED, (HUB,)), (HUB, DELEGATED, ())],
    ids=["management account", "delegated administrator", "administrators nobody may list"],
)
def test_administrators_may(caller, call_as, delegated):
    Administrators(MANAGEMENT, delegated).check(caller, call_as)


@pytest.mark.parametrize(("caller", "call_as"), [(HUB, SELF), (MEMBER, SELF), (MEMBER, DELEGATED), (MANAGEMENT, DELEGATED)])
def test_others_hear_whose_credentials_they_are_and_which_would_do(caller, call_as):
    with pytest.raises(AccessDeniedError, match=f"account {caller}") as error:
        Administrators(MANAGEMENT, (HUB,)).check(caller, call_as)
    remedy = str(error.value.remedy)
    assert error.value.where == caller
    assert all(word in remedy for word in (MANAGEMENT, HUB, "organization.call_as"))
