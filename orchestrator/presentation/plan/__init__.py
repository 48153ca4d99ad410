"""A plan in every form: as text, as JSON and as Markdown."""
