"""A plan file gives the exact plan back, or says why not; what was changed is never carried out."""

import json
import re
import stat
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from orchestrator.adapters.files.plan.file import decode_plan, digest, digest_of, encode_plan, read_plan, with_digest, write_plan
from orchestrator.errors import PlanFileError, RefusedError
from orchestrator.model.evidence import Used
from orchestrator.model.identifiers import AccountId, GroupSetName, OperationKey, OrganizationId, PlanDigest, Region, StackSetName
from orchestrator.model.operation import Create, CreateInstances, StackOperation
from orchestrator.model.organization import AccountState
from orchestrator.model.permission import Block, PermissionChange, ScopeChange
from orchestrator.model.plan import (
    Change,
    ChangeKind,
    ExcludedAccount,
    Header,
    Plan,
    Purpose,
    Summary,
    Target,
    Violation,
)
from orchestrator.model.provenance import Commit, Provenance
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import CallAs, Pace, Wave
from orchestrator.model.selectors import AccountIs, AllOf, AnyOf, Everyone, Hub, InOrganizationalUnit, Management, NameLike, Not, Tagged
from orchestrator.model.state import Condition, Definition, Instance, Place, Unit, Window
from orchestrator.model.temporary import TemporaryGrant, TemporaryState
from orchestrator.presentation.plan.document import plan_json_text
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
    provenance=Provenance("ada on laptop", Commit("0f" * 20, "main", is_modified=None)),
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
        changes=(Change(ChangeKind.GRANT, KMS, GroupSetName("spoke-kms"), (ACCOUNT,), "every workload account"),),
        permissions=(NARROWER,),
        targets=(Target(ACCOUNT, "payments", "/Workloads", AccountState.ACTIVE, {"env": "prod", "team": None}),),
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
    """The types allow more: a plain stack is created, updated and deleted whole, in an account; targets stand in order, each once."""
    operations = tuple(
        operation
        if isinstance(operation, StackOperation) and operation.accounts
        else replace(operation, place=replace(operation.place, is_stack=False))
        for operation in plan.operations
    )
    targets = {target.account: target for target in plan.targets}
    return replace(plan, operations=operations, targets=tuple(target for _, target in sorted(targets.items())))


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
TEXTS = st.lists(st.text()).map(tuple)
st.register_type_strategy(Block, st.builds(Block, TEXTS, st.dictionaries(st.text(), st.dictionaries(st.text(), TEXTS))))
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


def resealed(**fields: object) -> bytes:
    """Changed by somebody who knows how to digest it anew."""
    changed = json.loads(edited(**fields))
    return json.dumps({**changed, "digest": digest_of(changed)}).encode()


@pytest.mark.parametrize(("number", "remedy"), [(1, "Make it again"), (3, "Upgrade")])
def test_another_format_is_refused_before_its_digest_is_looked_at(number, remedy):
    with pytest.raises(PlanFileError, match=f"format {number}") as caught:
        decode_plan(edited(format=number), "plan.json")
    assert remedy in str(caught.value.remedy)


def test_the_rows_of_a_plan_are_no_plan_file():
    with pytest.raises(PlanFileError, match="format 1"):
        decode_plan("".join(plan_json_text(PLAN)).encode(), "plan.json")


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
    twice = encode_plan(PLAN).replace(b'"format":2,', b'"format":2, "because":"shown to the reviewer",')
    with pytest.raises(PlanFileError, match="twice"):
        decode_plan(twice, "plan.json")


OPERATIONS = json.loads(encode_plan(PLAN))["operations"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"definitions": []}, "number 0 leads nowhere"),
        ({"templates": []}, "number 0 leads nowhere"),
        ({"operations": [{**OPERATIONS[0], "definition": -1}]}, "number -1 leads nowhere"),
        ({"operations": [{**OPERATIONS[0], "kind": "guess"}]}, "no kind of operation"),
        ({"operations": [{**OPERATIONS[0], "kind": "create_stack"}]}, "lacks the account"),
        ({"operations": [{**OPERATIONS[1], "accounts": "0-1"}]}, "account 0-1 is not in its table"),
        ({"operations": [{**OPERATIONS[1], "accounts": "0,-1"}]}, "something else than numbers"),
        ({"operations": [{**OPERATIONS[1], "accounts": "9" * 5000}]}, "something else than numbers"),
        ({"operations": [{**OPERATIONS[1], "accounts": "0-0"}]}, "more than this program reads"),
        ({"accounts": [ACCOUNT, "444444444444"]}, "more than this program reads"),
        ({"targets": [{**json.loads(encode_plan(PLAN))["targets"][0], "names": []}]}, "differ in number"),
        ({"pace": {**json.loads(encode_plan(PLAN))["pace"], "waves": [{"name": "a", "where": {"or": 1}, "percent": None}]}}, 'wave "a"'),
        ({"created_at": "2026-11-24T08:00:01"}, "timezone"),
        ({"created_at": "2026-11-24T09:00:01+01:00"}, "more than this program reads"),
        ({"summary": None}, "summary"),
        ({"more": 1}, "unknown"),
    ],
)
def test_a_file_that_was_digested_anew_is_still_held_against_its_format(fields, why):
    with pytest.raises(PlanFileError, match=re.escape(why)):
        decode_plan(resealed(**fields), "plan.json")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just("0-1"),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def damaged(value: JsonValue, data: st.DataObject) -> JsonValue:
    """The same with one value somewhere inside replaced, removed or doubled."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        name = data.draw(st.sampled_from(sorted(value)))
        return {**value, name: damaged(value[name], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(value) - 1))
        return data.draw(
            st.sampled_from((value[:place], [*value, value[place]], [*value[:place], damaged(value[place], data), *value[place + 1 :]]))
        )
    return data.draw(VALUES)


@given(st.data())
@settings(max_examples=100, suppress_health_check=NO_CHECKS)
def test_no_damage_digested_anew_ends_in_anything_but_words_or_that_very_plan(data):
    fields = json.loads(encode_plan(PLAN))
    name = data.draw(st.sampled_from(sorted(fields)))
    content = resealed(**{name: damaged(fields[name], data)})
    try:
        found = decode_plan(content, "plan.json")
    except PlanFileError:
        return
    assert json.loads(encode_plan(found)) == json.loads(content)


def test_every_account_stands_in_the_file_once_however_many_sets_it_gets():
    accounts = tuple(AccountId(f"{number:012d}") for number in range(700, 1700))
    names = [StackSetName(f"cado-set-{number}") for number in range(20)]
    plan = replace(
        PLAN,
        changes=tuple(Change(ChangeKind.GRANT, name, None, accounts, "every workload account") for name in names),
        operations=tuple(CreateInstances(id=OperationKey(name), place=Place(name), wave="all", accounts=accounts) for name in names),
        observed=state({name: Unit(DEFINITION, dict.fromkeys(accounts, Instance())) for name in names}),
        targets=tuple(Target(account, "one of many", "/Workloads", AccountState.ACTIVE) for account in accounts),
    )
    content = encode_plan(with_digest(plan))
    assert {content.count(account.encode()) for account in accounts} == {1}


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
