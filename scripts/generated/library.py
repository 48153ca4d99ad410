"""docs/library.md: every public name with its signature and what it says of itself."""

import ast
import inspect
from textwrap import dedent
from typing import NewType

import orchestrator

HEAD = """\
# The library

`import orchestrator` has the verbs of the command line as functions. Nothing is printed and nothing exits: results are frozen values with
types, errors are exceptions. Everything else in the package is internal and may change with any release.

Every error that a user can cause descends from `OrchestratorError` and has `kind`, `message`, `where` and `remedy`, as `--format json`
prints them; [recover.md](recover.md) lists the kinds. `RefusedError` means that nothing was done. An account that fails is no error:
it is in `Outcome.failed`.

Progress is a stream of events: `tell` of `Conduct` takes those of a run, `tell` of `open_tools` what long reading reports
([progress.md](progress.md)).

This page is written by `scripts/golden` from the code.
"""


def library_page() -> str:
    return "\n".join([HEAD, *(section for name in orchestrator.__all__ for section in section_of(name))])


def section_of(name: str) -> list[str]:
    found = getattr(orchestrator, name)
    return [f"## {name}", "", "```python", signature_of(name, found), "```", "", text_of(found), ""]


def signature_of(name: str, found: object) -> str:
    """As the source has it; of a class, its fields."""
    if isinstance(found, NewType):
        return f"{name}(text: {found.__supertype__.__name__}) -> {name}"
    source = dedent(inspect.getsource(found))  # type: ignore[arg-type]  # a function or a class
    match ast.parse(source).body[0]:
        case ast.FunctionDef(args=arguments, returns=ast.expr() as result):
            return f"{name}({ast.unparse(arguments)}) -> {ast.unparse(result)}"
        case ast.ClassDef(bases=bases, body=body):
            fields = [f"    {ast.get_source_segment(source, entry)}" for entry in body if isinstance(entry, ast.AnnAssign)]
            return "\n".join([f"class {name}({', '.join(map(ast.unparse, bases))}):".replace("()", ""), *fields])
        case other:
            raise TypeError(f"{name} is a {type(other).__name__}")


def text_of(found: object) -> str:
    if isinstance(found, NewType):
        return "A text that type checkers tell from any other."
    summary, _, rest = (inspect.getdoc(found) or "").partition("\n")
    return "\n".join([summary, *([dedent(rest).rstrip()] if rest.strip() else [])]).replace("``", "`")
