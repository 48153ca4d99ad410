"""Rolls IAM permissions for a cloud-forensics platform out across an AWS Organization, and takes them back.

For programs that do what the command line does; docs/library.md lists every name::

    from orchestrator import Conduct, RunId, Settings, apply, open_tools, plan, verify

    tools = open_tools(Settings(config=Path("config/rollout.yaml")))  # reads the files; AWS credentials from the standard chain
    made = plan(tools)  # a Plan: what would change, for whom and why; nothing is written
    outcome = apply(tools, made, Conduct(run=RunId("nightly"), holder="the nightly job"))
    found = verify(tools)  # a Verification: is_converged, missing, unexpected, ...

Nothing is printed and nothing exits. Errors descend from ``OrchestratorError``. Names are loaded when they are first used, so that
``import orchestrator`` costs nothing; ``__version__`` is the installed distribution's.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestrator.adapters.files.plan.file import read_plan, write_plan
    from orchestrator.adapters.files.snapshot.file import load_snapshot
    from orchestrator.composition import open_tools
    from orchestrator.errors import ConfigurationError, OrchestratorError, RefusedError
    from orchestrator.library import cleanup, plan_offline, review, show
    from orchestrator.model.identifiers import RunId
    from orchestrator.model.organization import Organization
    from orchestrator.model.outcome import Outcome, Verification
    from orchestrator.model.part import Part
    from orchestrator.model.plan import Plan
    from orchestrator.model.status import Standing
    from orchestrator.runs import Conduct, Intent, apply, discover, plan, status, verify
    from orchestrator.settings import Settings

    __version__: str

HOMES = {
    "Conduct": "orchestrator.runs",
    "ConfigurationError": "orchestrator.errors",
    "Intent": "orchestrator.runs",
    "OrchestratorError": "orchestrator.errors",
    "Organization": "orchestrator.model.organization",
    "Outcome": "orchestrator.model.outcome",
    "Part": "orchestrator.model.part",
    "Plan": "orchestrator.model.plan",
    "RefusedError": "orchestrator.errors",
    "RunId": "orchestrator.model.identifiers",
    "Settings": "orchestrator.settings",
    "Standing": "orchestrator.model.status",
    "Verification": "orchestrator.model.outcome",
    "apply": "orchestrator.runs",
    "cleanup": "orchestrator.library",
    "discover": "orchestrator.runs",
    "load_snapshot": "orchestrator.adapters.files.snapshot.file",
    "open_tools": "orchestrator.composition",
    "plan": "orchestrator.runs",
    "plan_offline": "orchestrator.library",
    "read_plan": "orchestrator.adapters.files.plan.file",
    "review": "orchestrator.library",
    "show": "orchestrator.library",
    "status": "orchestrator.runs",
    "verify": "orchestrator.runs",
    "write_plan": "orchestrator.adapters.files.plan.file",
}

__all__ = [
    "Conduct",
    "ConfigurationError",
    "Intent",
    "OrchestratorError",
    "Organization",
    "Outcome",
    "Part",
    "Plan",
    "RefusedError",
    "RunId",
    "Settings",
    "Standing",
    "Verification",
    "apply",
    "cleanup",
    "discover",
    "load_snapshot",
    "open_tools",
    "plan",
    "plan_offline",
    "read_plan",
    "review",
    "show",
    "status",
    "verify",
    "write_plan",
]


def __getattr__(name: str) -> object:
    """PEP 562: a name of the face on its first use. Raises AttributeError for any other."""
    if name == "__version__":
        return import_module("importlib.metadata").version("org-permission-orchestrator")
    if name in HOMES:
        return getattr(import_module(HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES, "__version__"})
