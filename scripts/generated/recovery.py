"""docs/recover.md with its table of hints written anew; the rest of the page is written by hand."""

import re

from orchestrator.adapters.aws.known_reasons import KNOWN, Hint
from scripts.generated.catalogs import ROOT
from scripts.generated.permission_groups import table

BEGIN, END = "<!-- hints: written by scripts/golden from orchestrator/adapters/aws/known_reasons.py -->\n\n", "\n<!-- end of hints -->"


def recovery_page() -> str:
    before, _, rest = (ROOT / "docs" / "recover.md").read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}{table(('what AWS means', 'hint'), map(row, KNOWN))}{END}{rest.partition(END)[2]}"


def row(hint: Hint) -> tuple[str, str]:
    """What a reason names is shown in capitals."""
    return hint.name, re.sub(r"\{(\w+)\}", lambda name: name[1].upper(), hint.advice)
