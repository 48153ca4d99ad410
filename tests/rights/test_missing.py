"""What a command says when its caller lacks one action: which one, and the policy that has it; and what is lost where it goes on."""

from collections.abc import Iterator

import pytest

from orchestrator.rights import Command, Policy
from tests.cli.conftest import Answer
from tests.rights.stage import ACCESS_ROLE, ITS_POLICY, Stage, staged, without
from tests.rights.story import HUB, MANAGEMENT, ORCHARD, QUARRY, estate, standing_in, tamper, world

OTHERS = (HUB, ORCHARD, QUARRY)
ALL, PLANNERS = "{reader,planner,cleaner,operator}", "{planner,cleaner,operator}"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Nothing is deployed."""
    with standing_in(tmp_path_factory.mktemp("bare")), staged(world(), estate(), account=MANAGEMENT, others=OTHERS) as stage:
        yield stage


@pytest.fixture(scope="module")
def standing(bare: Stage) -> Stage:
    """Everything is deployed, and something is altered by hand."""
    bare.run(Command.APPLY, "--yes", policy=Policy.OPERATOR)
    tamper(bare)
    return bare


def lacking(stage: Stage, action: str, command: Command, *words: str, policy: Policy = Policy.OPERATOR) -> Answer:
    """The caller may do everything but one action."""
    return stage.type([*command.split(), *words], without(stage.policies[policy], action))


def said(answer: Answer) -> str:
    return " ".join((answer.out + answer.err).split())


@pytest.mark.parametrize(
    ("command", "action", "policies"),
    [
        (Command.DISCOVER, "organizations:DescribeOrganization", ALL),
        (Command.DISCOVER, "organizations:ListAccounts", ALL),
        (Command.EXPLAIN, "organizations:ListRoots", ALL),
        (Command.PLAN, "cloudformation:ListStacks", PLANNERS),
        (Command.PLAN, "cloudformation:ListStackSets", PLANNERS),
        (Command.STATUS, "cloudformation:DescribeStacks", PLANNERS),
    ],
)
def test_a_command_without_a_right_names_it_and_its_policies(bare: Stage, command: Command, action: str, policies: str):
    answer = lacking(bare, action, command, *([QUARRY] if command is Command.EXPLAIN else []))
    assert answer.code == 1
    assert f"Allow the role caller to do {action}, as config/permissions/{policies}.json allow" in said(answer)


@pytest.mark.parametrize(
    ("command", "action"),
    [
        (Command.PLAN, "cloudformation:GetTemplate"),
        (Command.STATUS, "cloudformation:DescribeStackSet"),
        (Command.VERIFY, "cloudformation:ListStackInstances"),
        (Command.PLAN, "cloudformation:DescribeStackInstance"),
        (Command.DRIFT, "cloudformation:DetectStackSetDrift"),
        (Command.DRIFT, "cloudformation:ListStackInstanceResourceDrifts"),
        (Command.DRIFT, "cloudformation:DescribeStackDriftDetectionStatus"),
    ],
)
def test_what_is_deployed_cannot_be_read_without_its_right(standing: Stage, command: Command, action: str):
    answer = lacking(standing, action, command)
    assert answer.code == 1
    assert f"Allow the role caller to do {action}, as config/permissions/{PLANNERS}.json allow" in said(answer)


def test_without_tags_in_bulk_each_account_is_asked(bare: Stage):
    assert lacking(bare, "tag:GetResources", Command.DISCOVER, "--format", "json").json["calls"]["organizations:ListTagsForResource"] == 4


def test_without_paths_the_accounts_of_each_unit_have_to_be_listed(bare: Stage):
    bare.sandbox.faults.change({"serve_paths": False})
    answer = lacking(bare, "organizations:ListAccountsForParent", Command.DISCOVER)
    bare.sandbox.faults.change({"serve_paths": True})
    assert answer.code == 1
    assert f"to do organizations:ListAccountsForParent, as config/permissions/{ALL}.json allow" in said(answer)


def test_the_management_account_need_not_list_delegated_administrators(bare: Stage):
    assert lacking(bare, "organizations:ListDelegatedAdministrators", Command.DISCOVER).code == 0


def test_without_a_look_at_trusted_access_the_plan_warns(bare: Stage):
    answer = lacking(bare, "cloudformation:DescribeOrganizationsAccess", Command.PLAN)
    assert answer.code == 0
    assert "to do cloudformation:DescribeOrganizationsAccess, as config/permissions/" in said(answer)


def test_without_a_way_into_accounts_verification_knows_that_it_did_not_look(standing: Stage):
    answer = lacking(standing, "sts:AssumeRole", Command.VERIFY)
    assert answer.code == 5
    assert f"needs sts:AssumeRole on it, as config/permissions/{PLANNERS}.json allow" in said(answer)


def test_an_access_role_without_a_right_is_known_by_the_prober(standing: Stage):
    prober = standing.policies[Policy.PROBER]
    standing.sandbox.put_inline_policy(HUB, ACCESS_ROLE, ITS_POLICY, without(prober, "cloudtrail:LookupEvents"))
    answer = lacking(standing, "none", Command.STATUS)
    standing.sandbox.put_inline_policy(HUB, ACCESS_ROLE, ITS_POLICY, prober)
    assert answer.code == 0
    assert f"Allow the role {ACCESS_ROLE} to do cloudtrail:LookupEvents, as config/permissions/prober.json allows" in said(answer)


def test_an_explicit_deny_is_no_missing_right(bare: Stage):
    deny = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"organizations:ListAccounts","Resource":"*"}]}'
    answer = bare.type(["discover"], bare.policies[Policy.READER], deny)
    assert answer.code == 1
    assert "A statement in an identity-based policy denies organizations:ListAccounts" in said(answer)
