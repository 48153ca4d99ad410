"""Parameters the templates have by themselves, beside those of the catalog: names of roles, trust, the window of a temporary grant."""

from collections.abc import Mapping

from orchestrator.model.catalog import Parameter
from orchestrator.model.identifiers import OrganizationId
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rollout

ARN = r"arn:aws[a-z0-9-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=.@_/-]+"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"

ROLE_NAMES: Mapping[RoleKind, str] = {
    RoleKind.PLATFORM: "CadoResponseInstanceRole",
    RoleKind.ACQUISITION: "CadoResponseRole",
    RoleKind.SPOKE: "CadoResponseCrossAccountRole",
    RoleKind.DISCOVERY: "CadoResponseDiscoveryRole",
}
"""Names a person in the console finds filled in."""

ROLE_PARAMETERS: Mapping[str, str] = {f"{kind}_role_{key}": f"roles.{kind}.{key}" for kind in RoleKind for key in ("name", "path")}
"""Catalog parameters that are never set under ``parameters``, and what in rollout.yaml they follow."""


HUB_PARAMETER = "share_snapshots_with"
"""Follows the account of the hub roles unless ``parameters`` sets it."""

ORGANIZATION_PARAMETER = "assume_only_in_organization"
"""Follows the id of the organization unless ``parameters`` sets it."""

FOLLOWING = (HUB_PARAMETER, ORGANIZATION_PARAMETER)


def given_values(rollout: Rollout, organization: OrganizationId | None = None) -> Mapping[str, str]:
    """Values of catalog parameters by name: ``parameters`` of rollout.yaml, and what follows from the rest of it.

    ``organization`` is the one found in AWS; without it, the id in rollout.yaml counts. A role that rollout.yaml does not have
    leaves its name and path at their defaults.
    """
    followed = {HUB_PARAMETER: rollout.hub_account, ORGANIZATION_PARAMETER: organization or rollout.organization_id}
    names = {f"{kind}_role_name": role.name for kind, role in rollout.roles.items()}
    paths = {f"{kind}_role_path": role.path for kind, role in rollout.roles.items()}
    return {**{name: value for name, value in followed.items() if value}, **rollout.parameters, **names, **paths}


def role_name(kind: RoleKind) -> Parameter:
    return Parameter(
        name="role_name",
        description=f"Name of the {kind} role. The platform only accepts names with CadoResponse or DarktraceForensics in them.",
        pattern=r"^[A-Za-z0-9+=,.@_-]{1,64}$",
        constraint="1 to 64 letters, digits and +=,.@_-",
        longest="R" * 64,
        default=ROLE_NAMES[kind],
        max_length=64,
    )


def policy_name(default: str) -> Parameter:
    return Parameter(
        name="policy_name",
        description="Name of the inline policy, the same as the StackSet's.",
        pattern=r"^[A-Za-z0-9+=,.@_-]{1,128}$",
        constraint="1 to 128 letters, digits and +=,.@_-",
        longest="P" * 128,
        default=default,
        max_length=128,
    )


WINDOW: tuple[Parameter, ...] = (
    Parameter(
        name="not_before",
        description="The grant is alive after this moment, in UTC. Together the defaults grant nothing.",
        pattern=DATE,
        constraint="like 2026-01-31T00:00:00Z",
        longest="2026-01-31T00:00:00Z",
        default="1970-01-01T00:00:00Z",
    ),
    Parameter(
        name="not_after",
        description="The grant is dead from this moment on, in UTC, whether or not the stack is removed.",
        pattern=DATE,
        constraint="like 2026-01-31T00:00:00Z",
        longest="2026-01-31T00:00:00Z",
        default="1970-01-02T00:00:00Z",
    ),
)

REVISED: tuple[Parameter, ...] = (
    Parameter(
        name="revision",
        description="A letter or none, in turns with every repair, so that CloudFormation writes the documents again.",
        pattern=r"^[a-z]?$",
        constraint="a letter, or empty",
        longest="a",
        default="",
    ),
    Parameter(
        name="repaired",
        description="When the difference was found that the last repair put back.",
        pattern=r"^never$|^[0-9T:.-]{26}Z$",
        constraint="like 2026-01-31T00:00:00.000000Z, or never",
        longest="2026-01-31T00:00:00.000000Z",
        default="never",
    ),
)

