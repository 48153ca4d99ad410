"""Whether two JSON values, above all policy documents, mean the same although they are written differently.

Lists in a policy are sets, and one value alone stands for a list of one ("Grammar of the IAM JSON policy language": IAM gives lists back in
another order, and an account id in a principal as the account's ARN, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
Condition keys are not case-sensitive (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html).
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from orchestrator.permissions.resolution import as_text

Meaning: TypeAlias = "frozenset[str | frozenset[tuple[str, Meaning]]]"
"""The items of a list, or the one value alone: texts and mappings."""

ROOT = re.compile(r"arn:[a-z-]+:iam::(\d{12}):root")
LABEL = "Sid"
"""Names a statement and has no other meaning."""

PRINCIPAL = "AWS"
"""The key under which a principal names accounts, roles and users."""


def is_equivalent(one: object, other: object, key: str = "") -> bool:
    """The same but for statement ids, the order of lists, repeated items, one value in place of a list of one, and keys of nothing."""
    return meaning_of(one, key) == meaning_of(other, key)


def meaning_of(value: object, key: str) -> Meaning:
    """Equal for values that are equivalent. ``key`` is the one the value stands under."""
    return frozenset(meanings(value, key))


def meanings(value: object, key: str) -> Iterator["str | frozenset[tuple[str, Meaning]]"]:
    match value:
        case None:
            return
        case list() | tuple():
            for item in value:
                yield from meanings(item, key)
        case Mapping():
            pairs = ((spelt(str(name)), meaning_of(item, str(name))) for name, item in value.items() if name != LABEL)
            if filled := frozenset((name, meaning) for name, meaning in pairs if meaning):
                yield filled
        case _:
            text = as_text(value)
            account = ROOT.fullmatch(text) if key == PRINCIPAL else None
            yield account[1] if account else text


def spelt(name: str) -> str:
    """Of the keys of a policy only those of conditions hold a colon."""
    return name.lower() if ":" in name else name
