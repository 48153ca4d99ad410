"""What IAM in each account should show: the roles and inline policies its stack instances deploy, as the StackSets define them now."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from orchestrator.model.fingerprint import EXTERNAL_ID_PARAMETER, fingerprint, salt_of
from orchestrator.model.identifiers import AccountId, OrganizationId, partition_of
from orchestrator.model.inside import DEFAULT_SESSION, Document, Entrance, InstanceProfile, Question, RoleSettings
from orchestrator.model.names import role_kind_of
from orchestrator.model.roles import Role, RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import Condition, Definition, Place, State, Window, ours
from orchestrator.permissions.allowances import POLICY_TYPES
from orchestrator.permissions.resolution import ACCOUNT_HERE, Resolver, mapping
from orchestrator.permissions.roles import tags_of
from orchestrator.planning.definitions import trusted_arns
from orchestrator.templates.reading import read_template
from orchestrator.temporary.windows import window_parameters


@dataclass(frozen=True, slots=True)
class Deployed:
    """What one template deploys in an account: a role, or inline policies by name on the role of that name."""

    role_name: str
    settings: RoleSettings | None = None
    policies: Mapping[str, Document] = field(default_factory=dict)
    profiles: Mapping[str, InstanceProfile] = field(default_factory=dict)
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class WantedRole:
    """One role as it should be in an account. Inline policies are named by their StackSet.

    ``settings`` is None where others made the role, or they may be older ones (the instance is not CURRENT): then the policies
    alone are compared. ``unsettled`` policies, of instances that are not CURRENT, may be there in any form, or not.
    ``entrances`` has the hub roles that may be trusted.
    """

    name: str
    role_set: str
    settings: RoleSettings | None
    policies: Mapping[str, Document]
    unsettled: frozenset[str] = frozenset()
    is_managed: bool = True
    profiles: Mapping[str, InstanceProfile] = field(default_factory=dict)
    entrances: tuple[Entrance, ...] = ()

    @property
    def must_exist(self) -> bool:
        return self.settings is not None or bool(self.policies)

    @property
    def stack_set(self) -> str:
        """What answers for the role: its role set, or of a role that is not managed the first policy on it."""
        return self.role_set if self.is_managed else next(iter(sorted({*self.policies, *self.unsettled})), self.role_set)


class Expectations:
    """Account by account, so that a large organization takes no more memory than a small one."""

    def __init__(self, observed: State, rollout: Rollout, organization: OrganizationId) -> None:
        self._units = ours(observed)
        self._rollout = rollout
        self._salt = salt_of(organization, rollout.prefix)
        self._known: dict[tuple[Place, Window | None], Deployed] = {}

    def of(self, account: AccountId) -> tuple[WantedRole, ...]:
        """The roles, by name."""
        by_role: dict[str, list[tuple[Place, bool, Deployed]]] = {}
        for place, unit in self._units.items():
            if (instance := unit.instances.get(account)) is not None:
                deployed = self._deployed(place, unit.definition, instance.window)
                is_settled = instance.condition is Condition.CURRENT
                by_role.setdefault(deployed.role_name, []).append((place, is_settled, deployed))
        return tuple(self._wanted(name, account, parts) for name, parts in sorted(by_role.items()) if name)

    def _deployed(self, place: Place, definition: Definition, window: Window | None) -> Deployed:
        key = (place, window)
        if key not in self._known:
            region = self._rollout.home_region
            pseudo = {"AWS::Partition": partition_of(region), "AWS::Region": region}
            self._known[key] = deployed(definition, {**pseudo, **(window_parameters(window) if window else {})})
        return self._known[key]

    def _wanted(self, name: str, account: AccountId, parts: list[tuple[Place, bool, Deployed]]) -> WantedRole:
        kind = self._kind_of(name, parts)
        role = self._rollout.roles.get(kind) if kind else None
        is_managed = role is None or (role.managed and any(part.settings is not None for _, _, part in parts))
        made = next((part for _, is_settled, part in parts if is_settled and is_managed and part.settings is not None), None)
        settled = {policy: text for _, is_settled, part in parts if is_settled for policy, text in part.policies.items()}
        return WantedRole(
            name=name,
            role_set=f"{self._rollout.prefix}-role-{kind}" if kind else parts[0][0].name,
            settings=filled_settings(made.settings, account) if made and made.settings else None,
            policies={policy: filled(text, account) for policy, text in settled.items()},
            unsettled=frozenset(policy for _, _, part in parts for policy in part.policies) - set(settled),
            is_managed=is_managed,
            profiles=made.profiles if made else {},
            entrances=tuple(self._entrances(name, role, made)),
        )

    def _kind_of(self, name: str, parts: list[tuple[Place, bool, Deployed]]) -> RoleKind | None:
        """By its role set, else by its name in rollout.yaml."""
        made = (role_kind_of(self._rollout.prefix, place.name) for place, _, _ in parts)
        named = (kind for kind, role in self._rollout.roles.items() if role.name == name)
        return next((kind for kind in (*made, *named) if kind), None)

    def _entrances(self, name: str, role: Role | None, made: Deployed | None) -> Iterator[Entrance]:
        """The platform role is EC2's. The external id is that of the role set as deployed, else that of rollout.yaml."""
        if role is None or role.kind is RoleKind.PLATFORM:
            return
        external_id = made.external_id if made else fingerprint(role.external_id or "", self._salt)
        for arn in trusted_arns(self._rollout, role):
            yield Entrance(name, arn, external_id)


