import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.permissions.patterns import arns_overlap, covers, overlap

PATTERNS = st.text(alphabet="ab:*?", max_size=8)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("arn:aws:ssm:*::document/AWS-RunShellScript", "arn:*:ssm:*:*:document/*", True),
        ("arn:aws:iam::*:role/*CadoResponse*", "arn:*:iam::*:instance-profile/*", False),
        ("arn:aws:s3:::bucket/*", "arn:*:s3:::*", True),
        ("arn:aws:ec2:*:1:instance/*", "arn:*:ec2:*:*:volume/*", False),
        ("a?c", "abc", True),
        ("", "*", True),
        ("", "a", False),
        ("o" * 1100, "*" + "o" * 500, True),
        ("o" * 1100 + "?", "*" + "o" * 500 + "x" * 2, False),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else None,
)
def test_patterns_overlap_when_one_text_fits_both(left, right, expected):
    assert arns_overlap(left, right) is expected
    assert arns_overlap(right, left) is expected


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("*", "arn:aws:s3:::bucket/*", True),
        ("arn:aws:s3:::bucket/*", "*", False),
        ("arn:aws:iam::*:role/*", "arn:aws:iam::*:role/*CadoResponse*", True),
        ("arn:aws:iam::*:role/*CadoResponse*", "arn:aws:iam::*:role/*", False),
        ("a?c", "a*c", False),
        ("a**c", "ac", True),
    ],
)
def test_one_pattern_covers_another(wide, narrow, expected):
    assert covers(wide, narrow) is expected


@given(PATTERNS, PATTERNS)
def test_what_is_covered_overlaps(wide, narrow):
    if covers(wide, narrow):
        assert overlap(wide, narrow)


@given(PATTERNS)
def test_a_pattern_covers_itself_and_the_star_covers_all(pattern):
    assert covers(pattern, pattern)
    assert covers("*", pattern)
