"""Role names that AWS accepts and the platform does not."""

from orchestrator.model.rollout import Rollout

ACCEPTED = ("CadoResponse", "DarktraceForensics")
"""A role's name must contain one of these for the platform to find it."""


def unaccepted_names(rollout: Rollout) -> tuple[str, ...]:
    """One warning per role that the platform's discovery would not find."""
    return tuple(
        f"roles.{kind}.name: the platform's discovery rejects {role.name}, since it contains neither {' nor '.join(ACCEPTED)}; rename it, "
        "unless your platform takes it."
        for kind, role in rollout.roles.items()
        if not any(word in role.name for word in ACCEPTED)
    )
