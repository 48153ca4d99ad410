"""A property that fails writes the situation down as a test of its own, ready to run, and says where.

Hypothesis runs the smallest failing situation last, so that is what the file holds in the end.
"""

import os
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import wraps
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis.errors import UnsatisfiedAssumption

from tests.properties.source import Writer

FOLDER = Path(__file__).parents[2] / ".reproductions"
TEMPLATE = '''\
"""Found by {module}.{name}. Run it: scripts/test {path}. Move it to tests/ once it is understood."""

{imports}
SITUATION = {situation}


def {name}_here():
    {stem}.{name}.hypothesis.inner_test.__wrapped__(**SITUATION)
'''


def given(*strategies: Any, **named: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As hypothesis's, for properties whose situations can be written down."""
    return lambda test: hypothesis.given(*strategies, **named)(written_down(test))


def written_down(test: Callable[..., None]) -> Callable[..., None]:
    @wraps(test)
    def run(**situation: Any) -> None:
        before = {name: value if is_frozen(value) else deepcopy(value) for name, value in situation.items()}
        try:
            test(**situation)
        except UnsatisfiedAssumption:
            raise
        except Exception as error:
            error.add_note(write_test(test, before))
            raise

    return run


def is_frozen(value: object) -> bool:
    parameters = getattr(value, "__dataclass_params__", None)
    return parameters is not None and bool(parameters.frozen)


def write_test(test: Callable[..., None], situation: Mapping[str, Any]) -> str:
    """Where the file is, or why there is none."""
    writer, path = Writer(), FOLDER / f"{test.__name__}.py"
    try:
        text = writer.write(dict(situation))
    except TypeError as error:
        return f"No test was written of this situation: {error}"
    package, _, stem = test.__module__.rpartition(".")
    imports = f"{writer.imports()}from {package} import {stem}\n"
    shown = os.path.relpath(path)
    FOLDER.mkdir(exist_ok=True)
    path.write_text(
        TEMPLATE.format(module=test.__module__, name=test.__name__, path=shown, imports=imports, situation=text, stem=stem),
        encoding="utf-8",
    )
    return f"This situation as a test of its own: {shown}"
