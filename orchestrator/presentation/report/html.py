"""Draws the report as one page of HTML that needs nothing else: no script, style, font or image from elsewhere, and says so in its policy.

Every text is escaped by the templates; letters that do not show, or turn a line around, are written as their codes.
"""

import base64
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from orchestrator.codec import Codec
from orchestrator.model.counts import counted
from orchestrator.model.letters import escape_unseen
from orchestrator.presentation.report.folds import folds_of
from orchestrator.presentation.report.model import Report
from orchestrator.presentation.report.timeline import timeline_of
from orchestrator.presentation.words import moment

REPORTS: Codec[Report] = Codec(Report)

CHECK = r"""awk '/^<\/script>/{p=0} p && !/^"digest":/; /id="plan">$/{p=1}' PAGE.html | sha256sum"""
"""Prints the digest of the plan in a page, by what every system has."""


def report_html(report: Report, plan: str = "") -> str:
    """``plan`` is the element that holds the plan file, see ``adapters.files.plan.page``."""
    style, script = asset("report.css"), asset("report.js")
    footer = footer_style(report)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            folds=folds_of(report.matrix),
            timeline=timeline_of(report),
            style=as_it_is(style),
            footer=as_it_is(footer),
            script=as_it_is(script),
            policy=content_policy((style, footer), script),
            check=CHECK,
            data=as_it_is(report_json(report)),
            plan=as_it_is(plan),
        )
    )


def as_it_is(text: str) -> Markup:
    """Not escaped: what a policy hashes, and what scripts read, is what stands in the file."""
    return Markup(text)  # noqa: S704 - our own style and script, and JSON without <


def report_json(report: Report) -> str:
    """The report for other tools, fit to stand in a page: without a ``<``."""
    text = json.dumps(REPORTS.plain(report), ensure_ascii=False, separators=(",", ":"))
    return escape_unseen(text).replace("<", r"\u003c")


def content_policy(styles: Iterable[str], script: str) -> str:
    """Nothing is loaded, sent or framed; what runs and paints is what stands here (https://www.w3.org/TR/CSP3/)."""
    painted = " ".join(map(source_hash, styles))
    return f"default-src 'none'; style-src {painted}; script-src {source_hash(script)}; base-uri 'none'; form-action 'none'"


def source_hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def footer_style(report: Report) -> str:
    """What the margin of every printed sheet says: a signature on any of them is for this plan."""
    return f'@page {{ @bottom-left {{ content: "{report.heading.digest or ""}"; }} }}'


@cache
def asset(name: str) -> str:
    return (files("orchestrator.presentation.report") / "templates" / name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    found = Environment(
        loader=PackageLoader("orchestrator.presentation.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(counted=counted, moment=moment, by_service=by_service)
    return found


def shown(value: object) -> object:
    """A text with what does not show as itself replaced; markup and numbers as they are."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, datetime):
        return moment(value)
    return escape_unseen(value) if isinstance(value, str) else value


def by_service(actions: Iterable[str]) -> Mapping[str, list[str]]:
    """``ec2`` to ``CreateSnapshot, …``: a reader looks for the service first."""
    found: dict[str, list[str]] = defaultdict(list)
    for action in actions:
        service, _, name = action.partition(":")
        found[service].append(name or service)
    return found
