"""What one account shows against what it should show: each difference as a finding that names role, property, expected and found."""

import shlex
from collections.abc import Iterable, Iterator, Mapping

from orchestrator.model.identifiers import OrganizationId
from orchestrator.model.inside import Entry, Finding, FindingKind, InsideRole, InstanceProfile, Remedy, RoleSettings, Sight
from orchestrator.probing.documents import NOTHING, differences, in_words, statements
from orchestrator.probing.expectation import WantedRole
from orchestrator.probing.trust import Caller, entry_by


def findings(wanted: Iterable[WantedRole], sight: Sight, prefix: str, organization: OrganizationId) -> Iterator[Finding]:
    """Every difference, role by role. An account that could not be read is one finding where it holds something of ours, else none."""
    roles = tuple(wanted)
    if sight.error:
        if roles:
            yield Finding(FindingKind.UNREACHABLE, sight.account, roles[0].stack_set, f"could not be looked into: {sight.error}")
        return
    for role in roles:
        yield from RoleComparison(role, sight, prefix, organization).findings()
    yield from unexpected_roles(sight, prefix, is_held=bool(roles))


def unexpected_roles(sight: Sight, prefix: str, *, is_held: bool) -> Iterator[Finding]:
    for role in sight.unexpected:
        detail = f"role {role.path}{role.name} has the tags of rollout {prefix}, and nothing granted here makes it"
        yield Finding(FindingKind.UNEXPECTED, sight.account, "", detail)
    if sight.unsearched and is_held:
        detail = f"whether there are further roles of ours could not be looked for: {sight.unsearched}"
        yield Finding(FindingKind.UNREACHABLE, sight.account, "", detail)


ADMITTED = Entry(with_id=True, without_id=False)
"""What is desired of a role that is not managed: the hub gets in, by its external id alone."""


class RoleComparison:
    """One role of one account."""

    def __init__(self, wanted: WantedRole, sight: Sight, prefix: str, organization: OrganizationId) -> None:
        self._wanted = wanted
        self._sight = sight
        self._prefix = prefix
        self._organization = organization

    def findings(self) -> Iterator[Finding]:
        found = self._sight.roles.get(self._wanted.name)
        if found is None:
            if self._wanted.must_exist:
                yield self._missing()
            return
        yield from self._policies(found)
        settings, entries = self._wanted.settings, tuple(self._entries(found))
        trust = differences(settings.trust, found.settings.trust) if settings else []
        if trust:
            yield self._tampered("; ".join([f"trust: {trust[0]}", *trust[1:], *(words for _, words in entries)]), Remedy.UPDATE)
        else:
            yield from (self._finding(kind, words) for kind, words in entries)
        if settings is not None:
            yield from self._settings(settings, found)

    def _settings(self, settings: RoleSettings, found: InsideRole) -> Iterator[Finding]:
        if settings.max_session != found.settings.max_session:
            words = f"session: expected {settings.max_session:,} seconds, found {found.settings.max_session:,} seconds"
            yield self._tampered(words, Remedy.UPDATE)
        if settings.boundary != found.settings.boundary:
            words = f"permissions boundary: expected {settings.boundary or NOTHING}, found {found.settings.boundary or NOTHING}"
            yield self._tampered(words, Remedy.ANEW)
        if settings.path != found.settings.path:
            yield self._tampered(f"path: expected {settings.path}, found {found.settings.path}", Remedy.ANEW)
        yield from (self._tampered(detail, Remedy.ANEW) for detail in differing_profiles(self._wanted, found.profiles))
        yield from (self._tampered(detail) for detail in differing_tags(settings.tags, found.settings.tags))
        yield from (self._tampered(self._attached(arn)) for arn in found.attached)

    def _missing(self) -> Finding:
        policies = tuple(sorted(self._wanted.policies))
        detail = f"role {self._wanted.name} is not there" + (f", nor its policies {', '.join(policies)}" if policies else "")
        remedy = Remedy.ANEW if self._wanted.is_managed else Remedy.PERSON
        return Finding(FindingKind.MISSING, self._sight.account, self._wanted.stack_set, detail, remedy, policies)

    def _policies(self, found: InsideRole) -> Iterator[Finding]:
        account, name = self._sight.account, self._wanted.name
        for policy, document in self._wanted.policies.items():
            if policy not in found.policies:
                detail = f"granted, but role {name} has no inline policy of that name"
                yield Finding(FindingKind.MISSING, account, policy, detail, Remedy.ANEW)
            elif differing := differences(document, found.policies[policy]):
                detail = f"role {name}: policy {policy}: {'; '.join(differing)}"
                yield Finding(FindingKind.TAMPERED, account, policy, detail, Remedy.UPDATE)
        for policy in sorted(set(found.policies) - set(self._wanted.policies) - self._wanted.unsettled):
            yield from self._added(policy, found)

    def _added(self, policy: str, found: InsideRole) -> Iterator[Finding]:
        """Of our names: a grant that ended and whose policy stayed. Of another name, on a role that is not ours: not our concern."""
        command = self._command("delete-role-policy", "--policy-name", policy)
        allowed = "; ".join(map(in_words, statements(found.policies[policy])))
        if policy.startswith(f"{self._prefix}-"):
            detail = f"role {found.name}: inline policy {policy} is there and nothing grants it: it {allowed}. {command}"
            yield Finding(FindingKind.UNEXPECTED, self._sight.account, policy, detail)
        elif self._wanted.is_managed:
            yield self._tampered(f"inline policy {policy} was added: it {allowed}. {command}")

    def _attached(self, arn: str) -> str:
        return f"managed policy {arn} was attached. {self._command('detach-role-policy', '--policy-arn', arn)}"

    def _entries(self, found: InsideRole) -> Iterator[tuple[FindingKind, str]]:
        """Nothing where the trust is as it should be and nothing was tried that says otherwise."""
        wanted = self._wanted
        for entrance in wanted.entrances:
            caller = Caller(entrance.hub_role_arn, self._organization)
            tried = self._sight.entries.get(entrance, Entry())
            read = entry_by(found.settings.trust, caller, entrance.external_id)
            desired = entry_by(wanted.settings.trust, caller, entrance.external_id) if wanted.settings else ADMITTED
            yield from entry_words(entrance.hub_role_arn, desired, tried, read)

    def _finding(self, kind: FindingKind, detail: str) -> Finding:
        return Finding(kind, self._sight.account, self._wanted.stack_set, f"role {self._wanted.name}: {detail}")

    def _tampered(self, detail: str, remedy: Remedy = Remedy.PERSON) -> Finding:
        text = f"role {self._wanted.name}: {detail}"
        return Finding(FindingKind.TAMPERED, self._sight.account, self._wanted.stack_set, text, remedy)

    def _command(self, verb: str, option: str, value: str) -> str:
        """What a person runs in the account: no StackSet removes what it did not make."""
        words = ["aws", "iam", verb, "--role-name", self._wanted.name, option, value]
        return f"No plan removes it; with credentials of the account run: {shlex.join(words)}"


