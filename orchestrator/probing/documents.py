"""How two policy documents differ, statement by statement and in words: what was expected, and what was found in its place."""

import re
from collections.abc import Iterable, Iterator, Mapping

from orchestrator.model.alteration import LETTER
from orchestrator.model.inside import Document
from orchestrator.permissions.allowances import statements_of
from orchestrator.permissions.equivalence import LABEL, is_equivalent, meanings
from orchestrator.permissions.trust import EXTERNAL_ID_KEY

SHOWN = 5
"""Differences of one document, and values of one difference: a policy that was replaced whole differs everywhere."""

NOTHING = "nothing"
UNIQUE_ID = re.compile("A(?:ROA|IDA)[A-Z0-9]{12,}")

ASPECTS = (("Action", "", "everything"), ("Resource", "on ", "everything"), ("Principal", "to ", "everyone"))
"""An element of a statement, the word before its values, and what its ``Not`` form leaves them out of."""


def differences(wanted: Document, found: Document) -> list[str]:
    """``statement X: Action: expected kms:Decrypt, found kms:*``; empty when both mean the same."""
    if is_equivalent(wanted, found):
        return []
    said = [*differing_version(wanted, found), *differing_statements(statements(wanted), statements(found))]
    more = [f"{len(said) - SHOWN} more differences"] if len(said) > SHOWN + 1 else []
    return [*said[:SHOWN], *more] if more else said or ["it is written in a form that cannot be compared"]


def differing_version(wanted: Document, found: Document) -> Iterator[str]:
    """Without a version it is 2008-10-17, which knows no policy variables (IAM user guide, "IAM JSON policy elements: Version")."""
    if not is_equivalent(wanted.get("Version"), found.get("Version")):
        yield f"Version: {expected(values(wanted.get('Version')), values(found.get('Version')))}"


def statements(document: Document) -> list[Mapping[str, object]]:
    return [statement for statement in statements_of(document) if statement]


def differing_statements(wanted: list[Mapping[str, object]], found: list[Mapping[str, object]]) -> Iterator[str]:
    """Equal statements left out. Those of one Sid are compared with each other, and so is the only other one with the only other one."""
    lost = [one for one in wanted if not any(is_equivalent(one, other) for other in found)]
    added = [other for other in found if not any(is_equivalent(one, other) for one in wanted)]
    changed = pairs(lost, added)
    yield from (f"statement added: {in_words(other)}" for other in added if not any(other is new for _, new in changed))
    yield from (words for one, other in changed for words in differing(one, other))
    yield from (f"{name_of(one) or 'a statement'} is missing: {in_words(one)}" for one in lost if not any(one is old for old, _ in changed))


def pairs(lost: list[Mapping[str, object]], added: list[Mapping[str, object]]) -> list[tuple[Mapping[str, object], Mapping[str, object]]]:
    if len(lost) == len(added) == 1:
        return [(lost[0], added[0])]
    return [(one, other) for one in lost for other in added if name_of(one) and name_of(one) == name_of(other)]


def differing(wanted: Mapping[str, object], found: Mapping[str, object]) -> Iterator[str]:
    before, after = dict(flat(wanted)), dict(flat(found))
    for path in {**before, **after}:
        old, new = before.get(path, ()), after.get(path, ())
        if set(old) != set(new):
            where = ": ".join(filter(None, (name_of(wanted), path)))
            yield f"{where}: {expected(old, new, is_hidden=path.lower().endswith(EXTERNAL_ID_KEY))}"


def name_of(statement: Mapping[str, object]) -> str:
    """Its Sid without the letter of a repair; empty for one without a Sid."""
    sid = str(statement.get(LABEL, "")).removesuffix(LETTER)
    return f"statement {sid}" if sid else ""


def in_words(statement: Mapping[str, object]) -> str:
    """``allows iam:* on *``."""
    words = "denies" if statement.get("Effect") == "Deny" else "allows"
    parts = [(path.partition(".")[0], value) for path, shown in flat(statement) for value in shown]
    for key, link, everything in ASPECTS:
        named, left_out = ([value for part, value in parts if part == name] for name in (key, f"Not{key}"))
        if named or left_out:
            what = ", ".join(cut(named)) or f"{everything} but {', '.join(cut(left_out))}"
            words += f" {link}{what}"
    return f"{words} under conditions" if any(part == "Condition" for part, _ in parts) else words


def flat(value: object, path: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Dotted path to values, those that mean the same written in one way: ``Condition.StringEquals.aws:PrincipalOrgID``."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key != LABEL:
                yield from flat(item, f"{path}.{key}" if path else str(key))
    else:
        yield path, values(value, path.rpartition(".")[2])


def values(value: object, key: str = "") -> tuple[str, ...]:
    return tuple(map(str, meanings(value, key)))


def expected(old: Iterable[str], new: Iterable[str], *, is_hidden: bool = False) -> str:
    """Only the values that differ. Of an external id, whether it is ours."""
    lost, added = [value for value in old if value not in set(new)], [value for value in new if value not in set(old)]
    if is_hidden:
        return f"expected {'the external id of rollout.yaml' if old else 'none'}, found {'another one' if new else 'none'}"
    return f"expected {', '.join(cut(lost)) or NOTHING}, found {', '.join(cut(map(explained, added))) or NOTHING}"


def explained(value: str) -> str:
    """IAM puts the unique id of a role or user in the place of its ARN once that is deleted
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
    """
    return f"{value} (a role or user that was deleted)" if UNIQUE_ID.fullmatch(value) else value


def cut(shown: Iterable[str]) -> list[str]:
    every = list(shown)
    return every if len(every) <= SHOWN else [*every[: SHOWN - 1], f"{len(every) - SHOWN + 1} more"]
