import tempfile
from functools import cache
from pathlib import Path
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.files.catalog.file import load_catalog
from orchestrator.adapters.files.rollout import file
from orchestrator.errors import ConfigurationError
from tests.unit.adapters.files.rollout.rollouts import SOUND

shipped_catalog = cache(load_catalog)
slips = st.tuples(
    st.integers(0, len(SOUND)),
    st.integers(0, 4),
    st.sampled_from(["", ":", "\t", "{", "]", "'", "&a ", "*a", "!x ", "- ", "#", "~", "7", "é"]),
)


@given(st.lists(slips, min_size=1, max_size=3))
def test_whatever_is_mistyped_ends_in_a_rollout_or_in_problems_with_a_place(slips):
    text = SOUND
    for start, length, inserted in slips:
        text = text[:start] + inserted + text[start + length :]
    with tempfile.TemporaryDirectory() as folder, patch.object(file, "load_catalog", shipped_catalog):
        path = Path(folder) / "rollout.yaml"
        path.write_text(text, encoding="utf-8")
        problems = problems_of(path)
    assert all(problem.where.startswith(f"{path}:") and problem.message for problem in problems)


def problems_of(path):
    try:
        file.load(path)
    except ConfigurationError as error:
        return error.problems
    return ()
