"""Where log lines go and what may stand in them.

One file of JSON lines, rotated, readable by its owner alone, shared safely by several processes; errors also go to stderr.
Every line passes redaction last, tracebacks included, so that no credential and no external id is ever written.
"""

import logging
import logging.config
import os
import re
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from orchestrator.errors import FileError

ROTATE_AT_BYTES = 10_000_000
ROTATED_FILES = 5
OWNER_ONLY = 0o600
TAKEN_AWAY = 0o177
"""What is taken away of a file that rotation makes; unlike a mode that is set later, this follows no link."""

REDACTED = "[redacted]"
# Looked for in keys written small and without separators: external_id, ExternalId and external-id are one word.
SECRET_WORDS = (
    "accesskey", "apikey", "authorization", "cookie", "credential", "externalid", "passphrase", "password", "privatekey", "secret",
    "session", "signature", "token",
)  # fmt: skip
SECRET_TEXT = (
    re.compile(r"(?i)(?P<name>authorization['\"]?\s*[:=])[^\n]*"),
    re.compile(
        r"(?i)(?P<name>(?:external[-_ ]?id|(?:security|session)[-_]?token|secret(?:[-_]?access[-_]?key)?|access[-_]?key(?:[-_]?id)?"
        r"|password|x-amz-credential|x-amz-signature)(?:['\"]?\s*[:=]\s*['\"]?|>))[^\s'\",&<>]+"
    ),
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),  # access key ids: permanent, temporary
    re.compile(r"\b(?:IQoJ|FwoG|FQoG)[A-Za-z0-9/+=]{60,}"),  # session tokens
    # Secret access keys have no prefix. All three kinds of character must occur, which spares hexadecimal digests.
    re.compile(r"(?<![\w/+=])(?=\S{0,39}[a-z])(?=\S{0,39}[A-Z])(?=\S{0,39}\d)[A-Za-z0-9/+]{40}(?![\w/+=])"),
)
NOISY_LOGGERS = ("boto3", "botocore", "s3transfer", "urllib3", "werkzeug")


class StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to whatever sys.stderr is at that moment: a progress display puts its own in place while it runs."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)  # the parent would pin today's stream

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _: TextIO) -> None:
        raise AttributeError("the stream is always sys.stderr")


def configure_logging(path: Path | None, *, run_id: str, verbose: bool, rotate_at: int = ROTATE_AT_BYTES) -> None:
    """Send all logging of this process, structlog's and the standard library's, to `path` and stderr.

    `path` None writes no file. `verbose` adds debug lines to the file and shows on stderr what else only the file gets.
    `rotate_at` is in bytes. May be called again: the last call counts. Raises FileError or OSError when the file cannot be written.
    """
    shared = _shared_processors(run_id)
    handlers: dict[str, dict[str, object]] = {
        "stderr": {"()": StderrHandler, "level": "DEBUG" if verbose else "ERROR", "formatter": "words"}
    }
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        prepare(path)
        handlers["file"] = _rotating_file(path, rotate_at)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "lines": _formatter(shared, structlog.processors.JSONRenderer()),
                "words": _formatter(shared, _plain_console()),
            },
            "handlers": handlers,
            "root": {"level": "DEBUG" if verbose else "INFO", "handlers": list(handlers)},
            "loggers": {name: {"level": "WARNING"} for name in NOISY_LOGGERS},
        }
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def prepare(path: Path) -> None:
    """Make the file readable by its owner alone, and fail now, not at every line, when it cannot be written.

    A link, device or pipe is refused: other users who may write into its folder must not redirect the log. Raises FileError and OSError.
    """
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(path.lstat().st_mode):
            message = f"{path} is a link, device, pipe or folder, which no log lines are written to."
            raise FileError(message, where=str(path), remedy="Name a regular file, or a new one.")
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, OWNER_ONLY)
    try:
        os.fchmod(number, OWNER_ONLY)
    finally:
        os.close(number)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace secrets by `[redacted]`: values under a key that names a secret, and what looks like a credential inside any text."""
    return {key: _redact_entry(key, value) for key, value in event.items()}


def _redact_entry(key: object, value: object) -> object:
    return REDACTED if _is_secret_name(key) else _redact_value(value)


def _is_secret_name(key: object) -> bool:
    name = re.sub(r"[^a-z0-9]", "", str(key).lower())
    return any(word in name for word in SECRET_WORDS)


def _redact_value(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return _redact_text(value)
        case Mapping():
            return {str(key): _redact_entry(key, entry) for key, entry in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_redact_value(entry) for entry in value]
        case _:
            return _redact_text(repr(value))


def _redact_text(text: str) -> str:
    for pattern in SECRET_TEXT:
        text = pattern.sub(lambda found: found.groupdict().get("name", "") + REDACTED, text)
    return text


def _shared_processors(run_id: str) -> list[Processor]:
    def add_run_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        # Not a context variable: lines of threads that others start must carry it as well.
        event["run_id"] = run_id
        return event

    return [
        add_run_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        structlog.processors.CallsiteParameterAdder(
            {structlog.processors.CallsiteParameter.PROCESS, structlog.processors.CallsiteParameter.THREAD_NAME}
        ),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(shared: list[Processor], renderer: Processor) -> dict[str, object]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*shared, structlog.stdlib.ExtraAdder()],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,  # the standard formatter: never local variables
            redact,
            renderer,
        ],
    }


def _plain_console() -> Processor:
    # Stated although tracebacks are text by now: with rich installed the default would print local variables.
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


def _rotating_file(path: Path, rotate_at: int) -> dict[str, object]:
    return {
        "class": "concurrent_log_handler.ConcurrentRotatingFileHandler",
        "filename": str(path),
        "maxBytes": rotate_at,
        "backupCount": ROTATED_FILES,
        "encoding": "utf-8",
        "umask": TAKEN_AWAY,
        "formatter": "lines",
    }
