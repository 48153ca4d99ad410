"""Runs a command and prints as JSON its exit code, its seconds of processor time and its largest memory in KiB.

By way of a small process: what a large one forks counts that one's memory as its own. What the command says goes to stderr.
"""

import json
import resource
import subprocess
import sys


def main() -> None:
    ended = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(json.dumps([ended.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss]))


if __name__ == "__main__":
    main()
