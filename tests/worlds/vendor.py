"""An organization full of roles of the vendor: of StackSets, under made-up and fixed names, by hand, and with policies of others."""

from collections.abc import Mapping

from tests.worlds.organizations import HUB, MANAGEMENT, Snapshot, account, snapshot
from tests.worlds.rollouts import Part, roles, rollout, rule

SPOKE = "CadoResponseCrossAccountRole"
RANDOM, FIXED, HANDMADE, ELSEWHERE, SHARED, FRESH = (f"60000000000{number}" for number in range(1, 7))
VENDOR_RANDOM, VENDOR_FIXED = "CadoResponseSpokes", "CadoResponseFixed"

Document = Mapping[str, object]


def document(*actions: str) -> Document:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}


TRUSTS_HUB: Document = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{HUB}:root"}, "Action": "sts:AssumeRole"}],
}
NEEDED = ("ec2:DescribeInstances", "ec2:CreateSnapshot")
VENDOR: Part = {"trust": TRUSTS_HUB, "policies": {"CadoResponsePolicy": document(*NEEDED, "ec2:TerminateInstances")}}

ROLES: Mapping[str, Part] = {
    RANDOM: {**VENDOR, "made_by": {"stack_set": VENDOR_RANDOM}},
    FIXED: {**VENDOR, "name": SPOKE, "made_by": {"stack_set": VENDOR_FIXED}},
    HANDMADE: {**VENDOR, "name": SPOKE, "tags": {"team": "forensics"}},
    ELSEWHERE: {**VENDOR, "name": SPOKE, "path": "/forensics/"},
    SHARED: {**VENDOR, "name": SPOKE, "made_by": {"stack_set": VENDOR_FIXED}, "attached": {"TeamExtra": document("s3:GetObject")}},
}
NAMES = {RANDOM: "random", FIXED: "fixed", HANDMADE: "handmade", ELSEWHERE: "elsewhere", SHARED: "shared", FRESH: "fresh"}


def vendor_snapshot(kept: Mapping[str, Part] = ROLES) -> Snapshot:
    members = [{**account(number, name, "/Workloads"), "roles": [kept[number]] if number in kept else []} for number, name in NAMES.items()]
    return snapshot([*members, account(HUB, "hub", "/Security")], ["/Workloads", "/Security"], management=MANAGEMENT)


def vendor_rollout(*existing: Part) -> dict[str, object]:
    """Checks and imports of EC2 for every workload account, with these lines under roles.spoke.existing."""
    rules = [
        rule("workloads", {"ou": "/Workloads"}, grant=["spoke-checks", "spoke-ec2"]),
        rule("the hub", "hub", grant=["hub-platform", "hub-core"]),
    ]
    return rollout(rules, state=".state", roles=roles(spoke={"existing": list(existing)}))


def handled(handling: str, *accounts: str, because: str = "the vendor made it") -> Part:
    return {"where": {"account": list(accounts)}, "handling": handling, "because": because}
