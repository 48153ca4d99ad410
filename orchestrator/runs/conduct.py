"""How a run is conducted: its name, its last wave, and how the user consents, follows and interrupts."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from orchestrator.errors import RefusedError, ViolationsError
from orchestrator.execution.events import Event
from orchestrator.model.identifiers import PlanDigest, RunId
from orchestrator.model.plan import Plan, Purpose


class Consent(Protocol):
    """Shows plans to the user, and asks before anything is changed."""

    @property
    def is_given(self) -> bool:
        """Beforehand, as with --yes."""

    @property
    def can_be_asked(self) -> bool:
        """Whether there is anybody to answer."""

    def show(self, plan: Plan) -> None:
        """The plan, before it is agreed to or refused."""

    def ask(self, plan: Plan) -> bool:
        """Whether the user agrees to the plan. Raises InterruptedRunError."""


class GivenConsent:
    """The plan was reviewed, or the caller is a program: everything is agreed to beforehand."""

    is_given = True
    can_be_asked = False

    def show(self, plan: Plan) -> None:
        """The caller has it."""

    def ask(self, plan: Plan) -> bool:  # noqa: ARG002 - the question is answered before it is asked
        """Yes."""
        return True


GIVEN = GivenConsent()


@dataclass(frozen=True, slots=True)
class Conduct:
    """``until`` is the wave to stop after, ``resume`` the command that goes on.

    ``because`` is a person's reason, for the journal; ``approved``, where there was an approval, the one plan it is for.

    ``deferring``: inside it an interruption waits until ``is_interrupted`` is asked or the end is reached.
    """

    run: RunId
    holder: str
    until: str | None = None
    break_lock: bool = False
    because: str = ""
    approved: PlanDigest | None = None
    consent: Consent = GIVEN
    tell: Callable[[Event], None] = lambda _: None
    is_interrupted: Callable[[], bool] = lambda: False
    deferring: Callable[[], AbstractContextManager[None]] = nullcontext
    resume: str = "orchestrator apply with the same plan"

    @property
    def may_change(self) -> bool:
        """Whether there is a way to agree to a change."""
        return self.consent.is_given or self.consent.can_be_asked


def get_consent(plan: Plan, conduct: Conduct) -> None:
    """Show the plan and have it agreed to.

    Raises ViolationsError, and RefusedError: ``digest`` for another plan than the approved one, ``confirmation`` when the user cannot be
    asked or declines.
    """
    refuse_unapproved(plan, conduct.approved)
    consent = conduct.consent
    consent.show(plan)
    refuse_violations(plan)
    if not plan.operations or consent.is_given:
        return
    if not consent.can_be_asked:
        more = "; `orchestrator plan` shows what that is" if plan.header.purpose is Purpose.ROLLOUT else ""
        raise RefusedError(
            "there is something to do, and no terminal to confirm it on.", kind="confirmation", remedy=f"Pass --yes to apply it{more}."
        )
    if not consent.ask(plan):
        raise RefusedError("not confirmed; nothing was done.", kind="confirmation")


def refuse_unapproved(plan: Plan, approved: PlanDigest | None) -> None:
    """An approval is for one plan."""
    if approved is not None and plan.digest != approved:
        message = f"the plan is {plan.digest}; approved is {approved}."
        raise RefusedError(message, kind="digest", remedy="Nothing was done. Apply the plan that was approved, or have this one approved.")


def refuse_violations(plan: Plan) -> None:
    """A plan with violations is never applied."""
    if plan.violations:
        raise ViolationsError([(violation.kind, violation.message) for violation in plan.violations])
