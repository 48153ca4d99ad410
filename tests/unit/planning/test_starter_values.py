"""Values of the starter that were not replaced: a plan warns of them, with their place."""

from dataclasses import replace

from orchestrator.model.plan import Purpose
from tests.worlds.situations import world

KEPT = world(1)
KEPT = replace(
    KEPT,
    rollout=replace(
        KEPT.rollout,
        parameters={"platform_bucket": "my-platform-bucket"},
        places={"parameters.platform_bucket": "rollout.yaml:33:20"},
    ),
)
WARNING = 'rollout.yaml:33:20: parameters.platform_bucket: "my-platform-bucket" is the starter\'s.'


def test_a_plan_warns_of_a_value_of_the_starter_before_anything_else():
    assert KEPT.plan().warnings[0].startswith(WARNING)


def test_a_plan_that_only_takes_back_does_not():
    assert not any(WARNING in warning for warning in KEPT.plan(Purpose.DESTROY).warnings)
