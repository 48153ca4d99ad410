"""The command a security reviewer reads: review."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, assert_never

import typer

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.files.rollout.file import load
from orchestrator.adapters.files.snapshot.file import load_snapshot
from orchestrator.cli.completion import accounts
from orchestrator.cli.explaining import find_account
from orchestrator.cli.output import DISPLAY, emit, emit_json, errors_reported, stdout_page
from orchestrator.cli.parameters import settings_of
from orchestrator.composition import open_tools
from orchestrator.model.organization import Organization
from orchestrator.model.roles import RoleKind
from orchestrator.offline import review_request
from orchestrator.planning.review import RoleReview, review_roles
from orchestrator.presentation.report import Background, report_html, report_of_review
from orchestrator.presentation.review_json import review_json
from orchestrator.presentation.review_markdown import review_markdown
from orchestrator.presentation.review_text import review_text
from orchestrator.runs import discover
from orchestrator.selection.select import select


class ReviewFormat(StrEnum):
    """How to print a review."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


TextForm = Literal[ReviewFormat.TEXT, ReviewFormat.JSON, ReviewFormat.MARKDOWN]


def review(
    context: typer.Context,
    subject: Annotated[
        str | None,
        typer.Argument(metavar="[ROLE|ACCOUNT]", help="One role, or what one account gets, by id or name.", autocompletion=accounts),
    ] = None,
    organization: Annotated[Path | None, typer.Option(help="Look in this snapshot instead of AWS.")] = None,
    form: Annotated[ReviewFormat, typer.Option("--format", help="How to print the review.")] = ReviewFormat.TEXT,
) -> None:
    """Show every role as this rollout makes it: trust, effective permissions, ways to privilege and their bounds, alarms."""
    with errors_reported(as_json=form is ReviewFormat.JSON):
        settings = settings_of(context)
        rollout, catalog = load(settings.config)
        found = load_snapshot(organization) if organization else discover(open_tools(settings, DISPLAY.show))
        now = SystemClock().now()
        request = review_request(settings, rollout, catalog, found, select(rollout, catalog, found), now)
        reviews = tuple(chosen(review_roles(request), subject, found))
        if form is ReviewFormat.HTML:
            emit(report_html(report_of_review(Background(rollout, catalog, found, reviews), now)))
        else:
            print_review(reviews, form)


def chosen(reviews: Sequence[RoleReview], subject: str | None, organization: Organization) -> Sequence[RoleReview]:
    """All, those of one role, or those of one account. Raises OrchestratorError for a name that is neither."""
    if subject is None:
        return reviews
    if subject in set(RoleKind):
        return [review for review in reviews if review.role == subject]
    account = find_account(organization, subject)
    return [review for review in reviews if account in review.accounts]


def print_review(reviews: Sequence[RoleReview], form: TextForm) -> None:
    match form:
        case ReviewFormat.TEXT:
            emit(review_text(reviews, stdout_page()))
        case ReviewFormat.JSON:
            emit_json(review_json(reviews))
        case ReviewFormat.MARKDOWN:
            emit(review_markdown(reviews))
        case _:
            assert_never(form)
