"""An organization full of roles of the vendor: of StackSets, under made-up and fixed names, by hand, and with policies of others."""

from collections.abc import Mapping, Sequence

from tests.worlds.organizations import HUB, MANAGEMENT, Snapshot, account, snapshot
from tests.worlds.rollouts import Part, roles, rollout, rule

SPOKE = "CadoResponseCrossAccountRole"
RANDOM, FIXED, HANDMADE, ELSEWHERE, SHARED, FRESH = (f"60000000000{number}" for number in range(1, 7))
VENDOR_RANDOM, VENDOR_FIXED = "CadoResponseSpokes", "CadoResponseFixed"

Document = Mapping[str, object]


def document(*actions: str) -> Document:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}


def allowing(action: str, principal: Part) -> Document:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": action}]}


TRUSTS_HUB = allowing("sts:AssumeRole", principal={"AWS": f"arn:aws:iam::{HUB}:root"})
NEEDED = ("ec2:DescribeInstances", "ec2:CreateSnapshot")
"""What an investigation begins with."""
VENDOR: Part = {"trust": TRUSTS_HUB, "policies": {"CadoResponsePolicy": document(*NEEDED, "ec2:TerminateInstances")}}

ROLES: Mapping[str, Part] = {
    RANDOM: {**VENDOR, "made_by": {"stack_set": VENDOR_RANDOM}},
    FIXED: {**VENDOR, "name": SPOKE, "made_by": {"stack_set": VENDOR_FIXED}},
    HANDMADE: {**VENDOR, "name": SPOKE, "tags": {"team": "forensics"}},
    ELSEWHERE: {**VENDOR, "name": SPOKE, "path": "/forensics/"},
    SHARED: {**VENDOR, "name": SPOKE, "made_by": {"stack_set": VENDOR_FIXED}, "attached": {"TeamExtra": document("s3:GetObject")}},
}
NAMES = {RANDOM: "random", FIXED: "fixed", HANDMADE: "handmade", ELSEWHERE: "elsewhere", SHARED: "shared", FRESH: "fresh"}


PLATFORM, ACQUISITION = "CadoResponseInstanceRole", "CadoResponseRole"
HUB_ROLES: tuple[Part, ...] = (
    {
        "name": PLATFORM,
        "trust": allowing("sts:AssumeRole", principal={"Service": "ec2.amazonaws.com"}),
        "policies": {"Platform": document("sts:AssumeRole")},
        "made_by": {"stack": "Cado"},
    },
    {
        "name": ACQUISITION,
        "trust": allowing("sts:AssumeRole", principal={"AWS": f"arn:aws:iam::{HUB}:role/{PLATFORM}"}),
        "policies": {"Acquisition": document("sts:AssumeRole")},
    },
)
"""The vendor's platform as it is installed in the hub."""


def vendor_snapshot(hub_roles: Sequence[Part] = ()) -> Snapshot:
    members = [
        {**account(number, name, "/Workloads"), "roles": [ROLES[number]] if number in ROLES else []} for number, name in NAMES.items()
    ]
    hub = {**account(HUB, "hub", "/Security"), "roles": list(hub_roles)}
    return snapshot([*members, hub], ["/Workloads", "/Security"], management=MANAGEMENT)


def vendor_rollout(*spoke: Part, **existing: Sequence[Part]) -> dict[str, object]:
    """Checks and imports of EC2 for every workload account; with these lines for roles that exist, of the spoke or by role."""
    rules = [
        rule("workloads", {"ou": "/Workloads"}, grant=["spoke-checks", "spoke-ec2"]),
        rule("the hub", "hub", grant=["hub-platform", "hub-core"]),
    ]
    lines = {"spoke": spoke, **existing}
    known = {kind: {**role, "existing": list(lines.get(kind, ()))} for kind, role in roles().items()}
    return rollout(rules, state=".state", roles=known)


def handled(handling: str, *accounts: str, because: str = "the vendor made it") -> Part:
    return {"where": {"account": list(accounts)}, "handling": handling, "because": because}
