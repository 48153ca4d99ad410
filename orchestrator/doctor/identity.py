"""Who we are to AWS, and whether our clock is AWS's."""

from datetime import timedelta

from orchestrator.doctor.facts import Facts
from orchestrator.model.check import Verdict, fail, ok, warn

REFUSED_BEYOND = timedelta(minutes=5)
"""AWS refuses a signature whose time is further from its own
(https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html)."""

TOLERATED = timedelta(seconds=60)
"""Windows of temporary grants begin by our clock and are judged by AWS's."""

SYNCHRONIZE = "Set the clock: `timedatectl set-ntp true`."


def check_credentials(facts: Facts) -> Verdict:
    return ok(f"the caller is {facts.caller().arn}.")


def check_clock(facts: Facts) -> Verdict:
    skew = facts.surroundings.time_there() - facts.tools.clock.now()
    seconds = abs(round(skew.total_seconds()))
    evidence = f"this clock is {seconds:,} seconds {'behind' if skew > timedelta() else 'ahead of'} AWS's."
    if abs(skew) > REFUSED_BEYOND:
        return fail(f"{evidence} AWS refuses requests that are more than 5 minutes off.", SYNCHRONIZE)
    if abs(skew) > TOLERATED:
        return warn(f"{evidence} Windows of temporary grants would begin that much off.", SYNCHRONIZE)
    return ok(f"this clock and AWS's are less than {round(TOLERATED.total_seconds())} seconds apart.")
