"""What `validate` found, in words and as data."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from orchestrator.analysis.linter.finding import Finding, Severity
from orchestrator.model.catalog import Catalog
from orchestrator.model.counts import counted
from orchestrator.model.rollout import Rollout
from orchestrator.presentation.page import Page, Tone, text_of
from orchestrator.presentation.words import listed


@dataclass(frozen=True, slots=True)
class Judgement:
    """Files that can be read, and what is held against them.

    ``unreplaced`` are values of the starter, ``excesses`` sizes beyond a limit; ``warnings`` do not count.
    """

    rollout: Rollout
    catalog: Catalog
    findings: tuple[Finding, ...] = ()
    unreplaced: tuple[str, ...] = ()
    excesses: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """What must be corrected: values of the starter, findings without a reason, and excesses."""
        return (*self.unreplaced, *(problem(finding) for finding in self.findings if finding.because is None), *self.excesses)

    @property
    def is_valid(self) -> bool:
        return not self.problems

    @property
    def accepted(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.because is not None)


def problem(finding: Finding) -> str:
    return f"{finding.location}: {finding.group} ({finding.role}): {finding.severity} {finding.rule}: {finding.message}"


def validity_text(judged: Judgement, page: Page) -> str:
    """Every problem, or what was read; then the warnings."""
    warnings = [line for warning in judged.warnings for line in page.wrap(f"warning: {warning}", rest="  ", tone=Tone.CAREFUL)]
    return text_of([*(judged.problems or page.wrap(all_well(judged), rest="  ")), *existing_lines(judged.rollout, page), *warnings])


def existing_lines(rollout: Rollout, page: Page) -> list[str]:
    """How roles that accounts have already are handled."""
    handled = [(kind, rule) for kind, role in rollout.roles.items() for rule in role.existing]
    texts = (f"{rule.location}: role {kind} where it exists already: {rule.description}" for kind, rule in handled)
    return [line for text in texts for line in page.wrap(text, rest="  ")]


def all_well(judged: Judgement) -> str:
    rules, catalog, accepted = judged.rollout.rules, judged.catalog, judged.accepted
    counts = ((len(rules), "rule"), (len(catalog.group_sets), "group set"), (len(catalog.groups), "permission group"))
    read = ", ".join(counted(number, noun) for number, noun in counts)
    return f"Valid: {read}; {counted(len(accepted), 'finding')} of the linter ({by_severity(accepted)}) accepted, each with its reason."


def by_severity(findings: Iterable[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    return listed([f"{counts[severity]} {severity}" for severity in Severity if counts[severity]]) or "none"


def validity_json(judged: Judgement) -> dict[str, object]:
    """``findings`` holds accepted ones too: those have a ``because``."""
    return {
        "valid": judged.is_valid,
        "problems": list(judged.problems),
        "warnings": list(judged.warnings),
        "rules": len(judged.rollout.rules),
        "existing": [
            {"role": kind, "handling": rule.handling, "because": rule.because, "where": rule.location}
            for kind, role in judged.rollout.roles.items()
            for rule in role.existing
        ],
        "accepted_findings": len(judged.accepted),
        "findings": [finding_json(finding) for finding in judged.findings],
    }


def finding_json(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule.value,
        "severity": finding.severity.value,
        "group": finding.group,
        "role": finding.role.value,
        "sid": finding.sid,
        "action": finding.action,
        "in_union": finding.in_union,
        "message": finding.message,
        "because": finding.because,
        "where": finding.location,
    }
