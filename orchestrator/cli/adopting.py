"""The command that looks at roles which others made before they are adopted: adopt."""

from typing import Annotated

import typer

from orchestrator.adapters.files.catalog.file import catalog_folder
from orchestrator.adapters.files.catalog.vendor_roles import load_vendor_roles
from orchestrator.cli.completion import accounts
from orchestrator.cli.output import DISPLAY, Format, emit, emit_json, errors_reported, stdout_page
from orchestrator.cli.parameters import FormatOption, account_id, settings_of
from orchestrator.composition import open_tools
from orchestrator.model.identifiers import AccountId
from orchestrator.presentation.adoption import audit_json, audit_text
from orchestrator.runs import read_world
from orchestrator.runs.adoption import audit


def adopt(
    context: typer.Context,
    account: Annotated[
        list[str] | None, typer.Option("--account", metavar="ID", help="Look into this account alone; repeatable.", autocompletion=accounts)
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """List roles that others made in the accounts: what made them, what they lack, and the lines for rollout.yaml. Changes nothing.

    Looks for roles of the names in rollout.yaml and of the names in the vendor's templates. `plan` shows what the lines lead to.
    """
    with errors_reported(as_json=form is Format.JSON):
        settings = settings_of(context)
        chosen = tuple(AccountId(account_id(number)) for number in account or ())
        vendor = load_vendor_roles(catalog_folder(settings.config.parent))
        tools = open_tools(settings, DISPLAY.show)
        found = audit(tools, read_world(tools), vendor, chosen)
        if form is Format.JSON:
            emit_json(audit_json(found))
        else:
            emit(audit_text(found, stdout_page()))
