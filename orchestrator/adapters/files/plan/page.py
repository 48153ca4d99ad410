"""A plan file inside a page of HTML, byte by byte: the page that was read and signed can be shown, compared and applied.

A plan file holds no ``<``, so nothing in it ends the element. Its lines but for that of the digest are what the digest is computed over.
"""

OPENING = b'<script type="application/json" id="plan">\n'
CLOSING = b"</script>"


def enclosed(plan_file: bytes) -> str:
    """The element that holds it."""
    return (OPENING + plan_file + CLOSING).decode()


def plan_part(content: bytes) -> bytes:
    """The plan file in a page; anything else as it is."""
    before, opening, rest = content.partition(OPENING)
    return rest.partition(CLOSING)[0] if opening and b"<" in before else content
