"""The whole story on a local AWS, stage by stage: real requests over HTTP, real files, nothing staged but the organization."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from orchestrator.adapters.files.plan.file import write_plan
from orchestrator.adapters.files.rollout.file import load
from orchestrator.cli.output import Format, emit, stdout_page
from orchestrator.cli.running import RunOptions, conduct_of
from orchestrator.composition import equip
from orchestrator.errors import OrchestratorError
from orchestrator.execution.ledger import Ledger
from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Organization
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.roles import RoleKind
from orchestrator.presentation.explanation import explanation_text
from orchestrator.presentation.history import ledger_text
from orchestrator.presentation.organization_text import organization_text
from orchestrator.presentation.outcome_text import outcome_text
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.plan.markdown import plan_markdown
from orchestrator.presentation.plan.text import plan_text
from orchestrator.presentation.plan.view import View
from orchestrator.presentation.verification import verification_text
from orchestrator.runs import Intent, Tools, apply, discover, read_world, verify
from orchestrator.runs import plan as make_plan
from orchestrator.sandbox import Sandbox, load_snapshot
from orchestrator.sandbox.first_use import use_for_the_first_time
from orchestrator.settings import Settings


def demonstrate(material: Path, folder: Path) -> None:
    """Tell the story. ``material`` holds organization.yaml and rollout.yaml, ``folder`` gets the files it leaves.

    Raises OrchestratorError where a stage does not end as it should.
    """
    with Sandbox(seconds_per_instance=0.02) as sandbox:
        sandbox.seed(load_snapshot(material / "organization.yaml"))
        with environment(sandbox.environment()):
            folder.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(folder / "state", ignore_errors=True)
            rollout, catalog = load(material / "rollout.yaml")
            settings = Settings(poll_seconds=0.1)
            tools = equip(replace(rollout, state=str(folder / "state")), catalog, settings)
            tell(tools, sandbox, folder)


@contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    """The sandbox's credentials and endpoint for as long as the story lasts; a profile of the user's must not interfere."""
    before = dict(os.environ)
    os.environ.pop("AWS_PROFILE", None)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def tell(tools: Tools, sandbox: Sandbox, folder: Path) -> None:
    """The stages in order."""
    page, stage = stdout_page(), stages(stdout_page())
    stage("A local organization", f"An AWS that lives in this process answers at {sandbox.endpoint}.")
    organization = discover(tools)
    emit(organization_text(organization, page, tools.directory.calls()))

    stage("Who gets what, and why", "Rules decide. Three accounts, explained:")
    explain_some(tools, organization, page)

    stage("The plan", "Nothing is written while planning.")
    plan = make_plan(tools)
    emit(plan_text(plan, page, View(command=f"orchestrator show {folder}/plan.json")))
    keep(plan, folder)

    stage("Apply", "Roles before group sets, canary wave first, every step in a journal before it is taken.")
    apply_and_show(tools, plan, page)
    emit(verification_text(verify(tools), page))

    stage(
        "First use",
        "The platform makes its first multi-Region KMS key. KMS creates its service-linked role; the one-time grant has served.",
    )
    first_use(tools, sandbox)

    stage("Clean-up", "A plan like any other: it revokes what was used, and nothing else. Then it looks inside the account.")
    cleanup = make_plan(tools, Intent(Purpose.CLEANUP))
    emit(plan_text(cleanup, page))
    apply_and_show(tools, cleanup, page)
    prove(tools, organization, page)
    finish(folder, page)


def stages(page: Page) -> Callable[[str, str], None]:
    """Numbers the stages."""
    count = iter(range(1, 100))

    def tell_stage(title: str, text: str) -> None:
        emit("")
        emit(page.paint(f"=== {next(count)}. {title} ", Tone.TITLE) + "=" * max(0, page.width - len(title) - 8))
        emit("\n".join(page.wrap(text)) + "\n")

    return tell_stage


def explain_some(tools: Tools, organization: Organization, page: Page) -> None:
    """An ordinary account, one something is withheld from, one that is excluded."""
    world = read_world(tools)
    rules = {rule.name: rule.location for rule in tools.rollout.rules}
    for name in ("payments-prod", "vault-pci", "acquired-shop"):
        account = next(account for account in organization.accounts.values() if account.name == name)
        emit(explanation_text(account, world.selection.assignments[account.id], rules, page))


def keep(plan: Plan, folder: Path) -> None:
    """The plan as the files a reviewer would get."""
    write_plan(folder / "plan.json", plan)
    (folder / "plan.md").write_text(plan_markdown(plan), encoding="utf-8")
    (folder / "plan.txt").write_text(plan_text(plan, Page(), View(detail=True)), encoding="utf-8")


def apply_and_show(tools: Tools, plan: Plan, page: Page) -> None:
    """Carry a plan out; the story ends here when it does not converge."""
    outcome = apply(tools, plan, conduct_of(tools, RunOptions(Format.TEXT)))
    emit("\n" + outcome_text(outcome, tools.clock.now(), page))
    if not outcome.is_converged:
        raise OrchestratorError("the demonstration did not converge.", remedy="Report this with the output above.")


def first_use(tools: Tools, sandbox: Sandbox) -> None:
    """As the platform would: from its instance, with its roles' own rights, over HTTP."""
    platform, acquisition = tools.rollout.roles[RoleKind.PLATFORM], tools.rollout.roles[RoleKind.ACQUISITION]
    arn, created = use_for_the_first_time(sandbox, platform.account or "", platform.name, acquisition.name)
    emit(f"Key {arn}\nRole AWSServiceRoleForKeyManagementServiceMultiRegionKeys exists since {created:%Y-%m-%d %H:%M:%S} UTC.")


def prove(tools: Tools, organization: Organization, page: Page) -> None:
    """The plan is empty again, and the account itself says what the hub's role still holds."""
    again = make_plan(tools)
    emit("\n" + plan_text(again, page))
    if again.operations:
        raise OrchestratorError("the plan is not empty at the end.", remedy="Report this with the output above.")
    role = tools.rollout.roles[RoleKind.ACQUISITION]
    held = tools.reach(organization).inspector.inline_policies(role.account or AccountId(""), role.name)
    if isinstance(held, str) or any("first-use" in name for name in held):
        raise OrchestratorError("the one-time policy is still in the hub account.", remedy="Report this with the output above.")
    emit(f"\nInline policies of {role.name} in the hub account: {', '.join(sorted(held))}. The one-time policy is gone.\n")
    emit(ledger_text(Ledger(tools.store).records(), page))


def finish(folder: Path, page: Page) -> None:
    """Where everything lies."""
    lines = (
        f"The plan is empty again. The plan that was applied: {folder}/plan.txt, {folder}/plan.md, {folder}/plan.json",
        f"Journal, ledger and plans: {folder}/state",
    )
    emit("\n".join(line for text in lines for line in page.wrap(text, tone=Tone.GOOD)))
