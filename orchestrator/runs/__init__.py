"""The whole run, stage by stage; docs/architecture.md has the picture.

``plan`` discovers the organization, decides by rules which account gets which group sets, observes the StackSets and stacks that
exist and the evidence of temporary grants, and makes a plan: nothing is written. ``fulfil`` (apply, cleanup, destroy and
grant-temporarily) makes a plan, or resumes or supersedes an unfinished one, and has it agreed to; what is agreed to beforehand is planned
and applied under one lock, from one reading of AWS. ``apply`` takes one plan: it takes the lock, reads the world again and refuses when it
is not what the plan saw, writes the plan down, carries the operations out, each in the journal before it is sent, and verifies. What was
granted for a time or revoked goes into the ledger, and the account itself is asked whether a revoked policy is gone. ``verify`` and
``status`` compare what the rules want with what is there.
"""

from orchestrator.runs.applying import apply
from orchestrator.runs.checking import journals, status, verify
from orchestrator.runs.conduct import GIVEN, Conduct, Consent
from orchestrator.runs.planning import Intent, plan, plan_and_world, plan_from_nothing
from orchestrator.runs.probing import ProbeRequest
from orchestrator.runs.resuming import abandon, apply_agreed, fulfil, leads_to_the_same
from orchestrator.runs.tools import Files, PlanCodec, Reach, Tools
from orchestrator.runs.unfinished import unfinished_plan
from orchestrator.runs.watching import Watch, clean_up_repeatedly
from orchestrator.runs.world import World, discover, observe, read_world, with_policies

__all__ = [
    "GIVEN",
    "Conduct",
    "Consent",
    "Files",
    "Intent",
    "PlanCodec",
    "ProbeRequest",
    "Reach",
    "Tools",
    "Watch",
    "World",
    "abandon",
    "apply",
    "apply_agreed",
    "clean_up_repeatedly",
    "discover",
    "fulfil",
    "journals",
    "leads_to_the_same",
    "observe",
    "plan",
    "plan_and_world",
    "plan_from_nothing",
    "read_world",
    "status",
    "unfinished_plan",
    "verify",
    "with_policies",
]
