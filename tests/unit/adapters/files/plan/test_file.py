"""A plan file gives the exact plan back, or says why not; what was changed is never carried out."""

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.adapters.files.plan.file import decode_plan, digest, digest_of, encode_plan, read_plan, with_digest, write_plan
from orchestrator.errors import PlanFileError, RefusedError
from orchestrator.model.evidence import Used
from orchestrator.model.identifiers import AccountId, GroupSetName, OperationKey, OrganizationId, PlanDigest, Region, StackSetName
from orchestrator.model.operation import Create, CreateInstances, StackOperation
from orchestrator.model.permission import Block, PermissionChange, ScopeChange
from orchestrator.model.plan import (
    Change,
    ChangeKind,
    ExcludedAccount,
    Header,
    Plan,
    Purpose,
    Summary,
    Violation,
)
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import CallAs, Pace, Wave
from orchestrator.model.selectors import AccountIs, AllOf, AnyOf, Everyone, Hub, InOrganizationalUnit, Management, NameLike, Not, Tagged
from orchestrator.model.state import Condition, Definition, Instance, Place, Unit, Window
from orchestrator.model.temporary import TemporaryGrant, TemporaryState
from tests.worlds.states import state

IN_ONE_REGION = (Block(("*",), {"StringEquals": {"aws:RequestedRegion": ("us-east-1",)}}),)
NARROWER = PermissionChange(1, RoleKind.SPOKE, ScopeChange.NARROWER, ("kms:Decrypt",), (Block(("*",)),), IN_ONE_REGION)

ACCOUNT = AccountId("012345678901")
KMS = StackSetName("cado-spoke-kms")
DEFINITION = Definition('{"Resources": {}}', {"ExternalId": "fingerprint:0011223344556677"}, {"rollout": "cado"})
WINDOW = Window(datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 12, 24, 8, tzinfo=UTC))
CANARY = Wave("canary", AllOf((InOrganizationalUnit("/Workloads"), Not(Tagged({"env": "prod*"})))))

HEADER = Header(
    created_at=datetime(2026, 11, 24, 8, 0, 1, 250, tzinfo=UTC),
    purpose=Purpose.ROLLOUT,
    organization=OrganizationId("o-exampleorgid"),
    management_account=AccountId("000000000001"),
    accounts=1000,
    home_region=Region("us-east-1"),
    prefix="cado",
    profile="classic",
    call_as=CallAs.DELEGATED_ADMIN,
    pace=Pace((CANARY, Wave("early", percent=10), Wave("everyone"))),
)
PLAN = with_digest(
    Plan(
        header=HEADER,
        observed=state({KMS: Unit(DEFINITION, {ACCOUNT: Instance(Condition.OUTDATED, None, "User initiated")})}),
        operations=(
            Create(id=OperationKey("op-001"), place=Place(KMS), wave="canary", definition=DEFINITION),
            CreateInstances(
                id=OperationKey("op-002"),
                place=Place(KMS),
                wave="canary",
                after=(OperationKey("op-001"),),
                accounts=(ACCOUNT,),
                window=WINDOW,
            ),
        ),
        summary=Summary(1000, 1, 1, 0, 37, 2),
        changes=(Change(ChangeKind.GRANT, KMS, GroupSetName("spoke-kms"), ACCOUNT, "every workload account"),),
        permissions=(NARROWER,),
        excluded=(ExcludedAccount(AccountId("333333333333"), "divested", 4),),
        temporary=(
            TemporaryGrant(GroupSetName("hub-kms-first-use"), ACCOUNT, TemporaryState.USED, WINDOW, Used(WINDOW.not_before, "seen")),
        ),
        warnings=("rule matches nothing",),
        violations=(Violation("revokes", "too many"),),
        rules={"every workload account": "config/rollout.yaml:31:5"},
    )
)

MOMENTS = st.datetimes(timezones=st.just(UTC))


