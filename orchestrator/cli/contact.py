"""doctor --live: names shown and agreed to, progress on stderr, one file of answers."""

from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.files.writing import SHARED, write_out
from orchestrator.adapters.process import holder
from orchestrator.cli.output import FAILED, Format, confirm, emit, emit_json, is_terminal, say, stderr_page, stdout_page, write_stderr
from orchestrator.composition import open_laboratory
from orchestrator.doctor.live import Contact, Laboratory, make_contact
from orchestrator.errors import RefusedError, UsageError
from orchestrator.model.identifiers import AccountId
from orchestrator.presentation.contact import contact_json, contact_text, things_text
from orchestrator.presentation.json_text import json_text
from orchestrator.settings import Settings

PAIR = 2


@dataclass(frozen=True, slots=True)
class ContactOptions:
    """What the command line says of it."""

    accounts: list[str]
    out: Path | None
    form: Format
    yes: bool
    break_lock: bool


def contact_aws(settings: Settings, options: ContactOptions) -> int:
    """The exit code."""
    laboratory = open_laboratory(settings, pair_of(options.accounts))
    write_stderr(things_text(laboratory.bench.things(), laboratory.log.left(), stderr_page()))
    agree(laboratory, is_agreed=options.yes)
    contact = make_contact(laboratory, holder(), say, break_lock=options.break_lock)
    if options.out is not None:
        write_out(options.out, json_text(contact_json(contact)).encode(), SHARED)
    show(contact, options.form)
    return FAILED if contact.left else 0


def pair_of(accounts: list[str]) -> tuple[AccountId, AccountId]:
    if len(accounts) != PAIR:
        raise UsageError(f"--live takes two accounts, not {len(accounts)}.", remedy="orchestrator doctor --live --account A --account B")
    return AccountId(accounts[0]), AccountId(accounts[1])


def agree(laboratory: Laboratory, *, is_agreed: bool) -> None:
    """Raises RefusedError."""
    if is_agreed:
        return
    if not is_terminal():
        message = "there is something to make, and no terminal to confirm it on."
        raise RefusedError(message, kind="confirmation", remedy="Pass --yes to make and remove what is listed.")
    if not confirm(f"Make and remove all this in {' and '.join(laboratory.accounts)}?"):
        raise RefusedError("not confirmed; nothing was done.", kind="confirmation")


def show(contact: Contact, form: Format) -> None:
    if form is Format.JSON:
        emit_json(contact_json(contact))
    else:
        emit(contact_text(contact, stdout_page()))
