import io
import json
import logging
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import structlog

from orchestrator.adapters.logs import REDACTED, configure_logging, redact

EXTERNAL_ID = "tenant-4711-external"
TEMPORARY_KEY = "ASIA" + "Z" * 16
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

WRITER = """
import sys
from pathlib import Path
import structlog
from orchestrator.adapters.logs import configure_logging
configure_logging(Path(sys.argv[1]), run_id=sys.argv[2], verbose=False, rotate_at=20_000)
for number in range(100):
    structlog.get_logger().info("line", number=number)
"""


@pytest.fixture(autouse=True)
def logging_as_before():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        if handler not in handlers:
            handler.close()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def log(tmp_path):
    return tmp_path / "logs" / "run.log"


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_line_is_json_with_the_run_and_the_time(log):
    configure_logging(log, run_id="run-1", verbose=False)
    structlog.get_logger("orchestrator.plan").info("planned", operations=3)
    (line,) = lines(log)
    assert line["event"] == "planned"
    assert line["operations"] == 3
    assert line["run_id"] == "run-1"
    assert line["level"] == "info"
    assert line["logger"] == "orchestrator.plan"
    assert str(line["ts"]).endswith("Z")


def test_standard_library_lines_take_the_same_way(log):
    configure_logging(log, run_id="run-1", verbose=False)
    logging.getLogger("elsewhere").warning("waited %d s", 5, extra={"external_id": EXTERNAL_ID})
    (line,) = lines(log)
    assert line["event"] == "waited 5 s"
    assert line["run_id"] == "run-1"
    assert line["external_id"] == REDACTED


def test_log_and_lock_are_readable_by_their_owner_alone(log):
    configure_logging(log, run_id="run-1", verbose=False, rotate_at=500)
    for number in range(20):
        structlog.get_logger().info("line", number=number)
    files = list(log.parent.iterdir())
    assert len(files) > 2  # the log, rotated ones, the lock
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in files} == {path.name: 0o600 for path in files}


def test_processes_rotating_one_log_lose_no_line(log):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(log), f"run-{number}"]) for number in range(3)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    files = [path for path in log.parent.iterdir() if path.name.startswith("run.log")]
    written = [(line["run_id"], line["number"]) for path in files for line in lines(path)]
    assert len(files) > 1
    assert sorted(written, key=str) == sorted([(f"run-{run}", number) for run in range(3) for number in range(100)], key=str)


def test_worker_threads_carry_the_run(log):
    configure_logging(log, run_id="run-1", verbose=False)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(structlog.get_logger().info, map(str, range(8))))
    assert {(line["event"], line["run_id"]) for line in lines(log)} == {(str(number), "run-1") for number in range(8)}


@pytest.mark.parametrize(
    "key",
    [
        "external_id", "ExternalId", "external-id", "EXTERNAL_ID", "sts:ExternalId", "SessionToken", "aws_session_token", "secret",
        "SecretAccessKey", "password", "Authorization", "AccessKeyId", "x-amz-security-token", "credentials",
    ],
)  # fmt: skip
def test_value_under_a_secret_name_is_redacted_however_it_is_spelled(key):
    assert redact(None, "info", {key: EXTERNAL_ID}) == {key: REDACTED}
    assert EXTERNAL_ID not in str(redact(None, "info", {"request": {"roles": [{key: EXTERNAL_ID}]}}))


@pytest.mark.parametrize(
    "text",
    [
        f"signed with {TEMPORARY_KEY}",
        f"the key is {SECRET_KEY}.",
        f"AssumeRole(RoleArn='arn', ExternalId='{EXTERNAL_ID}')",
        f'{{"external_id": "{EXTERNAL_ID}"}}',
        f"external-id: {EXTERNAL_ID}",
        f"<SessionToken>{EXTERNAL_ID}</SessionToken>",
        f"GET /?X-Amz-Security-Token={EXTERNAL_ID}&Version=1",
        f"Authorization: AWS4-HMAC-SHA256 Credential={TEMPORARY_KEY}/20260101, Signature={EXTERNAL_ID}",
        "token IQoJb3JpZ2luX2Vj" + "a1B2" * 30,
    ],
)
def test_secret_inside_text_is_redacted(text):
    kept = str(redact(None, "info", {"event": text, "nested": {"texts": (text,)}}))
    for secret in (TEMPORARY_KEY, SECRET_KEY, EXTERNAL_ID, "a1B2a1B2"):
        assert secret not in kept


@pytest.mark.parametrize(
    "text",
    [
        "sha256:" + "0123456789abcdef" * 4,
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "arn:aws:iam::111111111111:role/service-role/CadoResponseCrossAccountRole",
        "granted cado-spoke-kms to 111111111111 in /Workloads/Prod/Payments/Europe",
        "2f1e9c4a-5f0e-5d3b-9a43-0c1d2e3f4a5b",
    ],
)
def test_what_operators_need_is_kept(text):
    assert redact(None, "info", {"event": text, "account": "111111111111", "count": 3, "none": None, "done": True}) == {
        "event": text,
        "account": "111111111111",
        "count": 3,
        "none": None,
        "done": True,
    }


def test_unknown_object_is_written_without_its_secret(log):
    class Role:
        def __repr__(self):
            return f"Role(name='spoke', external_id='{EXTERNAL_ID}')"

    configure_logging(log, run_id="run-1", verbose=False)
    structlog.get_logger().info("role", role=Role())
    assert EXTERNAL_ID not in log.read_text(encoding="utf-8")
    assert "spoke" in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("verbose", [False, True])
def test_traceback_shows_the_error_but_neither_locals_nor_secrets(log, capsys, verbose):
    configure_logging(log, run_id="run-1", verbose=verbose)

    def assume_role(hidden):
        raise ValueError(f"denied: ExternalId={EXTERNAL_ID}")

    try:
        assume_role("only-a-" + "local")
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("elsewhere").exception("failed")
    written = [log.read_text(encoding="utf-8"), capsys.readouterr().err]
    for text in written:
        assert "ValueError: denied" in text
        assert "only-a-local" not in text
        assert EXTERNAL_ID not in text


def test_stderr_shows_errors_only_unless_verbose(log, capsys):
    configure_logging(log, run_id="run-1", verbose=False)
    structlog.get_logger().warning("quiet")
    structlog.get_logger().error("loud")
    quiet = capsys.readouterr()
    configure_logging(log, run_id="run-1", verbose=True)
    structlog.get_logger().debug("detail")
    verbose = capsys.readouterr()
    assert "loud" in quiet.err
    assert "quiet" not in quiet.err
    assert "detail" in verbose.err
    assert quiet.out == verbose.out == ""


def test_stderr_is_the_one_of_the_moment(log, monkeypatch):
    configure_logging(log, run_id="run-1", verbose=False)
    display = io.StringIO()
    monkeypatch.setattr(sys, "stderr", display)
    structlog.get_logger().error("beside the progress")
    assert "beside the progress" in display.getvalue()


def test_aws_client_chatter_is_left_out_even_when_verbose(log, capsys):
    configure_logging(log, run_id="run-1", verbose=True)
    logging.getLogger("botocore.endpoint").debug("sending")
    logging.getLogger("urllib3.connectionpool").info("connected")
    logging.getLogger("botocore.retries").warning("throttled")
    assert [line["event"] for line in lines(log)] == ["throttled"]
    assert "sending" not in capsys.readouterr().err


def test_no_file_is_written_without_a_path(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    configure_logging(None, run_id="run-1", verbose=False)
    structlog.get_logger().error("loud")
    assert "loud" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
