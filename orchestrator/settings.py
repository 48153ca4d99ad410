"""Settings of a run from the environment: ``ORCHESTRATOR_*`` variables, which options on the command line override."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

HOUR = 3600.0
"""In seconds. A longer interval would amount to not looking."""


class Settings(BaseSettings):
    """What a pipeline sets once. AWS credentials, profile, region and endpoint come from AWS's own variables."""

    model_config = SettingsConfigDict(env_prefix="ORCHESTRATOR_", frozen=True, extra="ignore")

    config: Path = Path("config/rollout.yaml")
    log_file: Path | None = None
    verbose: bool = False
    profile: str | None = None
    poll_seconds: float = Field(default=5.0, gt=0, le=HOUR, allow_inf_nan=False, description="How often a running operation is looked at.")
