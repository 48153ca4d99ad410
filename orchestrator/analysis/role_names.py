"""Names of roles that AWS takes and the platform does not."""

from orchestrator.model.rollout import Rollout

ACCEPTED = ("CadoResponse", "DarktraceForensics")
"""What the platform wants somewhere in the name of a role before it finds or accepts it."""


def unaccepted_names(rollout: Rollout) -> tuple[str, ...]:
    """One warning per role the platform's discovery would pass over."""
    return tuple(
        f"roles.{kind}.name: the platform's discovery rejects {role.name}, since it contains neither {' nor '.join(ACCEPTED)}; rename it, "
        "unless your platform takes it."
        for kind, role in rollout.roles.items()
        if not any(word in role.name for word in ACCEPTED)
    )
