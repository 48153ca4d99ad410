"""What control policies block of a rollout: ``find_blockages`` judges the calls it makes and grants, ``blockage_warnings`` says so."""

from orchestrator.planning.blocking.finding import (
    Blockages,
    blockage_warnings,
    blockages_for,
    find_blockages,
    shares_of,
    whole_life,
    works_of,
)
from orchestrator.planning.blocking.sentences import EXEMPT, NOT_READ, control_warnings

__all__ = [
    "EXEMPT",
    "NOT_READ",
    "Blockages",
    "blockage_warnings",
    "blockages_for",
    "control_warnings",
    "find_blockages",
    "shares_of",
    "whole_life",
    "works_of",
]
