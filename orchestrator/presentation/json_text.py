"""A result as JSON text."""

import json

from orchestrator.model.letters import escape_unseen


def json_text(value: object) -> str:
    """Indented, with a newline at the end; letters that do not show are escapes."""
    return escape_unseen(json.dumps(value, indent=2, ensure_ascii=False)) + "\n"
