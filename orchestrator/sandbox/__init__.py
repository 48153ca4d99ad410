"""A local AWS to rehearse a rollout against.

An organization comes from a snapshot; StackSets take their time and fail; IAM is enforced.
"""

from orchestrator.sandbox.faults import Failure, Faults
from orchestrator.sandbox.journal import Call, Journal
from orchestrator.sandbox.sandbox import Sandbox
from orchestrator.sandbox.seeding import load_snapshot
from orchestrator.sandbox.world import Judged

__all__ = ["Call", "Failure", "Faults", "Journal", "Judged", "Sandbox", "load_snapshot"]
