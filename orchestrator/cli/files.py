"""Commands that write files or show the catalog: init, groups, render."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.adapters.files.catalog.file import catalog_folder, load_catalog, profiles
from orchestrator.adapters.files.catalog.guardrails import load_guardrails
from orchestrator.adapters.files.rollout.file import load
from orchestrator.adapters.files.rollout.starter import write_starter
from orchestrator.adapters.files.writing import SHARED, write_out
from orchestrator.analysis.compare import compare_profiles
from orchestrator.analysis.sizes import Size, sizes
from orchestrator.cli.completion import entries
from orchestrator.cli.output import FAILED, Format, emit, emit_json, errors_reported, exit_with, say, stdout_page
from orchestrator.cli.parameters import FormatOption, refuse_idle, settings_of
from orchestrator.errors import UsageError
from orchestrator.model.catalog import Catalog
from orchestrator.model.counts import counted
from orchestrator.model.identifiers import GroupSetName, partition_of
from orchestrator.model.nearness import did_you_mean
from orchestrator.model.rollout import Rollout
from orchestrator.planning.deployed_roles import UNKNOWN_ORGANIZATION, DeployedRole, deployed_roles
from orchestrator.presentation.deployed_roles import role_set_json
from orchestrator.presentation.groups import Sizes, entry_text, groups_text, role_set_name, role_set_text, unknown_entry
from orchestrator.presentation.groups_json import entry_json, groups_json
from orchestrator.presentation.profiles import profiles_json, profiles_text
from orchestrator.rights import written_policies
from orchestrator.templates import given_values, rendered_files
from orchestrator.templates.effective import Values
from orchestrator.templates.guardrails import guardrail_files

TEMPLATES = Path("stacksets")
PERMISSIONS = "permissions"


def init(form: FormatOption = Format.TEXT) -> None:
    """Write a starter config/ into this folder, never over a file."""
    with errors_reported(as_json=form is Format.JSON):
        starter = write_starter(Path("config"))
        if form is Format.JSON:
            emit_json({"written": [str(path) for path in starter.written], "kept": [str(path) for path in starter.kept]})
            return
        for path in starter.written:
            emit(f"wrote {path}")
        for path in starter.kept:
            emit(f"kept  {path}")
        emit("Next: write your hub account and your rules into config/rollout.yaml, then run `orchestrator validate`.")


def groups(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="A permission group, a group set or a role set.", autocompletion=entries)] = None,
    diff: Annotated[tuple[str, str] | None, typer.Option(help="Compare two profiles.", metavar="PROFILE PROFILE")] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """List permission groups, group sets and role sets, or show one in full: actions, conditions, trust, why it exists, size."""
    with errors_reported(as_json=form is Format.JSON):
        config = settings_of(context).config
        if diff is not None:
            refuse_idle("with --diff, which compares whole profiles", {"NAME": name is not None})
            left, right = (load_profile(config, profile) for profile in diff)
            compared = compare_profiles(left, right)
            if form is Format.JSON:
                emit_json(profiles_json(diff, compared))
            else:
                emit(profiles_text(diff, compared, stdout_page()))
            return
        rollout, catalog = load(config) if config.is_file() else (None, load_profile(config, "classic"))
        roles = deployed_roles(rollout, rollout.organization_id or UNKNOWN_ORGANIZATION) if rollout else ()
        if (role := next((role for role in roles if role_set_name(role.kind) == name), None)) is not None:
            show_role_set(role, catalog, form)
        elif name is not None:
            show_entry(catalog, name, form, values_of(rollout) if rollout else {}, roles)
        else:
            show_groups(catalog, form, roles)


def show_groups(catalog: Catalog, form: Format, roles: Sequence[DeployedRole]) -> None:
    """The list. Roles are those of the rollout, none without one."""
    measured = sizes(catalog)
    if form is Format.JSON:
        emit_json(groups_json(catalog, sizes_of_sets(measured), measured, roles))
    else:
        emit(groups_text(catalog, sizes_of_sets(measured), stdout_page(), measured, roles))


def show_entry(catalog: Catalog, name: str, form: Format, given: Values, roles: Iterable[DeployedRole]) -> None:
    """A group or a group set in full as deployed with the values given."""
    if name not in (*catalog.group_sets, *catalog.groups):
        raise unknown_entry(catalog, name, (role_set_name(role.kind) for role in roles))
    of_sets = sizes_of_sets(sizes(catalog))
    if form is Format.JSON:
        emit_json(entry_json(catalog, name, of_sets, given))
    else:
        emit(entry_text(catalog, name, of_sets, stdout_page(), given))


def show_role_set(role: DeployedRole, catalog: Catalog, form: Format) -> None:
    """A role set in full."""
    if form is Format.JSON:
        emit_json(role_set_json(role))
    else:
        emit(role_set_text(role, catalog, stdout_page()))


def sizes_of_sets(measured: Iterable[Size]) -> Sizes:
    return {GroupSetName(size.what): size.size for size in measured if size.kind == "group set"}


def render(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when a file is missing, stale or of nothing.")] = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Write the templates and guardrails in stacksets/, and the IAM policies each command needs."""
    with errors_reported(as_json=form is Format.JSON):
        files = files_of(settings_of(context).config)
        stale = sorted(path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text)
        missing = [path for path in stale if not path.exists()]
        surplus = sorted({*TEMPLATES.glob("*.yaml"), *TEMPLATES.glob("guardrails/*.json")} - set(files))
        if not check:
            for path in stale:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_out(path, files[path].encode(), SHARED)
        if form is Format.JSON:
            found = {"stale": stale, "missing": missing, "surplus": surplus}
            emit_json({"files": len(files), **{word: [str(path) for path in paths] for word, paths in found.items()}})
        else:
            words = {path: ("missing" if path in missing else "stale") if check else "wrote" for path in stale}
            emit("\n".join((*(f"{word} {path}" for path, word in words.items()), rendered(len(files), words.values(), is_check=check))))
        for path in surplus:
            say(f"{path} is of no group set and no guardrail of this rollout; delete it.")
        exit_with(FAILED if check and (stale or surplus) else 0)


