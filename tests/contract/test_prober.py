"""Looking into accounts: answers come in the order of the questions, a little ahead of the reader, and none is an exception."""

from dataclasses import dataclass, field
from itertools import islice

import pytest

from orchestrator.adapters.aws.access import AccountAccess
from orchestrator.adapters.aws.entrances import HubRoles
from orchestrator.adapters.aws.probing import THREADS, AccountProber, Marks
from orchestrator.adapters.aws.spread import AHEAD
from orchestrator.model.identifiers import AccountId
from orchestrator.model.inside import Question, Sight
from orchestrator.model.rollout import Access
from tests.worlds.fakes import FakeProber
from tests.worlds.organizations import DEV, HUB, MANAGEMENT, PROD

ACCOUNTS = [AccountId(account) for account in (PROD, DEV, HUB)]
CLOSED = AccountId("999999999999")


@pytest.fixture(params=["sandbox", "fake"])
def prober(request):
    if request.param == "fake":
        return FakeProber({CLOSED: Sight(CLOSED, error="no role lets us in")})
    access = AccountAccess(request.getfixturevalue("session"), management_account=MANAGEMENT, access=Access())
    return AccountProber(access, HubRoles(access, (), {}), Marks({}, frozenset(), HUB), "salt")


@dataclass
class Asked:
    """Questions, and how many of them were taken."""

    count: int = 0
    accounts: list[AccountId] = field(default_factory=lambda: ACCOUNTS * 100)

    def __iter__(self):
        for account in self.accounts:
            self.count += 1
            yield Question(account)


def test_answers_come_in_the_order_of_the_questions(prober):
    assert [sight.account for sight in prober.look(map(Question, ACCOUNTS * 3))] == ACCOUNTS * 3


def test_an_account_that_cannot_be_read_is_an_answer(prober):
    closed, other = prober.look([Question(CLOSED), Question(ACCOUNTS[0])])
    assert (bool(closed.error), other.error) == (True, "")


def test_questions_are_taken_as_answers_are_read(prober):
    asked = Asked()
    assert len(list(islice(prober.look(asked), 2))) == 2
    assert asked.count <= THREADS * AHEAD + 2