def fit_for_aws(plan: Plan) -> Plan:
    """The types allow more: a plain stack is the management account's alone, and is created, updated and deleted whole."""
    management = plan.header.management_account
    observed = {
        place: Unit(unit.definition, {} if unit.is_foreign else {management: Instance()}, unit.is_foreign) if place.is_stack else unit
        for place, unit in plan.observed.items()
    }
    operations = tuple(
        operation
        if isinstance(operation, StackOperation) and operation.accounts
        else replace(operation, place=replace(operation.place, is_stack=False))
        for operation in plan.operations
    )
    return replace(plan, observed=observed, operations=operations)


NO_CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

LINES = st.text(st.characters(exclude_categories=("Cc", "Cs")))
SIMPLE_SELECTORS = st.one_of(
    st.sampled_from((Everyone(), Hub(), Management())),
    st.sampled_from(("/", "/Workloads/Prod", "ou-ab12-11111111")).map(InOrganizationalUnit),
    st.lists(st.from_regex(r"[0-9]{12}", fullmatch=True, alphabet="0123456789"), min_size=1).map(
        lambda ids: AccountIs(tuple(map(AccountId, ids)))
    ),
    LINES.filter(str.strip).map(NameLike),
    st.dictionaries(LINES.filter(str.strip), LINES, min_size=1).map(Tagged),
)
SELECTORS = st.recursive(
    SIMPLE_SELECTORS,
    lambda terms: (
        terms.map(Not) | st.lists(terms, min_size=1).map(tuple).flatmap(lambda found: st.sampled_from((AllOf(found), AnyOf(found))))
    ),
)

st.register_type_strategy(datetime, MOMENTS)
st.register_type_strategy(Wave, st.builds(Wave, st.text(), st.none() | SELECTORS, st.none() | st.integers()))
VALUES = st.lists(st.text()).map(tuple)
st.register_type_strategy(Block, st.builds(Block, VALUES, st.dictionaries(st.text(), st.dictionaries(st.text(), VALUES))))
PLANS = st.from_type(Plan).map(fit_for_aws)


@given(PLANS)
@settings(suppress_health_check=NO_CHECKS)
def test_every_plan_comes_back_as_it_was(plan):
    digested = with_digest(plan)
    assert decode_plan(encode_plan(digested), "plan.json") == digested


@given(st.integers(0, len(encode_plan(PLAN)) - 1), st.integers(1, 255))
@settings(max_examples=400)
def test_a_changed_byte_is_never_accepted_as_another_plan(position, flip):
    content = bytearray(encode_plan(PLAN))
    content[position] ^= flip
    try:
        found = decode_plan(bytes(content), "plan.json")
    except (PlanFileError, RefusedError):
        return
    assert found == PLAN, "only spacing may change"
    assert encode_plan(found) == encode_plan(PLAN)


@pytest.mark.parametrize("kept", [0, 1, 100, -2, -30])
def test_a_truncated_file_is_an_error_that_names_the_file(kept):
    with pytest.raises(PlanFileError, match="truncated") as caught:
        decode_plan(encode_plan(PLAN)[:kept], "plans/monday.json")
    assert caught.value.where == "plans/monday.json"
    assert "orchestrator plan" in str(caught.value.remedy)


@pytest.mark.parametrize(
    "content", [b"[]", b"3", b"{}", b'{"format": "1"}', b'{"format": 1}', b"\xff\xfe", b"[" * 100_000, b'{"format": NaN}']
)
def test_anything_else_is_not_a_plan(content):
    with pytest.raises(PlanFileError):
        decode_plan(content, "plan.json")


def edited(**fields: object) -> bytes:
    return json.dumps({**json.loads(encode_plan(PLAN)), **fields}).encode()


def test_a_newer_format_says_to_upgrade():
    with pytest.raises(PlanFileError, match="format 2") as caught:
        decode_plan(edited(format=2), "plan.json")
    assert "Upgrade" in str(caught.value.remedy)