def deployed(definition: Definition, values: Mapping[str, str]) -> Deployed:
    """The template with its parameters; ``values`` are those of CloudFormation and the overrides of one instance."""
    resolver = Resolver(read_template(definition.template), {**definition.parameters, **values})
    resources = [(str(found.get("Type")), mapping(found.get("Properties"))) for found in resolver.resources().values()]
    roles = [properties for kind, properties in resources if kind == "AWS::IAM::Role"]
    policies = [properties for kind, properties in resources if kind in POLICY_TYPES]
    name = next((str(properties.get("RoleName", "")) for properties in (*roles, *policies)), "")
    return Deployed(
        role_name=name,
        settings=settings_of(roles[0], definition) if roles else None,
        policies={str(properties.get("PolicyName")): mapping(properties.get("PolicyDocument")) for properties in policies},
        profiles=dict(profiles_of(resources, name)),
        external_id=definition.parameters.get(EXTERNAL_ID_PARAMETER, ""),
    )


def settings_of(role: Mapping[str, object], definition: Definition) -> RoleSettings:
    """A length that is no number counts as IAM's default."""
    boundary, session = role.get("PermissionsBoundary"), str(role.get("MaxSessionDuration"))
    return RoleSettings(
        path=str(role.get("Path", "/")),
        trust=mapping(role.get("AssumeRolePolicyDocument")),
        max_session=int(session) if session.isdecimal() else DEFAULT_SESSION,
        boundary=None if boundary is None else str(boundary),
        tags=tags_of(role, definition),
    )


def profiles_of(resources: list[tuple[str, Mapping[str, object]]], role_name: str) -> Iterator[tuple[str, InstanceProfile]]:
    """Our templates name one instance profile, with the template's own role in it."""
    for kind, properties in resources:
        if kind == "AWS::IAM::InstanceProfile":
            yield str(properties.get("InstanceProfileName")), InstanceProfile(str(properties.get("Path", "/")), (role_name,))


def filled_settings(settings: RoleSettings, account: AccountId) -> RoleSettings:
    boundary = None if settings.boundary is None else settings.boundary.replace(ACCOUNT_HERE, account)
    return RoleSettings(settings.path, filled(settings.trust, account), settings.max_session, boundary, settings.tags)


def filled(document: Document, account: AccountId) -> Document:
    """The document as deployed in this account."""
    return {key: fill(value, account) for key, value in document.items()}


def fill(value: object, account: AccountId) -> object:
    match value:
        case str():
            return value.replace(ACCOUNT_HERE, account)
        case Mapping():
            return {key: fill(item, account) for key, item in value.items()}
        case list():
            return [fill(item, account) for item in value]
        case _:
            return value


def question_about(account: AccountId, wanted: Collection[WantedRole], *, with_search: bool = True) -> Question:
    """What has to be read to compare."""
    return Question(
        account=account,
        roles=tuple(role.name for role in wanted),
        with_profiles=frozenset(role.name for role in wanted if role.profiles),
        entrances=tuple(entrance for role in wanted for entrance in role.entrances),
        with_search=with_search,
    )
