"""A page wraps words, keeps ids whole, and colours only where it may."""

from datetime import timedelta

import pytest

from orchestrator.model.counts import counted
from orchestrator.presentation.page import NARROWEST, PLAIN_WIDTH, Page, Tone, page_for, sections
from orchestrator.presentation.words import line_of, listed, sourced, span

ID = "arn:aws:cloudformation:us-east-1:123456789012:stackset/cado-spoke-kms:0f0f0f0f-0000-1111-2222-333333333333"


def test_an_id_wider_than_the_page_stays_whole():
    assert ID in Page(60).wrap(f"the StackSet {ID} is gone", "  ")[1]


def test_a_row_that_does_not_fit_becomes_a_sentence():
    lines = Page(60).table([("a-rather-long-first-column", "a-rather-long-second-column", "words that need some room")])
    assert [line.strip() for line in lines] == [
        "a-rather-long-first-column  a-rather-long-second-column",
        "words that need some room",
    ]


def test_the_last_column_wraps_below_itself():
    assert Page(60).table([("op-001", "word " * 12)]) == ["  op-001  " + "word " * 9 + "word", " " * 10 + "word word"]


def test_rows_without_columns_are_no_lines():
    assert Page().table([]) == []


@pytest.mark.parametrize(
    ("is_terminal", "environment", "expected"),
    [
        (True, {}, Page(80, color=True)),
        (True, {"NO_COLOR": "1"}, Page(80)),
        (True, {"NO_COLOR": ""}, Page(80, color=True)),
        (True, {"TERM": "dumb"}, Page(80)),
        (True, {"CLICOLOR": "0"}, Page(80)),
        (False, {}, Page(80)),
        (False, {"FORCE_COLOR": "1"}, Page(80, color=True)),
        (False, {"FORCE_COLOR": "0"}, Page(80)),
        (False, {"CLICOLOR_FORCE": "1"}, Page(80, color=True)),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, Page(80)),
    ],
)
def test_colour_is_for_terminals_that_want_it(is_terminal, environment, expected):
    assert page_for(80, environment, is_terminal=is_terminal) == expected


def test_a_pipe_that_says_no_width_gets_that_of_files():
    assert page_for(None, {}, is_terminal=False) == Page(PLAIN_WIDTH)


def test_wide_letters_count_as_the_columns_they_take():
    assert Page(40).table([("支付系统", "production"), ("payments", "production")]) == ["  支付系统  production", "  payments  production"]
    assert Page(20).wrap("支付 支付 支付 支付 支付") == ["支付 支付 支付 支付", "支付"]


def test_spaces_inside_a_line_stay_and_those_at_a_break_go():
    assert Page(20).wrap("one  two three four five six", "- ", "  ") == ["- one  two three", "  four five six"]


def test_a_narrow_terminal_still_gets_readable_lines():
    assert [page_for(columns, {}, is_terminal=True).width for columns in (40, 5)] == [40, NARROWEST]


def test_plain_pages_are_not_painted():
    assert (Page().paint("x", Tone.BAD), Page(color=True).paint("x", Tone.BAD)) == ("x", "\x1b[31mx\x1b[0m")


def test_empty_sections_leave_no_gap():
    assert sections(["a"], [], ["b"]) == ["a", "", "b"]


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=29, hours=4, minutes=59), "29 days 4 hours"),
        (timedelta(days=1, minutes=5), "1 day 5 minutes"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(hours=-2), "2 hours"),
    ],
)
def test_spans_have_two_units(length, words):
    assert span(length) == words


def test_counts_and_lists_read_as_sentences():
    assert [counted(number, "account") for number in (0, 1, 1200)] == ["0 accounts", "1 account", "1,200 accounts"]
    assert [listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


RULES = {"hub": "r.yaml:5:3", "hub, too": "r.yaml:9:3", "pci": "r.yaml:12:3", "adopted": ""}


@pytest.mark.parametrize(
    ("because", "words"),
    [
        ("hub", 'rule "hub" (r.yaml:5)'),
        ("hub, pci", 'rule "hub" (r.yaml:5) and rule "pci" (r.yaml:12)'),
        ("hub, too", 'rule "hub, too" (r.yaml:9)'),
        ("withheld: pci: cards; paid, too; hub", 'withheld by rule "pci" (r.yaml:12): cards; paid, too; rule "hub" (r.yaml:5)'),
        ("adopted", 'rule "adopted"'),
        ("withheld: of old", "withheld: of old"),
        ("destroy", "destroy"),
    ],
)
def test_reasons_say_where_their_rules_stand(because, words):
    assert sourced(because, RULES) == words


def test_a_place_loses_its_column_alone():
    assert [line_of(place) for place in ("config/r.yaml:3:5", "config/r.yaml:3", "r.yaml", "")] == ["config/r.yaml:3"] * 2 + ["r.yaml", ""]
