"""How two plans differ: ``difference_sections`` says it once, for text, Markdown and the page; programs get rows."""

from orchestrator.presentation.plan_difference.document import difference_json_text
from orchestrator.presentation.plan_difference.drawing import difference_markdown, difference_text
from orchestrator.presentation.plan_difference.items import Item, Sign
from orchestrator.presentation.plan_difference.sections import Section, conclusion, difference_sections, differing_words

__all__ = [
    "Item",
    "Section",
    "Sign",
    "conclusion",
    "difference_json_text",
    "difference_markdown",
    "difference_sections",
    "difference_text",
    "differing_words",
]