def differing_tags(wanted: Mapping[str, str], found: Mapping[str, str]) -> Iterator[str]:
    """Tags beyond ours are an organization's own business."""
    for key, value in wanted.items():
        if found.get(key) != value:
            yield f"tag {key}: expected {value}, found {found.get(key, NOTHING)}"


def differing_profiles(wanted: WantedRole, found: Mapping[str, InstanceProfile]) -> Iterator[str]:
    for name, profile in wanted.profiles.items():
        there = found.get(name)
        if there is None:
            yield f"instance profile {name} is not there"
        elif there != profile:
            yield from differing_profile(name, profile, there)
    for name in sorted(set(found) - set(wanted.profiles)) if wanted.profiles else ():
        yield f"instance profile {name} carries the role too: an instance with it acts as the platform"


def differing_profile(name: str, wanted: InstanceProfile, found: InstanceProfile) -> Iterator[str]:
    if wanted.path != found.path:
        yield f"instance profile {name}: path: expected {wanted.path}, found {found.path}"
    if wanted.roles != found.roles:
        yield f"instance profile {name}: expected role {', '.join(wanted.roles)}, found {', '.join(found.roles) or NOTHING}"


def entry_words(hub_role: str, desired: Entry, tried: Entry, read: Entry) -> Iterator[tuple[FindingKind, str]]:
    """What was tried decides; what the policy says only where it was not."""
    name = hub_role.rpartition("/")[2]
    way = "its trust policy says" if tried.with_id is None else "it was tried"
    can = read.with_id if tried.with_id is None else tried.with_id
    freely = read.without_id if tried.without_id is None else tried.without_id
    if desired.with_id and can is False:
        yield FindingKind.UNHEALTHY, f"{name} of the hub cannot assume it ({way})"
    elif desired.with_id and can is None:
        yield FindingKind.UNREACHABLE, f"whether {name} of the hub can assume it hangs on conditions that cannot be judged from here"
    if desired.without_id is False and freely:
        yield FindingKind.UNHEALTHY, f"{name} of the hub can assume it without the external id ({way})"
