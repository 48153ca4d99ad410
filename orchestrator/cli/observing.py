"""Commands that look and tell: discover, explain, status, history."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.adapters.files.rollout.file import load
from orchestrator.adapters.files.snapshot.file import load_snapshot, write_snapshot
from orchestrator.cli.completion import accounts
from orchestrator.cli.output import DISPLAY, Format, emit, emit_json, errors_reported, stdout_page
from orchestrator.cli.parameters import FormatOption, settings_of
from orchestrator.composition import open_tools
from orchestrator.errors import OrchestratorError, UsageError
from orchestrator.model.identifiers import AccountId
from orchestrator.model.nearness import did_you_mean
from orchestrator.model.organization import Organization
from orchestrator.model.rollout import Rollout
from orchestrator.planning.deployed_roles import deployed_roles
from orchestrator.presentation.explanation import explanation_text
from orchestrator.presentation.organization_text import organization_text
from orchestrator.presentation.results_json import discover_json, explain_json
from orchestrator.runs import Tools
from orchestrator.runs import discover as read_organization
from orchestrator.selection.references import extent_of
from orchestrator.selection.select import select


def discover(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Save a snapshot here.")] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Show the organization as a tree with accounts, tags and states."""
    with errors_reported(as_json=form is Format.JSON):
        tools = open_tools(settings_of(context), DISPLAY.show)
        organization = read_organization(tools)
        if out is not None:
            write_snapshot(out, organization)
        if form is Format.JSON:
            emit_json(discover_json(organization, tools.directory.calls()))
        else:
            emit(organization_text(organization, stdout_page(), tools.directory.calls()))


def explain(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="Account id or name.", autocompletion=accounts)],
    organization: Annotated[Path | None, typer.Option(help="Look in this snapshot instead of AWS.")] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Say what an account gets, by which rule, who may assume its roles, and what was withheld or excluded and why."""
    with errors_reported(as_json=form is Format.JSON):
        settings = settings_of(context)
        rollout, catalog = load(settings.config)
        found = load_snapshot(organization) if organization else discover_for(rollout, open_tools(settings, DISPLAY.show))
        chosen = find_account(found, account)
        share = select(rollout, catalog, found).assignments[chosen]
        roles = deployed_roles(rollout, found.id, (catalog.group_sets[grant.group_set].role for grant in share.grants), share.existing)
        if form is Format.JSON:
            emit_json(explain_json(found.accounts[chosen], share, roles))
        else:
            rules = {rule.name: rule.location for rule in rollout.rules}
            emit(explanation_text(found.accounts[chosen], share, rules, stdout_page(), roles))


def discover_for(rollout: Rollout, tools: Tools) -> Organization:
    """What the rules look at, and the tags, which are shown."""
    return read_organization(tools, replace(extent_of(rollout), has_tags=True))


def find_account(organization: Organization, wanted: str) -> AccountId:
    """By id, or by a name that only one account bears."""
    named = [account.id for account in organization.accounts.values() if wanted in (account.id, account.name)]
    if len(named) == 1:
        return named[0]
    if named:
        raise UsageError(f'{len(named)} accounts are called "{wanted}": {", ".join(named)}.', remedy="Give the id.")
    names = [*organization.accounts, *(account.name for account in organization.accounts.values())]
    remedy = did_you_mean(wanted, names, "`discover` lists the accounts.")
    raise OrchestratorError(f'there is no account "{wanted}" in organization {organization.id}.', where=wanted, remedy=remedy)
