"""What a failing property leaves behind is a test that fails for the same reason."""

import runpy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties import reproduction
from tests.properties.reproduction import given as given_and_written_down
from tests.properties.source import Writer
from tests.properties.strategies import worlds
from tests.properties.test_execution import faults, plans
from tests.worlds.world import World


@given(st.one_of(worlds(), plans(), faults))
def test_what_is_written_down_is_the_same_again(value):
    writer = Writer()
    text = writer.write(value)
    made: dict[str, object] = {}
    exec(f"{writer.imports()}\nvalue = {text}", made)  # noqa: S102 - text that was written here
    assert made["value"] == value


@settings(database=None)
@given_and_written_down(worlds())
def check_that_organizations_are_small(world: World):
    assert world.plan().header.accounts < 4


def test_a_failing_property_leaves_the_smallest_situation_as_a_test(tmp_path, monkeypatch):
    monkeypatch.setattr(reproduction, "FOLDER", tmp_path / "found")
    with pytest.raises(AssertionError) as failure:
        check_that_organizations_are_small()
    (path,) = (tmp_path / "found").iterdir()
    assert any(str(path.name) in note for note in failure.value.__notes__)
    written = runpy.run_path(str(path))
    assert len(written["SITUATION"]["world"].organization.accounts) == 4, "the smallest organization that shows it"
    with pytest.raises(AssertionError) as again:
        written["check_that_organizations_are_small_here"]()
    assert str(again.value) == str(failure.value)


def test_a_situation_that_cannot_be_written_down_hides_no_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(reproduction, "FOLDER", tmp_path)

    @given_and_written_down(st.just(object()))
    def check(thing):
        raise ValueError("the failure itself")

    with pytest.raises(ValueError, match="the failure itself") as failure:
        check()
    assert any("a object cannot be written down" in note for note in failure.value.__notes__)
    assert list(tmp_path.iterdir()) == []
