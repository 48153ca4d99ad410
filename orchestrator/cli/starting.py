"""What every command begins with: settings from the environment, and logging."""

from collections.abc import Mapping

from pydantic import ValidationError

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.logs import configure_logging
from orchestrator.adapters.process import new_run_id
from orchestrator.cli.output import files_explained
from orchestrator.errors import UsageError
from orchestrator.settings import Settings


def started(given: Mapping[str, object]) -> Settings:
    """The settings of this run; an option that was not given is None, and the environment decides. Logging begins."""
    settings = settings_from_environment().model_copy(update={name: value for name, value in given.items() if value is not None})
    with files_explained():
        configure_logging(settings.log_file, run_id=new_run_id(SystemClock().now()), verbose=settings.verbose)
    return settings


def settings_from_environment() -> Settings:
    """Raises UsageError naming each variable that says nothing sensible."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"ORCHESTRATOR_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors())
        raise UsageError(f"the environment cannot be used. {wrong}.", remedy="Correct or unset these variables.") from error
