"""A company of any size in memory, and the plan that rolls ten StackSets out to all of it."""

import json
import tempfile
from pathlib import Path

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.files.rollout.file import load
from orchestrator.model.identifiers import AccountId, OrganizationId, OuId, OuPath
from orchestrator.model.organization import Account, Organization, OrganizationalUnit
from orchestrator.model.plan import Plan
from orchestrator.offline import CODEC
from orchestrator.runs import Files, plan_from_nothing

MANAGEMENT, HUB = AccountId("200000000001"), AccountId("200000000002")
WORKLOADS = OuPath("/Workloads")
SPOKE_SETS = ("checks", "ec2", "kms", "triage", "lambda", "ecs", "eks", "isolation", "guardduty")
WAVES = ({"name": "canary", "percent": 1}, {"name": "early", "percent": 10}, {"name": "everyone"})

ROLLOUT = {
    "version": 1,
    "organization": {"id": "o-benchmark01"},
    "roles": {
        "platform": {"account": HUB, "name": "CadoResponseInstanceRole"},
        "acquisition": {"account": HUB, "name": "CadoResponseRole"},
        "spoke": {"name": "CadoResponseCrossAccountRole", "trusted": ["platform", "acquisition"]},
    },
    "parameters": {"platform_bucket": "benchmark-bucket"},
    "rules": [{"rule": "workloads", "where": {"ou": WORKLOADS}, "grant": [f"spoke-{name}" for name in SPOKE_SETS]}],
    "rollout": {"waves": list(WAVES)},
}


def organization(accounts: int) -> Organization:
    """That many accounts in one unit, and the hub."""
    members = [Account(AccountId(str(300_000_000_000 + number)), f"account-{number:05}", WORKLOADS) for number in range(accounts)]
    known = (Account(MANAGEMENT, "management"), Account(HUB, "hub"), *members)
    unit = OrganizationalUnit(OuId("ou-be01-00000001"), WORKLOADS)
    return Organization(OrganizationId("o-benchmark01"), MANAGEMENT, OuId("r-be01"), (unit,), {account.id: account for account in known})


def rollout_files() -> Files:
    """The role and nine group sets for every account, in three waves."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rollout.yaml"
        path.write_text(json.dumps(ROLLOUT), encoding="utf-8")
        rollout, catalog = load(path)
    return Files(rollout=rollout, catalog=catalog, clock=SystemClock(), codec=CODEC)


def rollout_plan(accounts: int) -> Plan:
    """Against an empty AWS."""
    return plan_from_nothing(rollout_files(), organization(accounts))
