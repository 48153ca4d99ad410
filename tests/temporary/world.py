"""A small organization in the sandbox, the program equipped for it, and the hands that let time pass and grants be used."""

import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta
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
from tests.worlds.clocks import RunningClock
from tests.worlds.organizations import HUB, account, snapshot
from tests.worlds.rollouts import Part, rollout, rule, write

ROOT = Path(__file__).parents[2]
ONE, TWO, THREE, SOLD, PCI = (AccountId(digit * 12) for digit in "34567")
FIRST_USE, PASSING = GroupSetName("hub-kms-first-use"), GroupSetName("spoke-lambda-temp")
PASSING_SET, FIRST_USE_SET = StackSetName(f"cado-{PASSING}"), StackSetName(f"cado-{FIRST_USE}")
ACCESS, SPOKE_ROLE = "OrganizationAccountAccessRole", "CadoResponseCrossAccountRole"
HUB_ROLE, PLATFORM_ROLE = "CadoResponseRole", "CadoResponseInstanceRole"
MULTI_REGION_ROLE = "AWSServiceRoleForKeyManagementServiceMultiRegionKeys"
ALIAS = "alias/first-import"
FIRST_ALIAS: Part = {"kms_alias": "alias/first-*"}

SNAPSHOT = snapshot(
    [account(HUB, "hub", "/Security"), *(account(spoke, f"spoke-{spoke[0]}", "/Workloads") for spoke in (ONE, TWO, THREE, SOLD, PCI))],
    ["/Workloads", "/Security"],
)

PERMANENT, TEMPORARY = "spoke-lambda:\n    role: spoke\n", "spoke-lambda-temp:\n    role: spoke\n    temporary: true\n"


def profile_in(folder: Path) -> Path:
    return folder / "catalog" / "profiles" / "classic.yaml"


def write_config(
    folder: Path,
    spokes: tuple[str, ...] = (),
    *,
    first_use: bool = False,
    passing: bool = True,
    minimum_age: str = "0s",
    remove_when: Part = FIRST_ALIAS,
    sold: str = SOLD,
    is_temporary: bool = True,
) -> Path:
    """A rollout.yaml with a catalog of its own, which has a temporary group set for spokes."""
    if not (folder / "catalog").exists():
        shutil.copytree(ROOT / "config" / "catalog", folder / "catalog")
        profile = profile_in(folder)
        text = profile.read_text(encoding="utf-8")
        profile.write_text(text.replace(PERMANENT, TEMPORARY, 1), encoding="utf-8")
    hub_sets = ["hub-platform", "hub-core", "hub-kms", FIRST_USE] if first_use else ["hub-checks"]
    rules = [
        rule("the hub", "hub", grant=hub_sets),
        rule("for a time", {"account": list(spokes or (ONE,))}, grant=["spoke-checks", *([PASSING] if passing else [])]),
        rule("sold", {"account": [sold]}, exclude=True, because="sold"),
        rule("cardholders", {"account": [PCI]}, withhold=[PASSING], because="PCI scope"),
    ]
    temporary: dict[str, Part] = {FIRST_USE: {"remove_when": {"service_linked_role": MULTI_REGION_ROLE}, "expires_after": "30d"}}
    if is_temporary:
        temporary[PASSING] = {"remove_when": remove_when, "expires_after": "7d", "minimum_age": minimum_age}
    return write(folder, rollout(rules, state=folder / "state", temporary=temporary))


@dataclass
class Shop:
    """The program as a person uses it, with a clock that can be turned."""

    sandbox: Sandbox
    folder: Path
    tools: Tools
    clock: RunningClock
    runs: "count[int]" = field(default_factory=count)

    def plan(self, purpose: Purpose = Purpose.ROLLOUT) -> Plan:
        return plan(self.tools, Intent(purpose))

    def carry_out(self, made: Plan) -> Outcome:
        return apply(self.tools, made, Conduct(RunId(f"run-{next(self.runs)}"), "a test"))

    def roll_out(self) -> Outcome:
        return self.carry_out(self.plan())

    def clean_up(self) -> Outcome:
        return self.carry_out(self.plan(Purpose.CLEANUP))

    def plan_requested(self, account: AccountId, *, hours: int = 24, group_set: GroupSetName = PASSING) -> Plan:
        grant = WantedGrant(group_set, account, "asked for: a case", open_window(self.clock.now(), timedelta(hours=hours)))
        return plan(self.tools, Intent(Purpose.TEMPORARY_GRANT, grant=grant, because="a case"))

    def configure(self, spokes: tuple[str, ...] = (), **options) -> None:
        """Other rules for the same state."""
        write_config(self.folder, spokes, **options)
        self.read_files()

    def read_files(self) -> None:
        """Both files as they are now."""
        wanted, catalog = load(self.folder / "rollout.yaml")
        self.tools = replace(self.tools, rollout=wanted, catalog=catalog)

    @property
    def profile(self) -> Path:
        return profile_in(self.folder)

    def pass_time(self, **length: float) -> None:
        self.clock.slept += timedelta(**length).total_seconds()

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
    wanted, catalog = load(write_config(folder, spokes, **options))
    clock = RunningClock()
    tools = replace(equip(wanted, catalog, Settings(poll_seconds=0.02)), clock=clock, poll_seconds=0.0)
    return Shop(sandbox, folder, tools, clock)
