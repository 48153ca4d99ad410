"""A company of any size as a snapshot, and the rollout that goes to all of it: what commands are measured on."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.benchmarks.minimum import Rolled

HUB, MANAGEMENT = "200000000002", "200000000001"
OTHERS = 2
"""The hub and the management account."""
SPOKE_SETS = ("spoke-checks", "spoke-ec2", "spoke-kms")
HUB_SETS = ("role-platform", "role-acquisition", "hub-platform", "hub-core")
MOST_UNITS = 500
SNAPSHOT = "organization.yaml"

ROLLOUT = f"""\
version: 1
organization: {{id: o-benchmark01}}
roles:
  platform: {{account: "{HUB}", name: CadoResponseInstanceRole}}
  acquisition: {{account: "{HUB}", name: CadoResponseRole}}
  spoke: {{name: CadoResponseCrossAccountRole, trusted: [platform, acquisition]}}
parameters: {{platform_bucket: benchmark-bucket}}
rules:
  - {{rule: workloads, where: {{ou: /Workloads}}, grant: [{", ".join(SPOKE_SETS)}]}}
  - {{rule: the hub, where: hub, grant: [hub-platform, hub-core]}}
rollout:
  waves: [{{name: canary, percent: 1}}, {{name: early, percent: 10}}, {{name: everyone}}]
"""


def units(accounts: int) -> list[str]:
    """Twenty accounts in each, until there are five hundred units."""
    teams = min(MOST_UNITS - 1, max(5, accounts // 20))
    return ["/Workloads", *(f"/Workloads/Team{number:03}" for number in range(teams))]


def snapshot(accounts: int) -> str:
    """As ``discover --out`` writes it, a line an account."""
    paths = units(accounts)
    lines = [f'organization: {{"id": "o-benchmark01", "management_account": "{MANAGEMENT}", "root": "r-be01"}}', "organizational_units:"]
    lines += [f'  - {{"id": "ou-be01-{number:08}", "path": "{path}"}}' for number, path in enumerate(paths, start=1)]
    lines += ["accounts:", f'  - {{"id": "{HUB}", "name": "hub", "email": "hub@example.com", "ou": "/", "state": "ACTIVE", "tags": {{}}}}']
    for number in range(accounts):
        name, unit = f"account-{number:05}", paths[1 + number % (len(paths) - 1)]
        known = f'"id": "{300_000_000_000 + number}", "name": "{name}", "email": "{name}@example.com"'
        lines.append(f'  - {{{known}, "ou": "{unit}", "state": "ACTIVE", "tags": {{"team": "t{number % 40}"}}}}')
    return "\n".join(lines) + "\n"


def rolled(accounts: int) -> list[Rolled]:
    """Its StackSets: the spoke's role and group sets in three waves, those of the hub in one account."""
    canary, early = max(1, accounts // 100), accounts // 10
    return [*[Rolled((canary, early, accounts - canary - early))] * (1 + len(SPOKE_SETS)), *[Rolled((1,))] * len(HUB_SETS)]


@contextmanager
def estate(accounts: int) -> Iterator[Path]:
    """A folder with the rollout and the snapshot, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config").mkdir()
        (folder / "config/rollout.yaml").write_text(ROLLOUT, encoding="utf-8")
        (folder / SNAPSHOT).write_text(snapshot(accounts), encoding="utf-8")
        yield folder
