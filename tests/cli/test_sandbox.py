"""`sandbox` plays snapshots alone, on ports there are."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.organization import ROLLOUT


@pytest.mark.parametrize(
    ("text", "said"),
    [(ROLLOUT, 'unknown key "rules"'), ("accounts: [", "this is not YAML"), (None, "there is no such file")],
    ids=["another file", "no yaml", "absent"],
)
def test_a_rehearsal_takes_snapshots_alone(run: Run, text: str | None, said: str):
    if text is not None:
        Path("given.yaml").write_text(text, encoding="utf-8")
    answer = run("sandbox", "--organization", "given.yaml", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (1, "configuration")
    assert said in answer.err


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_a_port_that_is_none_is_usage(run: Run, port: str):
    answer = run("sandbox", "--port", port)
    assert (answer.code, "--port" in answer.err) == (64, True)


@pytest.mark.parametrize("seconds", ["inf", "nan", "-1"])
def test_a_rehearsal_of_no_length_is_usage(run: Run, seconds: str):
    assert run("sandbox", "--seconds-per-instance", seconds).code == 64
