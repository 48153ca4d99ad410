from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.files.reading.durations import parse_duration, render_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("0s", timedelta(0)),
        ("90s", timedelta(seconds=90)),
        ("5m", timedelta(minutes=5)),
        ("24h", timedelta(days=1)),
        ("30d", timedelta(days=30)),
        ("2w", timedelta(days=14)),
    ],
)
def test_a_whole_number_and_a_unit_are_a_duration(text, duration):
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "30", "d", "1.5d", "-1d", "30 d", "30D", "1d12h", "1y", "٣d", "30d\n"])
def test_anything_else_is_none(text):
    with pytest.raises(ValueError, match="no duration"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["999999999w", "3651d", "99999999999999999999w"])
def test_more_than_ten_years_are_refused(text):
    with pytest.raises(ValueError, match="longer than 3650d"):
        parse_duration(text)


def test_thirty_days_are_written_as_they_were_read():
    assert [render_duration(parse_duration(text)) for text in ("30d", "36h", "90m", "45s", "0s")] == ["30d", "36h", "90m", "45s", "0s"]


@given(st.timedeltas(timedelta(0), timedelta(days=3650)))
def test_what_is_rendered_reads_back_to_the_second(duration):
    assert parse_duration(render_duration(duration)) == timedelta(days=duration.days, seconds=duration.seconds)
