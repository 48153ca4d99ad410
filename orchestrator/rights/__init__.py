"""What the program itself needs in AWS, command by command: one table, from which config/permissions is written. Pure."""

from orchestrator.rights.policies import (
    COMMANDS,
    Policy,
    policies_granting,
    policy_for,
    policy_of,
    rights_of,
    statements,
    written_policies,
)
from orchestrator.rights.right import Command, Holder, Limit, Right, Target
from orchestrator.rights.table import RIGHTS

__all__ = [
    "COMMANDS",
    "RIGHTS",
    "Command",
    "Holder",
    "Limit",
    "Policy",
    "Right",
    "Target",
    "policies_granting",
    "policy_for",
    "policy_of",
    "rights_of",
    "statements",
    "written_policies",
]
