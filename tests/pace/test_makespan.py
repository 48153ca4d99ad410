"""How long a rollout takes in simulated time, on the planner and engine that ship, against what no order could beat."""

import pytest

from scripts.benchmarks.company import rollout_plan
from scripts.benchmarks.makespan import constant, simulate, spread


@pytest.mark.parametrize(("duration", "most"), [(constant, 1.1), (spread, 1.3)])
def test_a_rollout_takes_hardly_longer_than_its_stacksets_have_to_work(duration, most):
    found = simulate(rollout_plan(3000), duration)
    assert found.ratio <= most
