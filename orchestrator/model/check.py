"""What ``doctor`` finds: one verdict per check, with its evidence and what to do next."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """WARN where something may go wrong, or could not be looked at."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``evidence`` is what was seen; ``remedy`` a next step, where there can be one a command."""

    result: Result
    evidence: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A verdict and the check it is of, ``trusted_access``."""

    name: str
    verdict: Verdict


def ok(evidence: str) -> Verdict:
    return Verdict(Result.OK, evidence)


def warn(evidence: str, remedy: str = "") -> Verdict:
    return Verdict(Result.WARN, evidence, remedy)


def fail(evidence: str, remedy: str) -> Verdict:
    return Verdict(Result.FAIL, evidence, remedy)
