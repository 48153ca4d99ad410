"""What the program needs in AWS: the table of the README, and docs/rights.md with every right and its reason."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from orchestrator.adapters.files.rollout.file import load
from orchestrator.rights import COMMANDS, RIGHTS, Command, Holder, Policy, Right, rights_of, written_policies
from scripts.generated.catalogs import ROOT
from scripts.generated.permission_groups import table

BEGIN, END = "<!-- rights: written by scripts/golden from orchestrator/rights -->\n\n", "\n<!-- end of rights -->"

INTRODUCTION = """\
<!-- Written by scripts/golden from orchestrator/rights: change the table there, not this page. -->

# Rights

Every right the program needs in AWS, from the table `orchestrator/rights/table.py`. `orchestrator render` writes the policies of
`config/permissions` from it. The sandbox asks a caller's policies for every call (`sandbox --caller-policy FILE`), CloudFormation's on
its behalf included, and `tests/rights` play every command with its policy and hold what was asked against this table: each policy is
enough, and every action in it is needed. Without a right its commands fail, or lose what the last column says. What CloudFormation itself
calls for a stack follows from the schemas of the resource types; no source says which of those calls it makes in which order.
"""

SECTIONS = {
    Holder.CALLER: "The caller, and the role of `access.management_role_arn`",
    Holder.INSIDE: "The access roles inside accounts, and the caller when its own account is the hub",
}


def policy_files() -> dict[Path, str]:
    """config/permissions as the starter's rollout.yaml has it."""
    rollout, _ = load(ROOT / "config" / "rollout.yaml")
    return {ROOT / "config" / "permissions" / name: text for name, text in written_policies(rollout).items()}


def readme() -> str:
    """The README with its table written anew."""
    before, _, rest = (ROOT / "README.md").read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}{policies_table()}{END}{rest.partition(END)[2]}"


def policies_table() -> str:
    """A row per policy: what it is enough for, and what it allows beside the one above it."""
    of_caller = [policy for policy in Policy if policy is not Policy.PROBER]
    pairs = [(policy, before) for before, policy in zip([None, *of_caller], of_caller, strict=False)]
    rows = [policy_row(policy, before) for policy, before in [*pairs, (Policy.PROBER, None)]]
    return table(("policy", "for", "allows"), rows)


def policy_row(policy: Policy, before: Policy | None) -> tuple[str, str, str]:
    listed = actions_of(before) if before else frozenset()
    commands = COMMANDS[policy] - (COMMANDS[before] if before else frozenset())
    purpose = "inside accounts" if policy is Policy.PROBER else listing(command for command in Command if command in commands)
    return f"`{policy}.json`", purpose, f"{f'all of `{before}.json`, ' if before else ''}{actions(actions_of(policy) - listed)}"


def actions_of(policy: Policy) -> frozenset[str]:
    return frozenset(action for right in rights_of(policy) for action in right.actions)


def actions(names: Iterable[str]) -> str:
    """The service stands before the first of its actions."""
    by_service = [(service, list(found)) for service, found in groupby(sorted(names), lambda name: name.partition(":")[0])]
    return ", ".join(listing([first, *(name.partition(":")[2] for name in others)]) for _, (first, *others) in by_service)


def listing(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def rights_page() -> str:
    """docs/rights.md."""
    sections = [f"## {title}\n\n{rights_table(right for right in RIGHTS if right.holder is holder)}" for holder, title in SECTIONS.items()]
    return "\n".join([INTRODUCTION, *sections])


def rights_table(rights: Iterable[Right]) -> str:
    return table(("actions", "on", "in", "why", "without"), map(right_row, rights))


def right_row(right: Right) -> tuple[str, str, str, str, str]:
    reach = "; ".join(str(part) for part in (*right.targets, *right.limits))
    holders = [policy for policy in Policy if right in rights_of(policy)]
    return actions(right.actions), reach, listing(holders), right.why, right.without or "the commands fail"
