"""The linter: renders every group and every role's union, judges them, and matches the findings with the accepted ones."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from orchestrator.analysis.linter.acceptances import settle
from orchestrator.analysis.linter.facts import ActionData
from orchestrator.analysis.linter.finding import Finding, Rule, Severity
from orchestrator.analysis.linter.statements import Variant, judge_variant
from orchestrator.analysis.linter.unions import judge_union
from orchestrator.analysis.rendering import longest_values, loose_values
from orchestrator.model.catalog import Catalog, PermissionGroup
from orchestrator.model.roles import RoleKind
from orchestrator.templates.policy import policy_document

LISTED_ONE_BY_ONE = frozenset({Rule.IDLE_CONDITION, Rule.MISREAD_VALUE, Rule.MALFORMED_ARN, Rule.UNKNOWN_OPERATOR, Rule.DUPLICATE})
"""Rules that may have several things to say of one statement."""


def analyse(catalog: Catalog, data: ActionData) -> tuple[Finding, ...]:
    """Every finding, accepted ones with their reason, and one for every acceptance that no longer applies.

    Each group is rendered twice, with every option at its widest and with every option set, so that what an option brings
    in is judged too.
    """
    found: dict[tuple[object, ...], Finding] = {}
    for values in (loose_values(catalog), longest_values(catalog)):
        for finding in judge(catalog, values, data):
            detail = finding.message if finding.rule in LISTED_ONE_BY_ONE else ""
            key = (finding.rule, finding.role, finding.sid, finding.action, finding.in_union, detail)
            found[key] = worse(found.get(key, finding), finding)
    return tuple(settle(catalog, found.values()))


def worse(known: Finding, other: Finding) -> Finding:
    """A pattern such as ``ec2:*`` has a finding per action it stands for: the most severe speaks for all, the first of equals."""
    severities = list(Severity)
    worst = other if severities.index(other.severity) < severities.index(known.severity) else known
    return replace(worst, beside=known.beside | other.beside)


def unexplained(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that are not accepted: ``validate`` fails on them."""
    return tuple(finding for finding in findings if finding.because is None)


def judge(catalog: Catalog, values: Mapping[str, str], data: ActionData) -> Iterator[Finding]:
    for group in catalog.groups.values():
        for role in group.roles:
            yield from judge_variant(variant_of(group, role, values), data)
    for role in RoleKind:
        groups = [catalog.groups[name] for group_set in catalog.sets_of(role) for name in group_set.groups]
        yield from judge_union([variant_of(group, role, values) for group in groups], data)


def variant_of(group: PermissionGroup, role: RoleKind, values: Mapping[str, str]) -> Variant:
    return Variant(group.name, role, policy_document(group.variants[role], values=values)["Statement"])
