"""Reasons for findings, each bound by a fingerprint to the statements it was given for: wider statements need a reason of their own."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256

from orchestrator.analysis.linter.finding import Finding, Rule, Severity
from orchestrator.analysis.rendering import loosest
from orchestrator.model.catalog import AcceptedFinding, Catalog, Statement
from orchestrator.model.identifiers import GroupName
from orchestrator.model.roles import RoleKind
from orchestrator.templates.placeholders import used

LENGTH = 12
"""Hexadecimal digits of a fingerprint: it guards against oversight, not against an attacker who may edit the catalog anyway."""


def settle(catalog: Catalog, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Every finding with its place and, where one was given for it, its reason; then what is wrong with the reasons."""
    found = tuple(replace(finding, location=catalog.groups[finding.group].location) for finding in findings)
    reasons: dict[Finding, str] = {}
    faults: list[Finding] = []
    for entry in catalog.accepted:
        meant = tuple(finding for finding in found if accepts(entry, finding))
        faults += idle(catalog, entry, meant)
        expected = fingerprint(catalog, meant)
        if entry.fingerprint == expected:
            reasons |= dict.fromkeys(meant, entry.because)
        elif meant:
            faults.append(given_for_another(catalog, entry, expected))
    yield from (replace(finding, because=reasons.get(finding)) for finding in found)
    yield from faults


def accepts(entry: AcceptedFinding, finding: Finding) -> bool:
    in_scope = finding.role is entry.role if finding.in_union else entry.role is None
    return in_scope and entry.rule == finding.rule and entry.group == finding.group and finding.action in entry.actions


def fingerprint(catalog: Catalog, findings: Iterable[Finding]) -> str:
    """Role, action, resources and conditions of every statement the findings are about, options and their widest values included."""
    rows = {
        json.dumps(row, sort_keys=True)
        for finding in findings
        for place in ((finding.group, finding.sid), *finding.beside)
        for row in statement_rows(catalog, finding, *place)
    }
    return f"sha256:{sha256(chr(10).join(sorted(rows)).encode()).hexdigest()[:LENGTH]}"


def statement_rows(catalog: Catalog, finding: Finding, group: GroupName, sid: str) -> Iterator[list[object]]:
    for statement in catalog.groups[group].variants[finding.role]:
        if statement.sid == sid:
            conditions = sorted((operator, key, sorted(values)) for operator, key, values in statement.tests())
            yield [finding.role, finding.action, sorted(statement.resources), conditions, options(catalog, statement)]


def options(catalog: Catalog, statement: Statement) -> dict[str, str]:
    """The parameters the statement uses that have a default, with what they are at their widest."""
    known = (catalog.parameters[name] for name in used([statement]))
    return {parameter.name: loosest(parameter) for parameter in known if parameter.default is not None}


def idle(catalog: Catalog, entry: AcceptedFinding, meant: Iterable[Finding]) -> Iterator[Finding]:
    """Actions of the entry that no finding is about."""
    occurring = {finding.action for finding in meant}
    for action in entry.actions:
        if action not in occurring:
            message = f"{entry.rule} of {action} in {entry.group} is accepted but does not occur (any more): take the acceptance out."
            yield stale(catalog, entry, action, message)


def given_for_another(catalog: Catalog, entry: AcceptedFinding, expected: str) -> Finding:
    was = f"for what had the fingerprint {entry.fingerprint}" if entry.fingerprint else "without a fingerprint of what it is for"
    message = f"{entry.rule} in {entry.group} is accepted {was}. Look at the statements again; if the reason holds: fingerprint: {expected}"
    return stale(catalog, entry, entry.actions[0], message)


def stale(catalog: Catalog, entry: AcceptedFinding, action: str, message: str) -> Finding:
    role = entry.role or next(iter(catalog.groups[entry.group].roles), RoleKind.SPOKE)
    place = Finding(Rule.STALE_ACCEPTANCE, Severity.LOW, entry.group, role, entry.group, action, message, in_union=entry.role is not None)
    return replace(place, location=entry.location)
