"""Journal records as lines of JSON and back; strict, since what is resumed depends on every word of them."""

from typing import assert_never

from orchestrator.execution.record_fields import Fields, UnreadableRecordError, encode, format_moment
from orchestrator.execution.records import Ending, Finished, LeftOut, Record, RunEnded, RunStarted, Submitted, Submitting, Verified
from orchestrator.model.identifiers import AccountId, OperationKey, RunId, StackSetName
from orchestrator.model.outcome import Failure, OperationStatus
from orchestrator.model.plan import Purpose


def encode_record(record: Record) -> bytes:
    """One line, without the newline."""
    return encode({"at": format_moment(record.at), **fields_of(record)})


def fields_of(record: Record) -> dict[str, object]:
    match record:
        case RunStarted():
            return {
                "record": "run_started",
                "run": record.run,
                "purpose": record.purpose,
                "caller": record.caller,
                "host": record.host,
                "operations": record.operations,
                "after_torn": record.after_torn,
                "because": record.because,
            }
        case Submitting():
            return {
                "record": "submitting",
                **attempt_fields(record),
                "operation_id": record.operation_id,
                **target_fields(record),
            }
        case Submitted():
            return {"record": "submitted", **attempt_fields(record)}
        case Finished():
            failures = [failure_fields(failure) for failure in record.failures]
            outcome = {"status": record.status, "failures": failures, "is_refused": record.is_refused}
            return {"record": "finished", **attempt_fields(record), **outcome}
        case LeftOut():
            return {"record": "left_out", "operation": record.operation, **target_fields(record), "because": record.because}
        case RunEnded():
            return {"record": "run_ended", "ending": record.ending, "detail": record.detail}
        case Verified():
            return {"record": "verified", "is_converged": record.is_converged, "differences": record.differences}
        case _:
            assert_never(record)


def attempt_fields(record: Submitting | Submitted | Finished) -> dict[str, object]:
    return {"operation": record.operation, "attempt": record.attempt}


def target_fields(record: Submitting | LeftOut) -> dict[str, object]:
    return {"kind": record.kind, "stack_set": record.stack_set, "accounts": list(record.accounts)}


def failure_fields(failure: Failure) -> dict[str, object]:
    return {"account": failure.account, "stack_set": failure.stack_set, "reason": failure.reason, "hint": failure.hint}


def decode_record(line: bytes) -> Record:
    """The record of a line. Raises UnreadableRecordError."""
    fields = Fields.parse(line)
    record = read_record(fields)
    fields.done()
    return record


def read_record(fields: Fields) -> Record:
    match fields.text("record"):
        case "run_started":
            return read_run_started(fields)
        case "submitting":
            return read_submitting(fields)
        case "submitted":
            return Submitted(at=fields.moment("at"), operation=OperationKey(fields.text("operation")), attempt=fields.number("attempt"))
        case "finished":
            return read_finished(fields)
        case "left_out":
            return read_left_out(fields)
        case "run_ended":
            return RunEnded(at=fields.moment("at"), ending=fields.member("ending", Ending), detail=fields.text("detail"))
        case "verified":
            return Verified(at=fields.moment("at"), is_converged=fields.flag("is_converged"), differences=fields.number("differences"))
        case unknown:
            raise UnreadableRecordError(f'"{unknown}" is no kind of record')


def read_run_started(fields: Fields) -> RunStarted:
    return RunStarted(
        at=fields.moment("at"),
        run=RunId(fields.text("run")),
        purpose=fields.member("purpose", Purpose),
        caller=fields.text("caller"),
        host=fields.text("host"),
        operations=fields.number("operations"),
        after_torn=fields.flag("after_torn"),
        because=fields.text("because"),
    )


def read_submitting(fields: Fields) -> Submitting:
    return Submitting(
        at=fields.moment("at"),
        operation=OperationKey(fields.text("operation")),
        attempt=fields.number("attempt"),
        operation_id=fields.text("operation_id"),
        kind=fields.text("kind"),
        stack_set=StackSetName(fields.text("stack_set")),
        accounts=fields.accounts("accounts"),
    )


def read_finished(fields: Fields) -> Finished:
    return Finished(
        at=fields.moment("at"),
        operation=OperationKey(fields.text("operation")),
        attempt=fields.number("attempt"),
        status=fields.member("status", OperationStatus),
        failures=fields.each("failures", read_failure),
        is_refused=fields.flag("is_refused"),
    )


def read_failure(fields: Fields) -> Failure:
    return Failure(
        AccountId(fields.text("account")), StackSetName(fields.text("stack_set")), fields.text("reason"), hint=fields.text("hint")
    )


def read_left_out(fields: Fields) -> LeftOut:
    return LeftOut(
        at=fields.moment("at"),
        operation=OperationKey(fields.text("operation")),
        kind=fields.text("kind"),
        stack_set=StackSetName(fields.text("stack_set")),
        accounts=fields.accounts("accounts"),
        because=fields.text("because"),
    )
