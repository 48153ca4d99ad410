"""The plan as text: all of it on a few lines, what changes and by which rule, then how, then one line that sums up."""

from collections import Counter
from collections.abc import Sequence

from orchestrator.model.counts import counted
from orchestrator.model.plan import ChangeKind, Plan, Purpose
from orchestrator.presentation.exclusions import excluded_lines, withheld_lines
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.plan.accounts import account_lines
from orchestrator.presentation.plan.changes import change_lines
from orchestrator.presentation.plan.dangers import other_notices
from orchestrator.presentation.plan.permissions import permission_lines
from orchestrator.presentation.plan.roles import role_lines
from orchestrator.presentation.plan.summary import summary_lines
from orchestrator.presentation.plan.view import FOLDED, View
from orchestrator.presentation.plan.waves import wave_lines
from orchestrator.presentation.temporary import temporary_lines, unknown_uses

NOTHING = {
    Purpose.ROLLOUT: "{unchanged} as the rules want them{kept}.",
    Purpose.CLEANUP: "No temporary grant is {known}used or over{beyond}.",
    Purpose.DESTROY: "Nothing of this rollout is left that may be taken away.",
    Purpose.TEMPORARY_GRANT: "The grant is there already.",
    Purpose.FORGET: "The account holds nothing of this rollout.",
}


def plan_text(plan: Plan, page: Page, view: View = FOLDED) -> str:
    """First everything on a few lines, then what a reviewer needs; what is folded there, ``view`` opens."""
    opened_by = "" if view.lists_accounts else view.opens_accounts
    targets = {target.account: target for target in plan.targets}
    return text_of(
        sections(
            summary_lines(plan, page, view),
            violation_lines(plan, page),
            notice_lines(other_notices(plan), page),
            warning_lines(plan.warnings, page),
            temporary_lines(plan.temporary, plan.header.created_at, page, "" if view.detail else view.opens_detail),
            change_lines(plan, targets, page, view),
            role_lines(plan.roles, page),
            permission_lines(plan, page, view),
            wave_lines(plan, targets, page, view),
            excluded_lines(plan.excluded, page, is_open=view.lists_accounts, opened_by=opened_by),
            withheld_lines(plan.withheld, plan.rules, page, is_open=view.lists_accounts, opened_by=opened_by),
            account_lines(plan, targets, page) if view.lists_accounts else [],
            page.wrap(summary_line(plan), tone=Tone.TITLE),
        )
    )


def notice_lines(notices: Sequence[str], page: Page) -> list[str]:
    return [line for notice in notices for line in page.wrap(f"! {notice}", "", "  ", tone=Tone.CAREFUL)]


def violation_lines(plan: Plan, page: Page) -> list[str]:
    if not plan.violations:
        return []
    title = page.paint(f"Refused: this plan cannot be applied ({counted(len(plan.violations), 'violation')})", Tone.BAD)
    return [title, *page.table([(violation.kind, violation.message) for violation in plan.violations], tone=Tone.BAD)]


def warning_lines(warnings: Sequence[str], page: Page) -> list[str]:
    return [line for warning in warnings for line in page.wrap(f"warning: {warning}", "", "  ", tone=Tone.CAREFUL)]


def summary_line(plan: Plan) -> str:
    """The last line, which people paste into reviews."""
    sentence = summary_sentence(plan)
    return sentence if plan.is_empty else f"Plan: {sentence} Digest {plan.digest}"


def summary_sentence(plan: Plan) -> str:
    """What changes, in counts."""
    summary = plan.summary
    wanted = summary.grants_unchanged - summary.grants_excluded
    kept = f"; {counted(summary.grants_excluded, 'grant')} in excluded accounts stay as they are" if summary.grants_excluded else ""
    if plan.is_empty:
        verb = "grant is" if wanted == 1 else "grants are"
        if plan.violations and plan.header.purpose is Purpose.FORGET:
            return f"No changes: {counted(len(plan.violations), 'violation')} above."
        if plan.narrowing:
            return f"No changes in the part this plan is narrowed to.{unknown_uses(summary.evidence_unknown)}"
        known = "known to be " if summary.evidence_unknown else ""
        explained = NOTHING[plan.header.purpose].format(unchanged=f"{wanted:,} {verb}", beyond=beyond_reach(plan), known=known, kept=kept)
        return f"No changes. {explained}{unknown_uses(summary.evidence_unknown)}"
    kinds: Counter[ChangeKind] = Counter()
    for change in plan.changes:
        kinds[change.change] += len(change.accounts)
    altered = summary.grants_repaired + summary.roles_repaired
    updated = kinds[ChangeKind.UPDATE] + kinds[ChangeKind.REPAIR] - altered
    counts = {"updated": updated, "repaired": altered, "forgotten": summary.grants_forgotten}
    repaired = [f", {count:,} {word}" for word, count in counts.items() if count]
    grants = f"{counted(summary.grants_added, 'grant')} added, {summary.grants_revoked:,} revoked{''.join(repaired)}"
    accounts = counted(len({account for change in plan.changes for account in change.accounts}), "account")
    waves = counted(len({operation.wave for operation in plan.operations}), "wave")
    how = f"{counted(summary.operations, 'operation')} in {waves}{kept}"
    unknown = unknown_uses(summary.evidence_unknown)
    return f"{grants}, {wanted:,} unchanged in {accounts}; {how}.{unknown}"


def beyond_reach(plan: Plan) -> str:
    """Temporary grants that should go and may not be touched."""
    kept = sum(grant.excluded is not None and grant.due is not None for grant in plan.temporary)
    return f", but for {counted(kept, 'grant')} in excluded accounts" if kept else ""
