"""A small organization in the sandbox, the program equipped for it, and the hands that let time pass and grants be used."""

import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from orchestrator.adapters.files.rollout.file import load
from orchestrator.composition import equip
from orchestrator.execution.ledger import Ledger
from orchestrator.model.identifiers import AccountId, GroupSetName, PlanDigest, RunId, StackSetName
from orchestrator.model.outcome import Outcome
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.state import Place, Window
from orchestrator.model.temporary import LedgerEvent, TemporaryGrant
from orchestrator.runs import Conduct, Intent, Tools, apply, observe, plan, status
from orchestrator.sandbox import Sandbox
from orchestrator.sandbox.first_use import client
from orchestrator.settings import Settings
from orchestrator.temporary.requests import WantedGrant
from orchestrator.temporary.windows import open_window

ROOT = Path(__file__).parents[2]
MANAGEMENT, HUB = AccountId("123456789012"), AccountId("222222222222")
ONE, TWO, THREE, SOLD, PCI = (AccountId(digit * 12) for digit in "34567")
FIRST_USE, PASSING = GroupSetName("hub-kms-first-use"), GroupSetName("spoke-lambda-temp")
PASSING_SET, FIRST_USE_SET = StackSetName(f"cado-{PASSING}"), StackSetName(f"cado-{FIRST_USE}")
ACCESS, SPOKE_ROLE, HUB_ROLE, PLATFORM_ROLE = "OrganizationAccountAccessRole", "SpokeRole", "HubRole", "InstanceRole"
ALIAS = "alias/first-import"

SNAPSHOT: dict[str, object] = {
    "organization": {"id": "o-exampleorgid", "management_account": MANAGEMENT, "root": "r-ab12"},
    "organizational_units": [{"id": "ou-ab12-11111111", "path": "/Workloads"}, {"id": "ou-ab12-22222222", "path": "/Security"}],
    "accounts": [
        {"id": HUB, "name": "hub", "ou": "/Security"},
        *({"id": account, "name": f"spoke-{account[0]}", "ou": "/Workloads"} for account in (ONE, TWO, THREE, SOLD, PCI)),
    ],
}

PERMANENT, TEMPORARY = "spoke-lambda:\n    role: spoke\n", "spoke-lambda-temp:\n    role: spoke\n    temporary: true\n"

ROLLOUT = """\
version: 1
organization: {{id: o-exampleorgid, home_region: us-east-1}}
roles:
  platform: {{account: "222222222222", name: InstanceRole}}
  acquisition: {{account: "222222222222", name: HubRole}}
  spoke: {{name: SpokeRole, trusted: [platform, acquisition]}}
  discovery: {{name: DiscoveryRole, trusted: [platform, acquisition]}}
parameters: {{platform_bucket: evidence}}
rules:
  - {{rule: the hub, where: hub, grant: [{hub}]}}
  - {{rule: for a time, where: {{account: [{spokes}]}}, grant: [spoke-checks{passing}]}}
  - {{rule: sold, where: {{account: ["{sold}"]}}, exclude: true, because: sold}}
  - {{rule: cardholders, where: {{account: ["{pci}"]}}, withhold: [spoke-lambda-temp], because: PCI scope}}
temporary:
  hub-kms-first-use:
    remove_when: {{service_linked_role: AWSServiceRoleForKeyManagementServiceMultiRegionKeys}}
    expires_after: 30d
  spoke-lambda-temp: {{remove_when: {remove_when}, expires_after: 7d, minimum_age: {minimum_age}}}
state: {state}
"""


