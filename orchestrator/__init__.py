"""Rolls IAM permissions for a cloud-forensics platform out across an AWS Organization, and takes them back.

For programs that do what the command line does::

    from orchestrator import Conduct, Settings, apply, open_tools, plan, verify

    tools = open_tools(Settings(config=Path("config/rollout.yaml")))  # reads the files; AWS credentials from the standard chain
    made = plan(tools)  # a Plan: what would change, for whom and why; nothing is written
    outcome = apply(tools, made, Conduct(run=RunId("nightly"), holder="the nightly job"))
    found = verify(tools)  # a Verification: is_converged, missing, unexpected, ...

Errors descend from ``orchestrator.errors.OrchestratorError``. Names are loaded when they are first used, so that ``import
orchestrator`` costs nothing; ``__version__`` is the installed distribution's.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestrator.composition import open_tools
    from orchestrator.model.identifiers import RunId
    from orchestrator.runs import Conduct, apply, plan, verify
    from orchestrator.settings import Settings

    __version__: str

__all__ = ["Conduct", "RunId", "Settings", "apply", "open_tools", "plan", "verify"]

HOMES = {
    "Conduct": "orchestrator.runs",
    "RunId": "orchestrator.model.identifiers",
    "Settings": "orchestrator.settings",
    "apply": "orchestrator.runs",
    "open_tools": "orchestrator.composition",
    "plan": "orchestrator.runs",
    "verify": "orchestrator.runs",
}


def __getattr__(name: str) -> object:
    """PEP 562: a name of the face on its first use. Raises AttributeError for any other."""
    if name == "__version__":
        return import_module("importlib.metadata").version("org-permission-orchestrator")
    if name in HOMES:
        return getattr(import_module(HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES, "__version__"})
