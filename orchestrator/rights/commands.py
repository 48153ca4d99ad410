"""Commands that need the same rights."""

from orchestrator.rights.right import Command

LOOKS = frozenset(
    {Command.ADOPT, Command.DOCTOR, Command.PLAN, Command.REPORT, Command.STATUS, Command.VERIFY, Command.DRIFT, Command.PROBE}
)
CHANGES = frozenset({Command.APPLY, Command.DESTROY, Command.GRANT})
REVOKES = CHANGES | {Command.CLEANUP}
RUNS = REVOKES | {Command.FORGET}
PLANS = RUNS | {Command.ADOPT, Command.PLAN, Command.REPORT, Command.DOCTOR}
OBSERVES = LOOKS | RUNS
DISCOVERS = OBSERVES | {Command.DISCOVER, Command.EXPLAIN}
CONTROLLED = PLANS | {Command.DISCOVER, Command.EXPLAIN, Command.STATUS}
REMEMBERS = OBSERVES | {Command.HISTORY}
FORESEES = frozenset({Command.DOCTOR, Command.ADOPT, Command.PLAN, Command.REPORT, Command.APPLY, Command.GRANT})
ADOPTS = frozenset({Command.ADOPT})
DRIFT = frozenset({Command.DRIFT})
PROBES = frozenset({Command.PROBE})
DOCTOR = frozenset({Command.DOCTOR})
UNSEEN = "doctor warns that it could not look"
