import json
import re

import pytest

from orchestrator.adapters.files.reading import yaml_document
from orchestrator.adapters.files.reading.yaml_document import load_document
from orchestrator.errors import ConfigurationError


def read(folder, text):
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_document(path)


@pytest.mark.parametrize(
    ("text", "place", "message", "remedy"),
    [
        ("", "1:1", "empty", "init"),
        ("# only a comment\n", "1:1", "empty", "init"),
        ("a: 1\nb:\n\t- x\n", "3:1", "not YAML", "no tabs"),
        ("a: @x\t# a tab that harms nobody\n", "1:4", "not YAML", "quotes"),
        ("a: 'x\n", "2:1", "which begins at line 1", "Close the quote"),
        ("a: [1\nb: 2\n", "2:2", "not YAML", "brackets"),
        ("a: b: c\n", "1:5", "not YAML", "colon"),
        ("a: 1\n---\nb: 2\n", "2:1", "not YAML", "one document"),
        ("a: *b\n", "1:4", "undefined alias", ""),
        ("a: 1\nb: x\x01\n", "2:5", "'\\x01'", "Remove"),
        (b"a: 1\nname: caf\xe9\n", "2:10", "not UTF-8", "UTF-8"),
        ("a: &a [*a]\n", "1:1", "contains itself", ""),
        ("[" * 1000, "1:1", "too deep", ""),
    ],
)
def test_a_file_that_is_no_yaml_is_refused_at_the_place(tmp_path, text, place, message, remedy):
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, text)
    (problem,) = caught.value.problems
    assert problem.where == f"{tmp_path / 'file.yaml'}:{place}"
    assert message in problem.message
    assert remedy in problem.remedy


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_document(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    document = read(tmp_path, b"\xef\xbb\xbfa: 1\r\nb: x\r\n")
    assert document.data == {"a": 1, "b": "x"}
    assert document.where(("b",)).endswith(":2:4")


def test_only_numbers_booleans_and_null_are_no_text(tmp_path):
    document = read(tmp_path, "[on, no, 2026-01-01, 1.5, 7, true, ~, '7', 0x10, 012]")
    assert document.data == ["on", "no", "2026-01-01", 1.5, 7, True, None, "7", 16, 12]
    assert document.mark((9,)).text == "012"


def test_a_number_beyond_reading_stays_text(tmp_path):
    assert read(tmp_path, f"a: {'9' * 5000}").data == {"a": "9" * 5000}


def test_faults_that_leave_a_file_readable_are_collected(tmp_path):
    document = read(tmp_path, "a: 1\na: 2\nb: !secret x\n? [c]\n: 3\nd: {e: 1, e: 2}\n")
    places = [problem.where.removeprefix(f"{tmp_path / 'file.yaml'}:") for problem in document.problems]
    assert places == ["2:1", "3:4", "4:3", "6:11"]
    assert document.data == {"a": 1, "b": "x", "d": {"e": 1}}


def test_a_value_that_is_missing_is_placed_at_what_surrounds_it(tmp_path):
    document = read(tmp_path, "a:\n  b: {c: 1}\nd:\n")
    assert [document.where(at).rsplit(":", 2)[1:] for at in (("a", "b", "x"), ("a", "b", "c"), ("d",), ("z",))] == [
        ["2", "6"],
        ["2", "10"],
        ["3", "1"],
        ["1", "1"],
    ]
    assert document.where(("a", "b"), key=True).endswith(":2:3")


@pytest.mark.parametrize("level", ["[{}]", "{{<<: [{}]}}", "{{k: [{}]}}"], ids=["lists", "merge keys", "mappings"])
def test_aliases_inside_aliases_are_refused_at_their_place(tmp_path, level):
    levels = "".join(f"l{n}: &l{n} {level.format(', '.join([f'*l{n - 1}'] * 10))}\n" for n in range(1, 12))
    with pytest.raises(ConfigurationError, match="fewer aliases") as caught:
        read(tmp_path, f"l0: &l0 {{x: y}}\n{levels}")
    (problem,) = caught.value.problems
    assert re.search(r"file.yaml:[12]:\d+$", problem.where)


def test_what_no_alias_repeats_may_be_of_any_length(tmp_path, monkeypatch):
    monkeypatch.setattr(yaml_document, "MOST_REPEATED", 10)
    assert len(read(tmp_path, "- x\n" * 100 + "- &a y\n" + "- *a\n" * 10).data) == 111


def test_a_letter_that_json_escaped_in_two_halves_is_whole(tmp_path):
    document = read(tmp_path, json.dumps({"name 🔑": "Prüfung 😀"}))
    assert document.data == {"name 🔑": "Prüfung 😀"}


def test_half_a_letter_is_a_problem_with_its_place(tmp_path):
    document = read(tmp_path, 'a: x\nb: "\\ud83d!"\n"c\\ude00": y\n')
    assert [(problem.where.split(":", 1)[1], "half a letter" in problem.message) for problem in document.problems] == [
        ("2:4", True),
        ("3:1", True),
    ]
