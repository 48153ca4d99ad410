"""What each stage of a rollout costs on a local organization: calls, seconds and memory."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from orchestrator.sandbox import Sandbox, load_snapshot

UNITS = [f"/Workloads/Team{number:02}" for number in range(1, 41)]
HUB = "200000000002"
LAUNCHER = Path(__file__).with_name("launched.py")

ROLLOUT = f"""\
version: 1
organization: {{id: o-benchmark01}}
roles:
  platform: {{account: "{HUB}", name: CadoResponseInstanceRole}}
  acquisition: {{account: "{HUB}", name: CadoResponseRole}}
  spoke: {{name: CadoResponseCrossAccountRole, trusted: [platform, acquisition]}}
parameters: {{platform_bucket: benchmark-bucket}}
rules:
  - {{rule: workloads, where: {{ou: /Workloads}}, grant: [spoke-checks, spoke-ec2, spoke-kms]}}
  - {{rule: the hub, where: hub, grant: [hub-platform, hub-core]}}
rollout:
  waves: [{{name: canary, percent: 1}}, {{name: early, percent: 10}}, {{name: everyone}}]
"""

STAGES = (
    ("discover", ["discover"]),
    ("plan", ["plan", "--out", "plan.json"]),
    ("apply", ["apply", "plan.json"]),
    ("plan, nothing changed", ["plan"]),
    ("verify", ["verify"]),
    ("verify inside the accounts", ["verify", "--probe"]),
    ("destroy", ["destroy", "--yes"]),
)


def snapshot(accounts: int) -> str:
    lines = ['organization: {id: o-benchmark01, management_account: "200000000001", root: r-be01}', "organizational_units:"]
    lines += [f"  - {{id: ou-be01-{number:08}, path: {path}}}" for number, path in enumerate(["/Workloads", *UNITS], start=1)]
    lines += ["accounts:", f'  - {{id: "{HUB}", name: hub, email: hub@example.com, ou: /, state: ACTIVE, tags: {{}}}}']
    for number in range(accounts):
        name, unit = f"account-{number:05}", UNITS[number % len(UNITS)]
        tags = f"{{team: t{number % 40}}}"
        known = f'id: "{300000000000 + number}", name: {name}, email: {name}@example.com'
        lines.append(f"  - {{{known}, ou: {unit}, state: ACTIVE, tags: {tags}}}")
    return "\n".join(lines) + "\n"


def measure(title: str, arguments: list[str], environment: dict[str, str]) -> None:
    """Processor time is the same on a busy machine, where seconds are not."""
    before = time.perf_counter()
    command = [sys.executable, str(LAUNCHER), sys.executable, "-m", "orchestrator", *arguments]
    code, busy, largest = json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout)
    seconds = time.perf_counter() - before
    print(f"{title:28} {seconds:7.1f} s, busy {busy:5.1f} s   {largest / 1024:6.0f} MiB   exit {code}", flush=True)


def busy_seconds() -> float:
    """Of the server."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure_stages(accounts: int) -> None:
    """Print a line per stage. Server and client share this machine."""
    os.chdir(tempfile.mkdtemp())
    Path("organization.yaml").write_text(snapshot(accounts), encoding="utf-8")
    Path("config").mkdir()
    Path("config/rollout.yaml").write_text(ROLLOUT, encoding="utf-8")
    with Sandbox() as sandbox:
        sandbox.seed(load_snapshot(Path("organization.yaml")))
        environment = {**os.environ, **sandbox.environment(), "ORCHESTRATOR_POLL_SECONDS": "0.5"}
        print(f"{accounts} accounts, {len(UNITS)} organizational units; server and client share this machine")
        for title, arguments in STAGES:
            mark, before = len(sandbox.journal.calls()), busy_seconds()
            measure(title, arguments, environment)
            calls = sandbox.journal.calls(since=mark)
            writes = sum(call.is_write for call in calls)
            served = busy_seconds() - before
            print(f"{'':28} {len(calls):7} calls, {writes} of them not reads; server busy {served:.1f} s", flush=True)
    print(f"server at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
