"""Everything that can be known before the first call that changes something: one check, one question, one verdict."""

from orchestrator.doctor.diagnosis import diagnose, unexamined
from orchestrator.doctor.facts import Facts

__all__ = ["Facts", "diagnose", "unexamined"]
