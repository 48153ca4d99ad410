"""What is read of an organization: the units that rules name, and tags and delegated administrators only where they matter."""

from dataclasses import replace

import pytest

from orchestrator.model.rollout import CallAs, Pace, Rule, Wave
from orchestrator.model.selectors import AllOf, AnyOf, Everyone, InOrganizationalUnit, NameLike, Not, Tagged
from orchestrator.selection.references import extent_of
from tests.unit.selection.selections import rollout

TAGGED = AllOf((Everyone(), Not(Tagged({"env": "dev"}))))
PLACED = AnyOf((NameLike("env*"), Not(InOrganizationalUnit("/Workloads/Prod"))))


@pytest.mark.parametrize(("where", "is_read"), [(Everyone(), False), (NameLike("env*"), False), (TAGGED, True)])
def test_a_rule_reads_tags_at_any_depth(where, is_read):
    assert extent_of(rollout(Rule("rule", where))).has_tags is is_read


@pytest.mark.parametrize(("where", "is_read"), [(None, False), (Everyone(), False), (TAGGED, True)])
def test_a_wave_may_read_tags_too(where, is_read):
    plain = rollout(Rule("rule", Everyone()))
    assert extent_of(replace(plain, pace=Pace(waves=(Wave("canary", where), Wave("everyone"))))).has_tags is is_read


def test_the_units_of_scope_rules_and_waves_are_looked_for():
    waves = Pace(waves=(Wave("canary", InOrganizationalUnit("ou-ab12-11111111")), Wave("everyone")))
    wanted = replace(rollout(Rule("rule", PLACED)), scope=("/Workloads",), pace=waves)
    assert extent_of(wanted).units == frozenset({"/Workloads", "/Workloads/Prod", "ou-ab12-11111111"})


@pytest.mark.parametrize("call_as", CallAs)
def test_delegated_administrators_are_asked_for_where_one_has_to_be(call_as):
    assert extent_of(replace(rollout(), call_as=call_as)).has_administrators is (call_as is CallAs.DELEGATED_ADMIN)
