"""Templates are read by CloudFormation as YAML 1.1, and given back in ASCII: whatever a text is, there it is the same text."""

import re

import yaml
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.templates.emission import Call, If, Ref, Sub, dump

WORDS = (
    *(
        [
            "on",
            "No",
            "YES",
            "off",
            "y",
            "N",
            "true",
            "~",
            "null",
            "=",
            "<<",
            "12:30:45",
            "1_000",
            "0x1F",
            "0b1",
            "017",
            "1e3",
            "1.5e+3",
            ".5",
            "-.inf",
            ".NaN",
            "+1",
            "190:20:30.15",
            "2012-10-17",
            ".",
            "-",
        ]
    ),
    *(["*a", "&a", "@a", "%a", "`", "'", '"', "[a", "{a", "#c"]),
    *("", "2001-12-14 21:59:43.10 -5", "a: b", "a #b", "!Sub x", "a\nb", " a", "a ", "\t", "Prüfung für ä", "\u2028", "\x85", "\U0001f600"),
)
letters = st.characters(exclude_categories=["Cs"])
texts = (
    st.sampled_from(WORDS)
    | st.text(letters, max_size=12)
    | st.from_regex(r"\A[-+.0-9_:xobe~TZ]{1,12}\Z")
    | st.text("on yesftrulaNOY", max_size=5)
)
leaves = texts | st.integers(-(10**6), 10**6) | st.builds(Sub, texts) | st.builds(Ref, texts)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(texts, inner, max_size=3)
        | st.builds(If, texts, inner, inner)
        | st.builds(Call, st.just("!Join"), st.tuples(texts, inner))
    ),
    max_leaves=8,
)


class Reader(yaml.SafeLoader):  # type: ignore[misc]  # published without types
    """YAML 1.1 as published, with ``!Sub x`` as a pair."""


def read_tagged(reader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        return (suffix, reader.construct_scalar(node))
    return (suffix, *reader.construct_sequence(node, deep=True))


Reader.add_multi_constructor("!", read_tagged)
for letter in "yYnN":
    # Booleans of YAML 1.1 (https://yaml.org/type/bool.html) that this reader alone takes for text.
    Reader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(f"^{letter}$"), [letter])


def meant(value):
    match value:
        case Sub(text):
            return ("Sub", text)
        case Ref(name):
            return ("Ref", name)
        case If(condition, then, otherwise):
            return ("If", condition, meant(then), meant(otherwise))
        case Call(function, arguments):
            return (function.removeprefix("!"), *map(meant, arguments))
        case dict():
            return {key: meant(item) for key, item in value.items()}
        case list():
            return [meant(item) for item in value]
        case _:
            return value


@given(st.dictionaries(texts, values, min_size=1, max_size=3))
def test_a_template_says_in_yaml_1_1_what_it_was_made_of(template):
    text = dump(template, "made")
    assert text.isascii()
    assert yaml.load(text, Loader=Reader) == meant(template)  # noqa: S506 - a loader of its own, safe as its parent
