"""Plans a rollout to that many accounts in memory, and prints how many seconds of processor time it took.

planner.py ACCOUNTS [prepare]      with prepare, everything but the plan is made: what a count of instructions has to leave out
"""

import gc
import json
import sys
import time

from orchestrator.cli.application import RARE_COLLECTIONS
from orchestrator.runs import plan_from_nothing
from scripts.benchmarks.company import organization, rollout_files


def main(accounts: str, *prepare: str) -> None:
    gc.set_threshold(*RARE_COLLECTIONS)
    files, company = rollout_files(), organization(int(accounts))
    before = time.process_time()
    if not prepare:
        plan_from_nothing(files, company)
    sys.stdout.write(json.dumps(time.process_time() - before))


if __name__ == "__main__":
    main(*sys.argv[1:])
