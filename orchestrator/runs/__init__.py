"""The whole run, stage by stage; each function is one verb of the program.

Discovery reads the organization. Selection decides by rules which account gets which group sets. Observation reads the
StackSets and management stacks that exist, and for temporary grants their windows and the evidence of their use. From
these a plan is made, and nothing has been written so far. Applying takes a plan and nothing else: it takes the lock,
writes the plan down, reads the world again and refuses when it is not what the plan saw, then carries the operations
out, journals each before it is sent, and afterwards compares AWS with what the plan promised. Whatever was granted for
a time or taken back goes into the ledger, and of what was taken back the account itself is asked.
"""

from orchestrator.runs.applying import Conduct, abandon, apply, cut_off, refuse_violations
from orchestrator.runs.checking import Standing, journals, status, verify
from orchestrator.runs.planning import plan, plan_from_nothing
from orchestrator.runs.tools import PlanCodec, Reach, Tools
from orchestrator.runs.unfinished import is_carried_out, is_still_wanted, unfinished_plan
from orchestrator.runs.world import World, discover, observe, read_world

__all__ = [
    "Conduct",
    "PlanCodec",
    "Reach",
    "Standing",
    "Tools",
    "World",
    "abandon",
    "apply",
    "cut_off",
    "discover",
    "is_carried_out",
    "is_still_wanted",
    "journals",
    "observe",
    "plan",
    "plan_from_nothing",
    "read_world",
    "refuse_violations",
    "status",
    "unfinished_plan",
    "verify",
]
