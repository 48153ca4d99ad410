"""Of every set of control policies: more denials and fewer allowances never allow more, and what is not known decides nothing."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from hypothesis import assume
from hypothesis import strategies as st

from orchestrator.model.identifiers import AccountId, OrganizationId, OuPath
from orchestrator.model.organization import RESOURCE_CONTROL, SERVICE_CONTROL, Account, Organization, OrganizationPolicy
from orchestrator.policies.above import above
from orchestrator.policies.context import Context
from orchestrator.policies.control import Outcome, Reason, outcome, reasons
from orchestrator.policies.principals import owner_of, role_context
from orchestrator.policies.statements import Request
from tests.properties.reproduction import given
from tests.properties.strategies import MANAGEMENT, ROOT, UNITS

ACCOUNTS = tuple(AccountId(f"{number:012}") for number in (111, 112, 222, 333))
PLACES = dict(zip(ACCOUNTS, ("/A/B", "/A/B", "/AB", "/C"), strict=True))
ORGANIZATION = Organization(
    OrganizationId("o-exampleorgid"),
    MANAGEMENT,
    ROOT,
    UNITS,
    {account: Account(account, account, OuPath(path)) for account, path in PLACES.items()},
)
TARGETS = (ROOT, *(unit.id for unit in UNITS), *ACCOUNTS)
KEYS: Mapping[str, tuple[str, ...]] = {
    "aws:PrincipalArn": ("arn:aws:iam::*:role/Spoke", f"arn:aws:iam::{ACCOUNTS[0]}:role/*", "arn:aws:iam::*:role/admin"),
    "aws:PrincipalAccount": (ACCOUNTS[0], ACCOUNTS[2], "00000000011*"),
    "aws:PrincipalOrgPaths": ("o-exampleorgid/r-ab12/*", f"o-exampleorgid/r-ab12/{UNITS[0].id}/*"),
    "aws:RequestedRegion": ("eu-west-1", "us-*"),
    "aws:SourceVpc": ("vpc-1", "vpc-*", "${aws:SourceVpc}"),
    "aws:ResourceAccount": (ACCOUNTS[1], "${aws:PrincipalAccount}"),
}
UNKNOWN = ("aws:requestedregion", "aws:sourcevpc", "aws:resourceaccount")
VALUES = {
    "aws:requestedregion": ("eu-west-1", "us-east-1", "ap-south-1"),
    "aws:sourcevpc": ("vpc-1", "vpc-2", "other"),
    "aws:resourceaccount": ACCOUNTS,
}
ACTIONS = ("s3:GetObject", "iam:CreateRole", "kms:*", "sts:AssumeRole")
RESOURCES = ("*", "arn:aws:s3:::evidence/*", "arn:aws:iam::{account}:role/Spoke")
RANK = (Outcome.UNBLOCKED, Outcome.DEPENDS, Outcome.BLOCKED)

OPERATORS = st.sampled_from(("StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "StringEqualsIgnoreCase"))
Document = dict[str, object]


@st.composite
def conditions(draw: st.DrawFn) -> Document:
    key = draw(st.sampled_from(sorted(KEYS)))
    values = draw(st.lists(st.sampled_from(KEYS[key]), min_size=1, max_size=2))
    shape = draw(st.sampled_from(("{}", "{}IfExists", "ForAllValues:{}", "ForAnyValue:{}", "Null")))
    if shape == "Null":
        return {"Null": {key: draw(st.sampled_from(("true", "false")))}}
    return {shape.format(draw(OPERATORS)): {key: values}}


@st.composite
def statements(draw: st.DrawFn, effect: str) -> Document:
    action, resource = draw(st.sampled_from(("Action", "NotAction"))), draw(st.sampled_from(("Resource", "NotResource")))
    patterns = ("*", "arn:aws:s3:::*", f"arn:aws:iam::{ACCOUNTS[0]}:role/*", "arn:aws:iam::*:role/*")
    return {
        "Effect": effect,
        action: draw(st.lists(st.sampled_from(("*", "s3:*", "iam:Create*", "kms:Decrypt", "sts:*")), min_size=1, max_size=2)),
        resource: draw(st.lists(st.sampled_from(patterns), min_size=1, max_size=2)),
        "Condition": draw(st.one_of(st.just({}), conditions())),
    }


def policy(name: str, targets: Iterable[str], document: Document, kind: str = SERVICE_CONTROL) -> OrganizationPolicy:
    return OrganizationPolicy(name, name, kind, tuple(targets), json.dumps({"Version": "2012-10-17", "Statement": [document]}))


@st.composite
def policies(draw: st.DrawFn) -> tuple[OrganizationPolicy, ...]:
    found = []
    for number in range(draw(st.integers(1, 4))):
        effect = draw(st.sampled_from(("Deny", "Deny", "Allow")))
        kind = SERVICE_CONTROL if effect == "Allow" else draw(st.sampled_from((SERVICE_CONTROL, RESOURCE_CONTROL)))
        targets = draw(st.lists(st.sampled_from(TARGETS), min_size=1, max_size=2, unique=True))
        found.append(policy(f"p-{number}", targets, draw(statements(effect)), kind))
    return tuple(found)


Asked = tuple[str, str]
ASKED = st.tuples(st.sampled_from(ACTIONS), st.sampled_from(RESOURCES))


def ask(found: tuple[OrganizationPolicy, ...], asked: Asked, account: AccountId, more: Mapping[str, tuple[str, ...]]) -> tuple[Reason, ...]:
    """``more`` is known beside what a role's own ARN says."""
    known = above(ORGANIZATION, found)
    action, resource = asked[0], asked[1].format(account=account)
    context = role_context(f"arn:aws:iam::{account}:role/Spoke", ORGANIZATION.id, known.path_of(account), {})
    whose = owner_of(resource, ORGANIZATION.accounts, ORGANIZATION.id) if not more else {}
    context = Context({**context.known, **whose, **{key: (values,) for key, values in more.items()}}, context.absent)
    return reasons(known.statements, known.bounds(account, account), Request(action, resource, context))


