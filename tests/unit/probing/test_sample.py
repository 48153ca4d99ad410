"""Which accounts a sample holds."""

import pytest

from orchestrator.model.identifiers import AccountId
from orchestrator.probing.sample import sample

ACCOUNTS = [AccountId(f"{number:012}") for number in range(1, 1_001)]


@pytest.mark.parametrize(("percent", "number"), [(0.01, 1), (5, 50), (5.01, 51), (100, 1_000)])
def test_a_sample_is_that_share_rounded_up(percent, number):
    assert len(sample(ACCOUNTS, percent)) == number


def test_a_sample_does_not_depend_on_the_order_and_a_larger_one_holds_it():
    small = sample(ACCOUNTS, 5)
    assert small == sample(list(reversed(ACCOUNTS)), 5)
    assert set(small) < set(sample(ACCOUNTS, 10))


def test_a_sample_is_spread_over_ids_that_follow_each_other():
    assert max(sample(ACCOUNTS, 5)) > ACCOUNTS[900]
    assert min(sample(ACCOUNTS, 5)) < ACCOUNTS[100]


def test_what_is_always_looked_into_is_in_every_sample_if_it_is_there():
    assert sample(ACCOUNTS, 0.1, [ACCOUNTS[-1], AccountId("999999999999")]).count(ACCOUNTS[-1]) == 1
    assert len(sample(ACCOUNTS, 0.1, [ACCOUNTS[-1], AccountId("999999999999")])) <= 2
