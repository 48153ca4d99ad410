"""The command that says who gets what and why: explain."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from orchestrator.adapters.files.rollout.file import load
from orchestrator.adapters.files.snapshot.file import load_snapshot
from orchestrator.cli.completion import accounts
from orchestrator.cli.output import DISPLAY, emit, emit_json, emit_pieces, errors_reported, stdout_page
from orchestrator.cli.parameters import refuse_idle, settings_of
from orchestrator.errors import OrchestratorError, UsageError
from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import AccountId
from orchestrator.model.nearness import did_you_mean
from orchestrator.model.organization import Organization
from orchestrator.model.rollout import Rollout
from orchestrator.planning.blocking import blockage_warnings, blockages_for
from orchestrator.planning.deployed_roles import deployed_roles
from orchestrator.presentation.explanation import explanation_text
from orchestrator.presentation.explanations import explanations_json, explanations_text
from orchestrator.presentation.matrix import matrix_csv
from orchestrator.presentation.plan.document import json_pieces
from orchestrator.presentation.results_json import explain_json
from orchestrator.selection.references import extent_of
from orchestrator.selection.select import select
from orchestrator.settings import Settings


class ExplainFormat(StrEnum):
    """How to print explanations."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def explain(
    context: typer.Context,
    account: Annotated[str | None, typer.Argument(help="Account id or name.", autocompletion=accounts)] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every account.")] = False,
    organization: Annotated[Path | None, typer.Option(help="Look in this snapshot instead of AWS.")] = None,
    form: Annotated[
        ExplainFormat, typer.Option("--format", help="How to print the result; csv, accounts against group sets, goes with --all.")
    ] = ExplainFormat.TEXT,
) -> None:
    """Say what an account gets, by which rule, who may assume its roles, and what was withheld or excluded and why.

    As CSV, a row per account and a column per group set, each cell granted, withheld or empty. A name that a spreadsheet would take for
    a formula has an apostrophe in front.
    """
    with errors_reported(as_json=form is ExplainFormat.JSON):
        check_request(account, form, everyone=everyone)
        settings = settings_of(context)
        rollout, catalog = load(settings.config)
        found = read_organization(settings, rollout, organization, has_tags=account is not None)
        if account is None:
            explain_all(rollout, catalog, found, form)
        else:
            explain_one(rollout, catalog, found, find_account(found, account), form)


def check_request(account: str | None, form: ExplainFormat, *, everyone: bool) -> None:
    """Raises UsageError."""
    if everyone:
        refuse_idle("with --all", {"ACCOUNT": account is not None})
    elif account is None:
        raise UsageError("explain needs an account.", remedy="Name one by id or name, or give --all.")
    elif form is ExplainFormat.CSV:
        raise UsageError("--format csv shows every account.", remedy="Give --all instead of an account.")


def read_organization(settings: Settings, rollout: Rollout, snapshot: Path | None, *, has_tags: bool) -> Organization:
    """What the rules look at, and the control policies; with ``has_tags`` the tags too, which are shown of one account."""
    if snapshot:
        return load_snapshot(snapshot)
    from orchestrator.composition import open_tools  # noqa: PLC0415 - botocore, which a snapshot does without
    from orchestrator.runs import discover, with_policies  # noqa: PLC0415 - what applies plans, as above

    extent, tools = extent_of(rollout), open_tools(settings, DISPLAY.show)
    return with_policies(tools, discover(tools, replace(extent, has_tags=has_tags or extent.has_tags)))


def explain_one(rollout: Rollout, catalog: Catalog, organization: Organization, chosen: AccountId, form: ExplainFormat) -> None:
    share = select(rollout, catalog, organization).assignments[chosen]
    roles = deployed_roles(rollout, organization.id, (catalog.group_sets[grant.group_set].role for grant in share.grants), share.existing)
    blocked = blockages_for(Selection({chosen: share}), rollout, catalog, organization)
    if form is ExplainFormat.JSON:
        emit_json(explain_json(organization.accounts[chosen], share, roles, blocked))
    else:
        rules = {rule.name: rule.location for rule in rollout.rules}
        emit(explanation_text(organization.accounts[chosen], share, rules, stdout_page(), roles, blocked))


def explain_all(rollout: Rollout, catalog: Catalog, organization: Organization, form: ExplainFormat) -> None:
    selection = select(rollout, catalog, organization)
    blocked = blockage_warnings(blockages_for(selection, rollout, catalog, organization))
    selection = replace(selection, warnings=(*selection.warnings, *blocked))
    granted = {(account, catalog.group_sets[name].role) for account in selection.assignments for name in selection.granted(account)}
    roles = deployed_roles(rollout, organization.id, {role for account, role in granted if selection.attached(account, role) is None})
    match form:
        case ExplainFormat.TEXT:
            rules = {rule.name: rule.location for rule in rollout.rules}
            emit(explanations_text(organization, selection, rules, stdout_page(), roles))
        case ExplainFormat.JSON:
            emit_pieces(json_pieces(explanations_json(organization, selection, roles)))
        case ExplainFormat.CSV:
            emit_pieces(matrix_csv(organization, catalog, selection))
        case _:
            assert_never(form)


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
