"""The linter: renders every group and every union a role can get, judges them, and sets the findings against the accepted ones."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from orchestrator.analysis.facts import ActionData
from orchestrator.analysis.finding import Finding, Rule, Severity
from orchestrator.analysis.rendering import longest_values, loose_values
from orchestrator.analysis.statements import Variant, judge_variant
from orchestrator.analysis.unions import judge_union
from orchestrator.model.catalog import AcceptedFinding, Catalog, PermissionGroup
from orchestrator.model.roles import RoleKind
from orchestrator.templates.policy import policy_document


def analyse(catalog: Catalog, data: ActionData) -> tuple[Finding, ...]:
    """Every finding, accepted ones with their reason, and one for every acceptance that no longer applies.

    Each group is rendered twice, with every option at its default and with every option set, so that what an option brings
    in is judged too.
    """
    found: dict[tuple[object, ...], Finding] = {}
    for values in (loose_values(catalog), longest_values(catalog)):
        for finding in judge(catalog, values, data):
            key = (finding.rule, finding.role, finding.sid, finding.action, finding.in_union)
            found[key] = worse(found.get(key, finding), finding)
    return tuple(settle(catalog, found.values()))


def worse(known: Finding, other: Finding) -> Finding:
    """A pattern such as ``ec2:*`` has a finding per action it stands for: the most severe speaks for it, the first of equals."""
    severities = list(Severity)
    return other if severities.index(other.severity) < severities.index(known.severity) else known


def unexplained(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings nobody gave a reason for: ``validate`` fails on them."""
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


def settle(catalog: Catalog, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Sets findings against acceptances, action by action."""
    unused = {(id(entry), action): (entry, action) for entry in catalog.accepted for action in entry.actions}
    for finding in findings:
        because = None
        for entry in catalog.accepted:
            if accepts(entry, finding):
                because = entry.because
                unused.pop((id(entry), finding.action), None)
        yield replace(finding, because=because, location=catalog.groups[finding.group].location)
    for entry, action in unused.values():
        yield stale(catalog, entry, action)


def accepts(entry: AcceptedFinding, finding: Finding) -> bool:
    in_scope = finding.role is entry.role if finding.in_union else entry.role is None
    return in_scope and entry.rule == finding.rule and entry.group == finding.group and finding.action in entry.actions


def stale(catalog: Catalog, entry: AcceptedFinding, action: str) -> Finding:
    role = entry.role or catalog.groups[entry.group].roles[0]
    message = f"{entry.rule} of {action} in {entry.group} is accepted but does not occur (any more): take the acceptance out."
    return Finding(
        Rule.STALE_ACCEPTANCE, Severity.LOW, entry.group, role, entry.group, action, message, entry.role is not None, None, entry.location
    )