def rendered(count: int, words: Collection[str], *, is_check: bool) -> str:
    """Such as ``37 files, 1 missing, 2 stale``, as a sentence."""
    counts = Counter(words)
    parts = [f"{counts[word]} {word}" for word in (("missing", "stale") if is_check else ("wrote",))]
    return f"{', '.join((counted(count, 'file'), *parts))}."


def files_of(config: Path) -> Mapping[Path, str]:
    """Every rendered file; without a rollout file, the templates of the classic profile as shipped, no policies and no guardrails."""
    rollout, catalog = load(config, with_secrets=False) if config.is_file() else (None, load_profile(config, "classic"))
    templates = {TEMPLATES / name: text for name, text in rendered_files(catalog).items()}
    if rollout is None:
        return templates
    policies = {config.parent / PERMISSIONS / name: text for name, text in written_policies(rollout).items()}
    guardrails = guardrail_files(load_guardrails(catalog_folder(config.parent)), rollout, catalog)
    return {**templates, **policies, **{Path(path): text for path, text in guardrails.items()}}


def values_of(rollout: Rollout) -> Values:
    """What rollout.yaml gives the parameters of the catalog."""
    return {**given_values(rollout), "partition": partition_of(rollout.home_region)}


def load_profile(config: Path, profile: str) -> Catalog:
    """The catalog of another profile, from the same place."""
    folder = catalog_folder(config.parent)
    if profile not in profiles(folder):
        remedy = did_you_mean(profile, profiles(folder), f"Profiles: {', '.join(profiles(folder))}.")
        raise UsageError(f'there is no profile "{profile}".', remedy=remedy)
    return load_catalog(folder, profile)
