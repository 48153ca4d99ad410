"""The JSON of a plan has the rows of the contract, whatever its file looks like."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from orchestrator.model.evidence import Used
from orchestrator.model.identifiers import OperationKey
from orchestrator.model.operation import Create, StopAutoDeployment
from orchestrator.model.state import Condition, Definition, Instance, Place, Unit, Window
from orchestrator.presentation.plan.document import plan_json_text
from tests.unit.presentation.plans import PLAN, PROD, SPOKE_ROLE
from tests.worlds.states import stack, state

WINDOW = Window(datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 12, 24, 8, tzinfo=UTC))


def fields_of(plan):
    return json.loads("".join(plan_json_text(plan)))


FIELDS = fields_of(PLAN)


def test_every_account_of_a_change_has_a_row():
    assert len(FIELDS["changes"]) == sum(len(change.accounts) for change in PLAN.changes)
    assert FIELDS["changes"][-2] == {
        "change": "revoke",
        "stack_set": "cado-spoke-triage",
        "group_set": "spoke-triage",
        "account": PROD[1],
        "region": "us-east-1",
        "because": "withheld: cardholder data: PCI scope",
    }
    assert FIELDS["withheld"][-1] == {"account": PROD[1], "group_set": "spoke-triage", "because": "cardholder data: PCI scope"}


def test_operations_name_their_accounts_and_what_they_wait_for():
    operation = PLAN.operations[1]
    assert (
        FIELDS["operations"][1].items()
        >= {
            "id": operation.id,
            "kind": operation.kind,
            "stack_set": operation.place.name,
            "accounts": list(operation.accounts),
            "wave": operation.wave,
            "after": list(operation.after),
        }.items()
    )


def test_the_head_of_the_plan_is_the_contracts():
    assert list(FIELDS)[:2] == ["format", "digest"]
    assert (FIELDS["format"], FIELDS["digest"]) == (1, PLAN.digest)
    header = PLAN.header
    assert FIELDS["organization"] == {
        "id": header.organization,
        "management_account": header.management_account,
        "accounts": header.accounts,
    }
    assert FIELDS["summary"]["grants_added"] == PLAN.summary.grants_added
    excluded = {"account": "333333333333", "because": "leaves the organization in March", "holds": 4}
    assert FIELDS["excluded"][0].items() >= excluded.items()
    assert [row["kind"] for row in FIELDS["violations"]] == [violation.kind for violation in PLAN.violations]
    assert FIELDS["warnings"] == list(PLAN.warnings)


def test_permissions_say_what_is_gained_and_where_the_scope_differs():
    assert FIELDS["permissions"][0].items() >= {"accounts": 12, "role": "spoke", "change": "wider", "loses": []}.items()
    assert FIELDS["permissions"][0]["gains"] == list(PLAN.permissions[0].gains)
    assert FIELDS["permissions"][0]["resources"] == {"before": ["arn:aws:kms:*:*:key/1234"], "after": ["*"]}
    assert FIELDS["permissions"][1]["resources"] == {"before": ["*"], "after": []}
    assert FIELDS["roles"][0].items() >= {"role_set": SPOKE_ROLE, "property": "session", "widens": True}.items()


def test_temporary_grants_have_their_window_and_what_was_seen():
    used = replace(PLAN.temporary[0], window=WINDOW, evidence=Used(WINDOW.not_before, "seen"))
    (row,) = fields_of(replace(PLAN, temporary=(used,)))["temporary"]
    assert (
        row.items()
        >= {"granted_at": "2026-11-24T08:00:00Z", "evidence": "seen", "found": "used", "used_at": "2026-11-24T08:00:00Z"}.items()
    )


def test_definitions_and_templates_are_found_by_the_marks_that_refer_to_them():
    definition = Definition("the template", {"RoleName": "a"}, {"rollout": "cado"})
    observed = state(
        {
            SPOKE_ROLE: Unit(
                definition, {PROD[1]: Instance(), PROD[0]: Instance(Condition.OUTDATED, reason="FAILED: no")}, auto_deploys=True
            )
        },
        {SPOKE_ROLE: stack(definition)},
    )
    operations = (
        Create(id=OperationKey("op-1"), place=Place(SPOKE_ROLE), wave="canary", definition=definition),
        StopAutoDeployment(id=OperationKey("op-2"), place=Place(SPOKE_ROLE), wave="canary"),
    )
    fields = fields_of(replace(PLAN, observed=observed, operations=operations))
    found = fields["observed"]["stack_sets"][SPOKE_ROLE]
    assert (found["current"], found["auto_deploys"], found["is_foreign"]) == ([PROD[1]], True, False)
    assert found["others"] == {PROD[0]: {"condition": "OUTDATED", "window": None, "reason": "FAILED: no", "alteration": None}}
    assert fields["observed"]["stacks"][SPOKE_ROLE]["instance"]["condition"] == "CURRENT"
    assert [row["definition"] for row in fields["operations"]] == [found["definition"], None]
    assert fields["templates"][fields["definitions"][found["definition"]]["template"]] == "the template"


def test_an_empty_table_is_an_empty_list():
    assert fields_of(replace(PLAN, changes=(), operations=()))["changes"] == []


def test_what_is_assumed_of_the_time_stands_beside_how_long_it_takes():
    assert FIELDS["estimate"] == {
        "operations": len(FIELDS["operations"]),
        "instances": sum(len(operation["accounts"]) for operation in FIELDS["operations"]),
        "seconds_per_instance": 60,
        "instances_at_once": 100,
        "seconds": 120,
    }