@pytest.mark.parametrize("fields", [{"violations": []}, {"warnings": ["none"]}, {"more": 1}, {"summary": None}, {"operations": "all"}])
def test_a_changed_value_is_refused_with_both_digests(fields):
    with pytest.raises(RefusedError, match=PLAN.digest) as caught:
        decode_plan(edited(**fields), "plan.json")
    assert (caught.value.refusal, caught.value.exit_code) == ("digest", 3)


def test_a_reason_that_no_comparison_sees_is_under_the_digest_too():
    stack_set = PLAN.observed[Place(KMS)]
    other = replace(PLAN, observed=state({KMS: replace(stack_set, instances={ACCOUNT: Instance(Condition.OUTDATED, None, "")})}))
    assert other == PLAN
    assert digest(other) != PLAN.digest


def test_spacing_is_no_change():
    assert decode_plan(json.dumps(json.loads(encode_plan(PLAN)), indent=4).encode(), "plan.json") == PLAN


def test_a_key_written_twice_is_refused():
    twice = encode_plan(PLAN).replace(b'"format": 1,', b'"format": 1, "because": "shown to the reviewer",')
    with pytest.raises(PlanFileError, match="twice"):
        decode_plan(twice, "plan.json")


def test_a_reference_to_a_definition_that_is_not_there_is_an_error():
    fields = json.loads(edited(definitions={}))
    fields["digest"] = digest_of(fields)
    with pytest.raises(PlanFileError, match="leads nowhere"):
        decode_plan(json.dumps(fields).encode(), "plan.json")


def test_the_fields_others_rely_on():
    fields = json.loads(encode_plan(PLAN))
    assert fields["organization"] == {"id": "o-exampleorgid", "management_account": "000000000001", "accounts": 1000}
    assert fields["changes"] == [
        {
            "change": "grant",
            "stack_set": "cado-spoke-kms",
            "group_set": "spoke-kms",
            "account": "012345678901",
            "region": "us-east-1",
            "because": "every workload account",
        }
    ]
    assert fields["permissions"] == [
        {
            "accounts": 1,
            "role": "spoke",
            "change": "narrower",
            "gains": [],
            "loses": ["kms:Decrypt"],
            "because": [],
            "resources": None,
            "conditions": {"before": [], "after": ["StringEquals aws:RequestedRegion: us-east-1"]},
            "before": [{"resources": ["*"], "conditions": {}}],
            "after": [{"resources": ["*"], "conditions": {"StringEquals": {"aws:RequestedRegion": ["us-east-1"]}}}],
        }
    ]
    assert (
        fields["operations"][1].items()
        >= {"id": "op-002", "kind": "create_instances", "accounts": ["012345678901"], "after": ["op-001"]}.items()
    )
    assert fields["excluded"] == [{"account": "333333333333", "because": "divested", "holds": 4}]
    assert (
        fields["temporary"][0].items()
        >= {"state": "used", "granted_at": "2026-11-24T08:00:00Z", "expires_at": "2026-12-24T08:00:00Z"}.items()
    )
    assert fields["summary"]["grants_added"] == 1
    assert fields["violations"] == [{"kind": "revokes", "message": "too many"}]


def test_a_template_stands_in_the_file_once():
    assert encode_plan(PLAN).count(b"Resources") == 1


def test_a_written_plan_is_read_back_and_private(tmp_path):
    path = tmp_path / "plan.json"
    path.write_text("an older one")
    write_plan(path, PLAN)
    assert read_plan(path) == PLAN
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_no_file_and_no_folder_are_errors(tmp_path):
    with pytest.raises(PlanFileError, match="cannot be read"):
        read_plan(tmp_path / "plan.json")
    with pytest.raises(PlanFileError, match="cannot be written"):
        write_plan(tmp_path / "nowhere" / "plan.json", PLAN)


def test_the_digest_does_not_depend_on_the_digest_carried():
    assert digest(replace(PLAN, digest=PlanDigest("sha256:0"))) == PLAN.digest
