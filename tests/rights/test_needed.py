"""The policies of config/permissions against what their commands really need: enough, and nothing more."""

import pytest

from orchestrator.rights import COMMANDS, RIGHTS, Command, Limit, Policy, Right, rights_of
from tests.rights.story import Record, play

pytestmark = pytest.mark.timeout(600)  # the fixture plays some thirty commands

Pairs = frozenset[tuple[str, bool]]
"""Actions, each with whether CloudFormation asks for it on the caller's behalf."""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """Every command ended as it should: each policy is enough for its commands."""
    return play(tmp_path_factory.mktemp("estate"))


def pairs(rights: tuple[Right, ...]) -> Pairs:
    return frozenset((action, Limit.BY_CLOUDFORMATION in right.limits) for right in rights for action in right.actions)


def needed(record: Record, policy: Policy) -> Pairs:
    by_command = (record.by_command[command] for command in COMMANDS[policy])
    judged = record.inside if policy is Policy.PROBER else frozenset[tuple[str, bool, str]]().union(*by_command)
    return frozenset((action, by_cloudformation) for action, by_cloudformation, _ in judged)


def test_nothing_a_command_asks_for_is_refused(record: Record):
    asked = [*record.by_command.items(), ("inside", record.inside)]
    assert {what: refused for what, judged in asked if (refused := {row for row in judged if row.decision != "allowed"})} == {}


@pytest.mark.parametrize("policy", Policy)
def test_every_action_of_a_policy_is_needed_by_one_of_its_commands(record: Record, policy: Policy):
    assert pairs(rights_of(policy)) - needed(record, policy) == frozenset()


@pytest.mark.parametrize("command", Command)
def test_the_table_lists_what_a_command_needs(record: Record, command: Command):
    listed = pairs(tuple(right for right in RIGHTS if command in right.commands))
    assert {(action, by_cloudformation) for action, by_cloudformation, _ in record.by_command[command]} - listed == set()