class AheadClock:
    """The real time and what a test adds to it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def sleep(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


def write_config(
    folder: Path,
    spokes: tuple[str, ...] = (),
    *,
    first_use: bool = False,
    passing: bool = True,
    minimum_age: str = "0s",
    remove_when: str = "{kms_alias: alias/first-*}",
    sold: str = SOLD,
) -> Path:
    """A rollout.yaml with a catalog of its own, which has a temporary group set for spokes."""
    if not (folder / "catalog").exists():
        shutil.copytree(ROOT / "config" / "catalog", folder / "catalog")
        profile = folder / "catalog" / "profiles" / "classic.yaml"
        text = profile.read_text(encoding="utf-8")
        profile.write_text(text.replace(PERMANENT, TEMPORARY, 1), encoding="utf-8")
    listed = ", ".join(f'"{account}"' for account in spokes or (ONE,))
    text = ROLLOUT.format(
        sold=sold, pci=PCI, spokes=listed, state=folder / "state", minimum_age=minimum_age, remove_when=remove_when,
        hub=f"hub-platform, hub-core, hub-kms, {FIRST_USE}" if first_use else "hub-checks", passing=f", {PASSING}" if passing else "",
    )  # fmt: skip
    (folder / "rollout.yaml").write_text(text, encoding="utf-8")
    return folder / "rollout.yaml"


@dataclass
class Shop:
    """The program as a person uses it, with a clock that can be turned."""

    sandbox: Sandbox
    folder: Path
    tools: Tools
    clock: AheadClock
    runs: "count[int]" = field(default_factory=count)

    def plan(self, purpose: Purpose = Purpose.ROLLOUT) -> Plan:
        return plan(self.tools, Intent(purpose))

    def carry_out(self, made: Plan) -> Outcome:
        return apply(self.tools, made, Conduct(RunId(f"run-{next(self.runs)}"), "a test"))

    def roll_out(self) -> Outcome:
        return self.carry_out(self.plan())

    def clean_up(self) -> Outcome:
        return self.carry_out(self.plan(Purpose.CLEANUP))

    def plan_wish(self, account: AccountId, *, hours: int = 24, group_set: GroupSetName = PASSING) -> Plan:
        wish = WantedGrant(group_set, account, "asked for: a case", open_window(self.clock.now(), timedelta(hours=hours)))
        return plan(self.tools, Intent(Purpose.TEMPORARY_GRANT, grant=wish, because="a case"))

    def configure(self, spokes: tuple[str, ...] = (), **options) -> None:
        """Other rules for the same state."""
        rollout, catalog = load(write_config(self.folder, spokes, **options))
        self.tools = replace(self.tools, rollout=rollout, catalog=catalog)

    def pass_time(self, **length: float) -> None:
        self.clock.ahead += timedelta(**length)

    def use(self, account: AccountId) -> None:
        """What the account shows once the grant has served."""
        self.client("kms", account).create_alias(
            AliasName=ALIAS, TargetKeyId=self.client("kms", account).create_key()["KeyMetadata"]["KeyId"]
        )

    def spend(self, account: AccountId) -> None:
        """Its grant made, used and cleaned up, a minute ago."""
        self.roll_out()
        self.use(account)
        self.clean_up()
        self.pass_time(minutes=1)

    def policies(self, account: AccountId, role: str = SPOKE_ROLE) -> list[str]:
        """Inline policies of a role as the account itself shows them."""
        return list(self.client("iam", account).list_role_policies(RoleName=role)["PolicyNames"])

    def windows(self) -> dict[AccountId, Window | None]:
        """Of the spokes' temporary grants, as AWS shows them."""
        deployer = self.tools.reach(self.tools.directory.discover()).deployer
        found = observe(self.tools.rollout, self.tools.catalog, deployer).get(Place(PASSING_SET))
        return {account: instance.window for account, instance in found.instances.items()} if found else {}

    def standing(self, account: AccountId, group_set: GroupSetName = PASSING) -> TemporaryGrant:
        return next(grant for grant in status(self.tools).temporary if (grant.group_set, grant.account) == (group_set, account))

    def events(self, account: AccountId) -> list[LedgerEvent]:
        return [record.event for record in Ledger(self.tools.store).records() if record.account == account]

    def granted_by(self, account: AccountId) -> PlanDigest:
        """The plan that made the account's grant."""
        return next(record.plan for record in Ledger(self.tools.store).records() if record.account == account)

    def client(self, service: str, account: AccountId):
        return client(service, self.sandbox.environment(account))


def open_shop(sandbox: Sandbox, folder: Path, spokes: tuple[str, ...] = (), **options) -> Shop:
    rollout, catalog = load(write_config(folder, spokes, **options))
    clock = AheadClock()
    tools = replace(equip(rollout, catalog, Settings(poll_seconds=0.02)), clock=clock, poll_seconds=0.0)
    return Shop(sandbox, folder, tools, clock)
