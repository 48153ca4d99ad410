"""A small organization of its own, and the rollout that fits it."""

from pathlib import Path

from tests.worlds.organizations import account, snapshot
from tests.worlds.rollouts import roles, rollout, rule

MANAGEMENT, HUB, ORCHARD, QUARRY = "900000000001", "900000000002", "900000000003", "900000000004"
HARBOUR, MILL, FORGE, VINEYARD = "900000000005", "900000000006", "900000000007", "900000000008"
CHAPEL, DIVESTED, CLOSED, LOOSE = "900000000009", "900000000010", "900000000011", "900000000012"
EXTERNAL_ID = "tenant-words-nobody-may-read"

PLACES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    (MANAGEMENT, "head-office", "/", {}),
    (HUB, "watchtower", "/Guard", {}),
    (ORCHARD, "orchard", "/Estate", {"wave": "first"}),
    (QUARRY, "quarry", "/Estate", {}),
    (HARBOUR, "harbour", "/Estate", {}),
    (MILL, "mill", "/Estate", {}),
    (FORGE, "forge", "/Estate/Works", {}),
    (VINEYARD, "vineyard", "/Estate/Works", {}),
    (CHAPEL, "chapel", "/Estate/Works", {"quiet": "yes"}),
    (DIVESTED, "divested", "/Estate", {}),
    (CLOSED, "closed", "/Estate", {}),
    (LOOSE, "loose", "/", {}),
)

SNAPSHOT = snapshot(
    [account(number, name, ou, state="SUSPENDED" if number == CLOSED else "ACTIVE", tags=tags) for number, name, ou, tags in PLACES],
    ["/Guard", "/Estate", "/Estate/Works"],
    management=MANAGEMENT,
    organization="o-estate0001",
    root="r-es01",
)

ROLLOUT = f"""\
version: 1
profile: classic
prefix: estate
organization: {{id: o-estate0001, home_region: us-east-1, scope: [/]}}
roles:
  platform: {{account: "{HUB}", name: EstateInstanceRole}}
  acquisition: {{account: "{HUB}", name: EstateRole}}
  spoke: {{name: EstateSpokeRole, trusted: [platform, acquisition], external_id: {EXTERNAL_ID}}}
  discovery: {{name: EstateDiscoveryRole, trusted: [platform, acquisition]}}
parameters: {{platform_bucket: estate-evidence}}
rules:
  - {{rule: the estate, where: {{ou: /Estate}}, grant: [spoke-checks, spoke-kms]}}
  - {{rule: silence, where: {{tag: {{quiet: "yes"}}}}, withhold: [spoke-kms], because: nobody speaks there}}
  - {{rule: sold, where: {{account: ["{DIVESTED}"]}}, exclude: true, because: sold in spring}}
  - {{rule: the hub, where: hub, grant: [hub-platform, hub-core, hub-kms, hub-kms-first-use]}}
  - {{rule: discovery, where: management, grant: [management-discovery]}}
temporary:
  hub-kms-first-use:
    remove_when: {{service_linked_role: AWSServiceRoleForKeyManagementServiceMultiRegionKeys}}
    expires_after: 30d
safety: {{max_revoked_percent: 20, max_accounts_missing_percent: 10}}
rollout:
  waves: [{{name: canary, where: {{tag: {{wave: first}}}}}}, {{name: everyone}}]
  max_concurrent_percent: 100
  failure_tolerance_percent: 0
state: .state
"""


SCOPED = rollout(
    [rule("the estate", {"ou": "/Estate"}, grant=["spoke-checks", "spoke-ebs"]), rule("the hub", "hub", grant=["hub-platform", "hub-ebs"])],
    organization={"id": "o-estate0001"},
    roles=roles(HUB),
    profile="scoped",
    state=".state",
)
"""The other profile that ships, and nothing temporary."""


def write_rollout(text: str = ROLLOUT) -> Path:
    """The rollout file of the folder we stand in."""
    file = Path("config/rollout.yaml")
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file
