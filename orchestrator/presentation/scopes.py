"""Where an action is allowed, in words: ``on arn:aws:kms:*:*:key/1234, only in us-east-1``."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from orchestrator.model.counts import pieces_of
from orchestrator.model.permission import Block, PermissionChange, ScopeChange
from orchestrator.model.published import VendorDifference
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.words import listed

ScopeRow: TypeAlias = PermissionChange | VendorDifference
"""How the scope of some actions differs."""

OPERATORS: Mapping[str, str] = {
    "StringEquals": "is",
    "StringEqualsIgnoreCase": "is, ignoring case,",
    "StringLike": "is like",
    "StringNotEquals": "is not",
    "StringNotLike": "is not like",
    "ArnEquals": "is",
    "ArnLike": "is like",
    "Bool": "is",
}


SIGNS: Mapping[ScopeChange, tuple[str, Tone]] = {
    ScopeChange.NEW: ("+", Tone.GOOD),
    ScopeChange.WIDER: ("!", Tone.CAREFUL),
    ScopeChange.OTHER: ("!", Tone.CAREFUL),
    ScopeChange.NARROWER: ("~", Tone.GOOD),
    ScopeChange.GONE: ("-", Tone.BAD),
}

QUANTIFIERS: Mapping[str, str] = {"": "", "ForAllValues": "every value of ", "ForAnyValue": "some value of "}


def scope_words(row: ScopeRow) -> str:
    """Where, of what is new or gone; old → new of what is neither."""
    match row.change:
        case ScopeChange.NEW:
            return blocks_words(row.after)
        case ScopeChange.GONE:
            return blocks_words(row.before)
        case ScopeChange.WIDER | ScopeChange.NARROWER | ScopeChange.OTHER:
            return f"{blocks_words(row.before)} → {blocks_words(row.after)}"


def blocks_words(blocks: Iterable[Block]) -> str:
    return "; or ".join(map(block_words, blocks))


def block_words(block: Block) -> str:
    return ", ".join((f"on {', '.join(block.resources)}", *conditions_of(block)))


def conditions_of(block: Block) -> Iterator[str]:
    return (condition_words(operator, key, values) for operator, keys in block.conditions.items() for key, values in keys.items())


def condition_words(operator: str, key: str, values: tuple[str, ...]) -> str:
    """Frequent conditions read as a sentence, the others name operator, key and values."""
    match operator, key.lower():
        case "StringEquals", "aws:requestedregion":
            return f"only in {listed(values)}"
        case "DateLessThan", "aws:currenttime":
            return f"until {listed(values)}"
        case "DateGreaterThan", "aws:currenttime":
            return f"from {listed(values)}"
        case "Null", _:
            return f"when {key} is {'absent' if values == ('true',) else 'present'}"
        case _:
            return f"when {quantified(operator, key)} {' or '.join(values)}"


def quantified(operator: str, key: str) -> str:
    """``every value of KEY is``; an operator without words of its own stands as written."""
    quantifier, _, comparison = operator.rpartition(":")
    optional = " if present" if comparison.endswith("IfExists") else ""
    words = OPERATORS.get(comparison.removesuffix("IfExists"), comparison)
    return f"{QUANTIFIERS[quantifier]}{key}{optional} {words}"


def scope_lines(row: ScopeRow, page: Page, actions: Sequence[str] | None = None) -> list[str]:
    """How the scope differs, and of which actions; ``actions`` are these in other words."""
    return [*scope_title(row, page), *page.flow(pieces_of(actions or row.actions, "", len(row.actions)), "        ")]


def scope_title(row: ScopeRow, page: Page) -> list[str]:
    sign, tone = SIGNS[row.change]
    return page.wrap(f"{row.change} {scope_words(row)}", f"    {sign} ", "        ", tone=tone)
