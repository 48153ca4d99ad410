"""What every command's help ends with: how it is typed, and the exit codes it can have."""

from collections.abc import Mapping

EXITS: Mapping[int, str] = {
    0: "done, or nothing to do",
    1: "error",
    2: "changes pending (with --detailed-exitcode)",
    3: "refused",
    4: "applied with failures",
    5: "differences found, or something that matters could not be looked at",
    64: "wrong usage",
    129: "ended by SIGHUP",
    130: "ended by Ctrl-C",
    143: "ended by SIGTERM",
}
"""Interruptions and wrong usage can end every command."""

INTERRUPTED = (64, 129, 130, 143)
READING = (0, 1, 3)
"""3 where credentials or state are of another organization, or a confirmation is missing."""
CHANGING = (*READING, 4)

EXAMPLES: Mapping[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    "init": (("init",), (0, 1)),
    "validate": (("validate", "--config staging/rollout.yaml validate --format json"), (0, 1)),
    "groups": (("groups spoke-ec2", "groups --diff classic scoped"), (0, 1)),
    "render": (("render --check",), (0, 1)),
    "discover": (("discover --out organization.yaml",), READING),
    "explain": (("explain 123456789012", "explain payments-prod --organization organization.yaml", "explain --all --format csv"), READING),
    "review": (("review spoke", "review payments-prod --format markdown", "review --format html"), READING),
    "doctor": (("doctor", "doctor --live --account 111111111111 --account 333333333333 --out live.json"), READING),
    "adopt": (("adopt", "adopt --account 111111111111 --out plan.json"), READING),
    "plan": (
        (
            "plan --out plan.json",
            "plan --organization organization.yaml",
            "plan --account 123456789012 --out plan.json",
            "plan --format markdown --detailed-exitcode",
        ),
        (0, 1, 2, 3),
    ),
    "report": (("report --html report.html", "report --html report.html --against signed.html"), READING),
    "show": (("show plan.json --format markdown", "show plan.json --against signed.json"), (0, 1, 3)),
    "apply": (("apply plan.json", "apply --until canary", 'apply plan.json --because "change 4711"'), CHANGING),
    "status": (("status --fail-on-overdue",), READING),
    "verify": (("verify --drift", "verify --probe --sample 5%"), (*READING, 5)),
    "grant-temporarily": (
        ('grant-temporarily hub-kms-first-use --account 222222222222 --for 24h --because "second region"',),
        CHANGING,
    ),
    "cleanup": (("cleanup", "cleanup --yes", "cleanup --out cleanup.json"), (*CHANGING, 5)),
    "destroy": (("destroy --out destroy.json",), CHANGING),
    "forget": (('forget 123456789012 --because "closed in March"',), CHANGING),
    "history": (("history", "history --temporary"), (0, 1)),
    "sandbox": (("sandbox --organization organization.yaml", "sandbox --compare live.json"), (0, 1, 5)),
    "demo": (("demo",), (0, 1)),
}
"""Command to its examples and to the exit codes of its own."""


def epilog_of(command: str) -> str:
    """The end of a command's help, one line per example and per code."""
    examples, codes = EXAMPLES[command]
    return "\n\n".join((block("Examples", [f"orchestrator {example}" for example in examples]), exits_of(*codes, *INTERRUPTED)))


def exits_of(*codes: int) -> str:
    return block("Exit codes", [f"{code:<4} {EXITS[code]}" for code in codes])


def block(title: str, lines: list[str]) -> str:
    """A paragraph whose lines stay as they are: click's own mark for that is a backspace."""
    return "\n".join(("\b", f"{title}:", *(f"  {line}" for line in lines)))
