"""Checks across the entries of a snapshot: ids and paths are unique, references exist."""

from collections.abc import Collection, Iterator

from orchestrator.adapters.files.reading.validation import Fault
from orchestrator.adapters.files.reading.yaml_document import Location, Plain, items, mapping
from orchestrator.model.nearness import did_you_mean

UNITS, ACCOUNTS = "organizational_units", "accounts"


def check_snapshot(data: Plain) -> Iterator[Fault]:
    """Every disagreement; values of a wrong type are left to the schema."""
    organization = mapping(data, "organization")
    paths = {"/", *(path for _, path in texts(data, UNITS, "path"))}
    accounts = {id_ for _, id_ in texts(data, ACCOUNTS, "id")}
    units = {id_ for _, id_ in texts(data, UNITS, "id")}
    heads = {str(organization.get(key)) for key in ("root", "management_account")}
    yield from check_unique("organizational unit id", data, UNITS, "id")
    yield from check_unique("organizational unit", data, UNITS, "path")
    yield from check_unique("account id", data, ACCOUNTS, "id")
    yield from check_parents(data, paths)
    yield from check_places(data, paths)
    yield from check_targets(data, {*paths, *units, *accounts, *heads})


def texts(data: Plain, section: str, key: str) -> Iterator[tuple[Location, str]]:
    """The texts under one key in every entry of a section, with their places."""
    for index, entry in enumerate(items(data, section)):
        value = entry.get(key) if isinstance(entry, dict) else None
        if isinstance(value, str):
            yield (section, index, key), value


def check_unique(what: str, data: Plain, section: str, key: str) -> Iterator[Fault]:
    first: dict[str, Location] = {}
    for at, value in texts(data, section, key):
        if first.setdefault(value, at) != at:
            yield Fault(at, f"the {what} {value} is listed twice, first as {section}[{first[value][1]}].", "Remove one.")


def check_parents(data: Plain, paths: Collection[str]) -> Iterator[Fault]:
    for at, path in texts(data, UNITS, "path"):
        parent = path.rpartition("/")[0]
        if parent.startswith("/") and parent not in paths:
            yield Fault(at, f"{path} lies in {parent}, which is not listed.", did_you_mean(parent, paths, f"Add {parent} with its id."))


def check_places(data: Plain, paths: Collection[str]) -> Iterator[Fault]:
    for at, ou in texts(data, ACCOUNTS, "ou"):
        if ou not in paths:
            remedy = did_you_mean(ou, paths, "Add it under organizational_units.")
            yield Fault(at, f"the account is in {ou}, and there is no such organizational unit in this file.", remedy)


def check_targets(data: Plain, known: Collection[str]) -> Iterator[Fault]:
    for index, policy in enumerate(items(data, "policies")):
        for position, target in enumerate(items(policy, "targets")):
            if isinstance(target, str) and target not in known:
                remedy = did_you_mean(target, known, "Name the root, an organizational unit or an account of this file.")
                yield Fault(("policies", index, "targets", position), f"the policy is attached to {target}, which is not listed.", remedy)
