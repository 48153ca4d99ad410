"""Tags are read where a rule or a wave chooses by them."""

from dataclasses import replace

import pytest

from orchestrator.model.rollout import Pace, Rule, Wave
from orchestrator.model.selectors import AllOf, Everyone, NameLike, Not, Tagged
from orchestrator.selection.references import reads_tags
from tests.unit.selection.selections import rollout

TAGGED = AllOf((Everyone(), Not(Tagged({"env": "dev"}))))


@pytest.mark.parametrize(("where", "is_read"), [(Everyone(), False), (NameLike("env*"), False), (TAGGED, True)])
def test_a_rule_reads_tags_at_any_depth(where, is_read):
    assert reads_tags(rollout(Rule("rule", where))) is is_read


@pytest.mark.parametrize(("where", "is_read"), [(None, False), (Everyone(), False), (TAGGED, True)])
def test_a_wave_may_read_tags_too(where, is_read):
    plain = rollout(Rule("rule", Everyone()))
    assert reads_tags(replace(plain, pace=Pace(waves=(Wave("canary", where), Wave("everyone"))))) is is_read
