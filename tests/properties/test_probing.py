"""What CloudFormation deploys is what a look inside expects, however IAM writes it; whatever is changed there is found, and nothing else.

CloudFormation is the sandbox's here, which evaluates templates with code of its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from orchestrator.model.evidence import ServiceLinkedRoleExists
from orchestrator.model.identifiers import AccountId, GroupSetName, OrganizationId, OuId
from orchestrator.model.inside import FindingKind, InsideRole, InstanceProfile, RoleSettings, Sight
from orchestrator.model.organization import Account, Organization
from orchestrator.model.roles import Role, RoleKind
from orchestrator.model.rollout import Rollout, Rule, TemporaryTerms
from orchestrator.model.selectors import AccountIs, Hub, Management
from orchestrator.model.state import State, instances_in
from orchestrator.probing.comparison import findings
from orchestrator.probing.expectation import Expectations
from orchestrator.sandbox.intrinsics import Evaluation
from orchestrator.sandbox.templates import read_template
from orchestrator.temporary.windows import window_parameters
from scripts.generated.catalogs import catalog
from tests.properties.reproduction import given
from tests.worlds.world import World

MANAGEMENT, HUB, ONE, TWO = (AccountId(f"{number:012}") for number in range(1, 5))
ORGANIZATION = Organization(
    OrganizationId("o-exampleorgid"), MANAGEMENT, OuId("r-ab12"), (), {a: Account(a, a) for a in (MANAGEMENT, HUB, ONE, TWO)}
)
PASSING = GroupSetName("hub-kms-first-use")
TERMS = {PASSING: TemporaryTerms(ServiceLinkedRoleExists("AWSServiceRoleForTests"), timedelta(days=30))}
SPOKE_SETS = sorted(name for name, known in catalog("classic").group_sets.items() if known.role is RoleKind.SPOKE)
HUB_SETS = tuple(map(GroupSetName, ("hub-platform", "hub-core", PASSING)))

BOUNDARIES = (None, "arn:aws:iam::aws:policy/Bound", "arn:aws:iam::${account}:policy/path/Bound")
settings = st.fixed_dictionaries(
    {
        "path": st.sampled_from(("/", "/forensics/")),
        "permissions_boundary": st.sampled_from(BOUNDARIES),
        "max_session": st.sampled_from((3_600, 43_200)),
        "external_id": st.sampled_from((None, "tenant-words")),
        "tags": st.sampled_from(({}, {"team": "forensics"})),
    }
)


@st.composite
def rollouts(draw: Callable[..., Any]) -> Rollout:
    """Of the catalog that ships."""
    roles = {}
    for kind in RoleKind:
        chosen = draw(settings)
        external_id = chosen.pop("external_id") if not kind.is_hub else chosen.pop("external_id") and None
        roles[kind] = Role(kind, f"Test{kind.title()}", HUB if kind.is_hub else None, external_id=external_id, **chosen)
    spokes = tuple(draw(st.lists(st.sampled_from(SPOKE_SETS), min_size=1, max_size=3, unique=True)))
    rules = (
        Rule("spokes", AccountIs((ONE, TWO)), grant=spokes),
        Rule("hub", Hub(), grant=HUB_SETS),
        Rule("discovery", Management(), grant=(GroupSetName("management-discovery"),)),
    )
    return Rollout(roles=roles, rules=rules, temporary=TERMS, parameters={"platform_bucket": "evidence"})


def applied(rollout: Rollout) -> World:
    fresh = World(rollout, ORGANIZATION, catalog("classic"))
    return fresh.carry_out(fresh.plan())


def inside(observed: State, account: AccountId, random: Random) -> dict[str, InsideRole]:
    """IAM of the account as CloudFormation makes it, and as IAM gives it back."""
    roles: dict[str, InsideRole] = {}
    policies: dict[str, dict[str, Any]] = {}
    for place, holder, instance in instances_in(observed):
        if holder == account:
            unit = observed[place]
            overrides = window_parameters(instance.window) if instance.window else {}
            for kind, properties in deployed(unit.definition.template, {**unit.definition.parameters, **overrides}, account):
                if kind == "AWS::IAM::Role":
                    roles[properties["RoleName"]] = role_of(properties, unit.definition.tags, random)
                elif kind == "AWS::IAM::RolePolicy":
                    policies.setdefault(properties["RoleName"], {})[properties["PolicyName"]] = rewritten(
                        properties["PolicyDocument"], random
                    )
                else:
                    name, profile = properties["InstanceProfileName"], InstanceProfile(properties["Path"], tuple(properties["Roles"]))
                    roles[name] = replace(roles[name], profiles={name: profile})
    return {name: replace(role, policies=policies.get(name, {})) for name, role in roles.items()}


def deployed(template: str, parameters: Mapping[str, str], account: AccountId) -> Iterator[tuple[str, dict[str, Any]]]:
    read = read_template(template)
    pseudo = {"AWS::AccountId": account, "AWS::Partition": "aws", "AWS::Region": "us-east-1"}
    evaluation = Evaluation(read, parameters, pseudo)
    for name in read.order:
        properties = evaluation.properties(name)
        evaluation.references[name] = properties.get("RoleName", name)
        yield read.resources[name]["Type"], properties


def role_of(properties: dict[str, Any], tags: Mapping[str, str], random: Random) -> InsideRole:
    own = {tag["Key"]: tag["Value"] for tag in properties["Tags"]}
    made = RoleSettings(
        path=properties["Path"],
        trust=rewritten(properties["AssumeRolePolicyDocument"], random),
        max_session=int(properties["MaxSessionDuration"]),
        boundary=properties.get("PermissionsBoundary"),
        tags={**tags, **own, "aws:cloudformation:stack-name": "StackSet-x", "cost-center": "7"},
    )
    return InsideRole(properties["RoleName"], made)


def rewritten(value: Any, random: Random, key: str = "") -> Any:
    """Lists in another order, one value in place of a list of one and the other way round, accounts in place of their ARNs."""
    match value:
        case dict():
            return {name: rewritten(item, random, name) for name, item in value.items()}
        case list():
            items = [rewritten(item, random, key) if isinstance(item, dict) else item for item in value]
            shuffled = random.sample(items, len(items))
            return shuffled[0] if len(shuffled) == 1 and random.random() < 0.5 else shuffled
        case str() if key == "AWS" and value.endswith(":root") and random.random() < 0.5:
            return value.split(":")[4]
        case str() if key not in {"Version", "Effect", "Sid"} and random.random() < 0.5:
            return [value]
        case _:
            return value


def found_in(world: World, account: AccountId, roles: Mapping[str, InsideRole]) -> Sequence[Any]:
    expectations = Expectations(world.observed, world.rollout, ORGANIZATION.id)
    return tuple(findings(expectations.of(account), Sight(account, roles), world.rollout.prefix, ORGANIZATION.id))


@given(rollout=rollouts(), seed=st.integers(0, 2**32))
def test_a_world_as_cloudformation_makes_it_is_in_order(rollout, seed):
    world = applied(rollout)
    for account in ORGANIZATION.accounts:
        roles = inside(world.observed, account, Random(seed))
        assert roles
        assert found_in(world, account, roles) == ()


def added_policy(role: InsideRole) -> InsideRole:
    return replace(role, policies={**role.policies, "by-hand": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}})


def lost_policy(role: InsideRole) -> InsideRole:
    return replace(role, policies=dict(list(role.policies.items())[1:]))


def changed_policy(role: InsideRole) -> InsideRole:
    name, document = next(iter(role.policies.items()))
    return replace(role, policies={**role.policies, name: {**document, "Statement": [*listed(document["Statement"]), {"Effect": "Deny"}]}})


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def with_settings(**changed: Any) -> Callable[[InsideRole], InsideRole]:
    return lambda role: replace(role, settings=replace(role.settings, **changed))


def widened(role: InsideRole) -> InsideRole:
    (statement,) = listed(role.settings.trust["Statement"])
    return with_settings(trust={**role.settings.trust, "Statement": [statement, {**statement, "Principal": {"AWS": "999999999999"}}]})(role)


def trusted_at_any_time(role: InsideRole) -> InsideRole:
    """Whatever the statement is, under a condition less or with one that it had not."""
    (statement,) = listed(role.settings.trust["Statement"])
    return with_settings(trust={**role.settings.trust, "Statement": {**statement, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}})(
        role
    )


TAMPERING: Mapping[str, tuple[Callable[[InsideRole], InsideRole], FindingKind]] = {
    "policy added": (added_policy, FindingKind.TAMPERED),
    "policy lost": (lost_policy, FindingKind.MISSING),
    "policy changed": (changed_policy, FindingKind.TAMPERED),
    "policy attached": (lambda role: replace(role, attached=("arn:aws:iam::aws:policy/Any",)), FindingKind.TAMPERED),
    "trust widened": (widened, FindingKind.TAMPERED),
    "trust changed": (trusted_at_any_time, FindingKind.TAMPERED),
    "boundary": (with_settings(boundary="arn:aws:iam::aws:policy/Other"), FindingKind.TAMPERED),
    "session": (with_settings(max_session=7_200), FindingKind.TAMPERED),
    "path": (with_settings(path="/elsewhere/"), FindingKind.TAMPERED),
}


@given(
    rollout=rollouts(), seed=st.integers(0, 2**32), account=st.sampled_from((MANAGEMENT, HUB, ONE)), kind=st.sampled_from(sorted(TAMPERING))
)
def test_what_is_changed_is_found_once_with_its_role_and_nothing_else_is(rollout, seed, account, kind):
    world, random = applied(rollout), Random(seed)
    roles = inside(world.observed, account, random)
    victim = random.choice(sorted(roles))
    tamper, expected = TAMPERING[kind]
    (found,) = found_in(world, account, {**roles, victim: tamper(roles[victim])})
    assert (found.kind, found.account) == (expected, account)
    assert victim in found.detail


@given(rollout=rollouts(), seed=st.integers(0, 2**32))
def test_a_role_that_is_not_there_is_one_finding(rollout, seed):
    world = applied(rollout)
    roles = inside(world.observed, ONE, Random(seed))
    ((name, role),) = roles.items()
    (found,) = found_in(world, ONE, {})
    assert found.kind is FindingKind.MISSING
    assert all(word in found.detail for word in (name, *role.policies))
