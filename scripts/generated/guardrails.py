"""docs/guardrails.md: the service control policies that render beside the templates, what each holds and what it may break."""

from collections.abc import Iterable
from functools import cache

from orchestrator.adapters.files.catalog.file import default_catalog_folder
from orchestrator.adapters.files.catalog.guardrails import load_guardrails
from orchestrator.model.guardrail import Guardrail, GuardrailStatement
from scripts.generated.permission_groups import codes, flat, table

INTRODUCTION = """\
<!-- Written by scripts/golden from config/catalog/guardrails.yaml: change that, not this page. -->

# Guardrails

Service control policies that hold what the catalog relies on, whatever policies change inside an account. `orchestrator render` writes them
with the values of rollout.yaml, `orchestrator render --check` notices stale ones, `orchestrator review` names the one that bounds a way to
privilege. This program never attaches one: it may change no policy of the organization.

To attach one, in the management account, or where policies are delegated to; first to a unit for tests:

```console
$ aws organizations create-policy --type SERVICE_CONTROL_POLICY --name cado-role-actions --description "orchestrator render" \\
    --content "$(cat stacksets/guardrails/role-actions.json)"
$ aws organizations attach-policy --policy-id p-... --target-id ou-...
```

What all of them have in common ([service control policies](https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html)):
they deny and grant nothing; they do not bind the management account, nor service-linked roles, nor principals outside the organization; a
target takes five of them, FullAWSAccess among these; each holds 5,120 characters. A statement is left out while a value it names is not
known, such as the organization without `organization.id` in rollout.yaml.
"""


@cache
def guardrails() -> tuple[Guardrail, ...]:
    return load_guardrails(default_catalog_folder())


def guardrails_page(found: Iterable[Guardrail]) -> str:
    return "\n".join([INTRODUCTION, *map(section, found)])


def section(guardrail: Guardrail) -> str:
    facts = {"Binds": guardrail.binds, "May break": guardrail.may_break}
    lines = [f"- **{name}:** {flat(text)}" for name, text in facts.items()]
    rows = map(row, guardrail.statements)
    header = ("statement", "denies", "on", "when")
    return "\n".join([f"## {guardrail.path}\n", flat(guardrail.purpose), "", *lines, "", table(header, rows)])


def row(entry: GuardrailStatement) -> tuple[str, ...]:
    statement = entry.statement
    conditions = [f"{operator} {key}: {', '.join(values)}" for operator, key, values in statement.tests()]
    needed = [f"{name} is set" for name in entry.when_set]
    return (f"`{statement.sid}`", codes(statement.actions), codes(statement.resources), codes([*conditions, *needed]) or "always")
