"""How two profiles differ, role by role, as text and as JSON."""

from collections.abc import Sequence

from orchestrator.analysis.compare import ProfileDifference, ScopeDifference
from orchestrator.presentation.page import Page, Tone, sections, text_of


def profiles_text(names: tuple[str, str], differences: Sequence[ProfileDifference], page: Page) -> str:
    """Per role: what only one profile has, then the actions both have in another scope."""
    return text_of(sections(*(role_lines(names, difference, page) for difference in differences)))


def role_lines(names: tuple[str, str], difference: ProfileDifference, page: Page) -> list[str]:
    left, right = names
    rows = (
        (f"group sets only in {left}", difference.left_sets),
        (f"group sets only in {right}", difference.right_sets),
        (f"groups only in {left}", difference.left_groups),
        (f"groups only in {right}", difference.right_groups),
        (f"actions only in {left}", difference.left_actions),
        (f"actions only in {right}", difference.right_actions),
    )
    lines = [line for title, found in rows if found for line in page.wrap(f"{title}: {', '.join(found)}", "  ", "    ")]
    lines += [line for scope in difference.scopes for line in scope_lines(names, scope, page)]
    return [page.paint(f"role {difference.role}", Tone.TITLE), *(lines or ["  the same in both"])]


def scope_lines(names: tuple[str, str], scope: ScopeDifference, page: Page) -> list[str]:
    rows = [(name, text) for name, texts in zip(names, (scope.left, scope.right), strict=True) for text in texts]
    return [*page.wrap(f"{scope.action} in another scope", "  "), *page.table(rows, "    ")]


def profiles_json(names: tuple[str, str], differences: Sequence[ProfileDifference]) -> dict[str, object]:
    """The same as data."""
    return {
        "profiles": list(names),
        "roles": [
            {
                "role": difference.role.value,
                "only": {
                    names[0]: only(difference.left_sets, difference.left_groups, difference.left_actions),
                    names[1]: only(difference.right_sets, difference.right_groups, difference.right_actions),
                },
                "scopes": [
                    {"action": scope.action, names[0]: list(scope.left), names[1]: list(scope.right)} for scope in difference.scopes
                ],
            }
            for difference in differences
        ],
    }


def only(sets: Sequence[str], groups: Sequence[str], actions: Sequence[str]) -> dict[str, list[str]]:
    return {"group_sets": list(sets), "groups": list(groups), "actions": list(actions)}