@given(found=policies(), more=statements("Deny"), target=st.sampled_from(TARGETS), asked=ASKED, account=st.sampled_from(ACCOUNTS))
def test_another_denial_never_allows_more(
    found: tuple[OrganizationPolicy, ...], more: Document, target: str, asked: Asked, account: AccountId
):
    before, after = (outcome(ask(those, asked, account, {})) for those in (found, (*found, policy("p-more", [target], more))))
    assert RANK.index(after) >= RANK.index(before)


@given(found=policies(), number=st.integers(0, 3), asked=ASKED, account=st.sampled_from(ACCOUNTS))
def test_an_allowance_that_is_detached_where_another_policy_stays_never_allows_more(
    found: tuple[OrganizationPolicy, ...], number: int, asked: Asked, account: AccountId
):
    """FullAWSAccess is listed: else it would take the place of the last one."""
    listed = (*found, policy("p-FullAWSAccess", TARGETS, {"Effect": "Allow", "Action": "*", "Resource": "*"}))
    gone = listed[number % len(listed)]
    assume('"Allow"' in gone.document)
    stays = policy("p-stays", TARGETS, {"Effect": "Deny", "Action": "ec2:Nothing", "Resource": "*"})
    rest = tuple(replace(one, targets=()) if one is gone else one for one in listed)
    before, after = (outcome(ask((*those, stays), asked, account, {})) for those in (listed, rest))
    assert RANK.index(after) >= RANK.index(before)


@given(found=policies(), asked=ASKED, account=st.sampled_from(ACCOUNTS), data=st.data())
def test_no_value_of_what_is_not_known_contradicts_a_certain_answer(
    found: tuple[OrganizationPolicy, ...], asked: Asked, account: AccountId, data: st.DataObject
):
    assumed = outcome(ask(found, asked, account, {}))
    values = {key: data.draw(st.one_of(st.just(()), st.sampled_from(VALUES[key]).map(lambda value: (value,)))) for key in UNKNOWN}
    if "{account}" in asked[1]:
        values["aws:resourceaccount"] = (account,)
    known = outcome(ask(found, asked, account, values))
    assert assumed in (Outcome.DEPENDS, known)


@given(found=policies(), asked=ASKED)
def test_accounts_that_are_judged_once_are_judged_alike(found: tuple[OrganizationPolicy, ...], asked: Asked):
    for group in above(ORGANIZATION, found).alike(ACCOUNTS):
        answers = {ask(found, asked, account, {}) for account in group}
        assert len({frozenset(answer) for answer in answers}) == 1
