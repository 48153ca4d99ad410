"""Where a plan comes from: evidence for its readers. It decides nothing, and a file may say what it likes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Commit:
    """What the work tree of rollout.yaml is at. ``branch`` is None where it is on none.

    ``is_modified``: some file of the configuration is not as committed; None where that is not known.
    """

    id: str
    branch: str | None = None
    is_modified: bool | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """``made_by`` is the ARN of the caller, without one the user and the machine; None where it is not known.

    ``configuration`` is None outside git, or where git gives no answer.
    """

    made_by: str | None = None
    configuration: Commit | None = None


UNKNOWN = Provenance()
