"""docs/linter.md: every rule with its reason, and the powerful actions with theirs."""

from itertools import groupby

from orchestrator.analysis.linter.finding import REASONS
from orchestrator.model.powerful_actions import POWERFUL, Power, PowerfulAction
from scripts.generated.permission_groups import table

INTRODUCTION = """\
<!-- Written by scripts/golden from the code of the linter: change that, not this page. -->

# The linter

`orchestrator validate` judges every statement of the catalog, in every variant and profile, alone and beside everything else its
role can get, with every option empty and with every option set. A finding needs a reason in the catalog (`accepted`), or validation
fails.

A reason names the `fingerprint` of the statements it is for: role, action, resources and conditions, what options are at their
widest, and for a finding that takes several statements all of them. Change one of them and the reason is stale: `validate` says so,
with the fingerprint to write once it was reviewed again. No condition and no narrower ARN takes `changes-permissions` away.

## Rules
"""

POWERS = """\
## Powerful actions

What `changes-permissions` and `reads-data` look for, beside every action that AWS's own list calls "Permissions management".
"""


def linter_page() -> str:
    rules = table(("rule", "why"), [(f"`{rule}`", why) for rule, why in REASONS.items()])
    parts = [INTRODUCTION, rules, POWERS]
    for power in Power:
        entries = [action for action in POWERFUL.values() if action.power is power]
        parts.append(f"### {power.value.capitalize()}\n\n{table(('actions', 'the role'), rows(entries))}")
    return "\n".join(parts)


def rows(entries: list[PowerfulAction]) -> list[tuple[str, str]]:
    return [(", ".join(f"`{action.name}`" for action in alike), why) for why, alike in groupby(entries, key=lambda action: action.why)]