ROLE: tuple[Parameter, ...] = (
    Parameter(
        name="path",
        description="Path of the role. Clusters that map the role through aws-auth want /.",
        pattern=r"^/([A-Za-z0-9+=,.@_-]+/){0,16}$",
        constraint="begins and ends with a slash",
        longest="/" + "p" * 510 + "/",
        default="/",
        max_length=512,
    ),
    Parameter(
        name="max_session",
        description="Longest session in seconds. Sessions opened from another role end after an hour whatever stands here.",
        pattern=r"^(3[6-9][0-9]{2}|[4-9][0-9]{3}|[1-3][0-9]{4}|4[0-2][0-9]{3}|43[01][0-9]{2}|43200)$",
        constraint="3600 to 43200 seconds",
        longest="43200",
        default="43200",
    ),
    Parameter(
        name="permissions_boundary",
        description="ARN of the managed policy that bounds the role; empty for none.",
        pattern=r"^$|^arn:aws[a-z0-9-]*:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$",
        constraint="the ARN of a managed policy, or empty",
        longest="arn:aws-us-gov:iam::222222222222:policy/" + "b" * 128,
        default="",
    ),
    Parameter(
        name="own_boundary",
        description="Path and name of the managed policy of the account itself that bounds the role; empty for none.",
        pattern=r"^$|^[A-Za-z0-9+=,.@_/-]+$",
        constraint="path/name of a managed policy, or empty",
        longest="b" * 512 + "/" + "b" * 128,
        default="",
    ),
    Parameter(
        name="rollout",
        description="Which rollout this role belongs to: the prefix of its StackSets. Becomes a tag.",
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        constraint="1 to 64 letters, digits and hyphens",
        longest="r" * 64,
        default="cado",
        max_length=64,
    ),
    *REVISED,
)

ORGANIZATION = Parameter(
    name="organization_id",
    description="Callers must belong to this organization.",
    pattern=r"^o-[a-z0-9]{10,32}$",
    constraint="o- and 10 to 32 letters and digits",
    longest="o-" + "x" * 32,
)

TRUSTED_ROLE = Parameter(
    name="trusted_role",
    description="Path and name of the role of the same account that may assume this one: the platform's.",
    pattern=r"^/([A-Za-z0-9+=,.@_-]+/){0,16}[A-Za-z0-9+=,.@_-]{1,64}$",
    constraint="/name or /path/name of a role",
    longest="/" + "p" * 64 + "/" + "p" * 64,
)

TRUST: tuple[Parameter, ...] = (
    Parameter(
        name="hub_account",
        description="Account of the platform, whose roles may assume this one.",
        pattern=r"^[0-9]{12}$",
        constraint="twelve digits",
        longest="222222222222",
    ),
    Parameter(
        name="former_hub_account",
        description="Account the platform is moving from, whose roles may assume this one until they are gone; empty for none.",
        pattern=r"^$|^[0-9]{12}$",
        constraint="twelve digits, or empty",
        longest="222222222222",
        default="",
    ),
    Parameter(
        name="trusted_role_arns",
        description="Exact ARNs of the hub roles that may assume this role, separated by commas; nothing else in the hub account may.",
        pattern=rf"^{ARN}(, *{ARN})*$",
        constraint="ARNs of roles, separated by commas",
        longest=",".join(f"arn:aws-us-gov:iam::222222222222:role/{letter * 64}/{letter * 64}" for letter in "pa"),
        is_list=True,
    ),
)

EXTERNAL_ID = Parameter(
    name="external_id",
    description="External id the caller must name; empty for none. It distinguishes callers; it is not a secret.",
    pattern=r"^$|^[A-Za-z0-9+=,.@:/_-]{2,1224}$",
    constraint="2 to 1224 letters, digits and +=,.@:/_-, or empty",
    longest="e" * 1224,
    default="",
)


def asked_of_role(kind: RoleKind) -> tuple[Parameter, ...]:
    """What the template of a role asks for. The platform role trusts EC2 alone, and hub roles need no external id."""
    match kind:
        case RoleKind.PLATFORM:
            return (role_name(kind), *ROLE)
        case RoleKind.ACQUISITION:
            return (role_name(kind), *ROLE, ORGANIZATION, TRUSTED_ROLE)
        case RoleKind.SPOKE | RoleKind.DISCOVERY:
            return (role_name(kind), *ROLE, ORGANIZATION, *TRUST, EXTERNAL_ID)
