"""Values of the starter that stand for the reader's own: kept as they are, they would grant access to what belongs to others."""

from collections.abc import Iterator

from orchestrator.model.rollout import Rollout

ACCOUNT = "222222222222"
BUCKET = "my-platform-bucket"


def unreplaced(rollout: Rollout) -> Iterator[str]:
    """One problem per value that was not replaced, with its place."""
    for kind, role in rollout.roles.items():
        if role.account == ACCOUNT:
            yield problem(rollout, f"roles.{kind}.account", ACCOUNT, "the id of your hub account")
    yield from unreplaced_bucket(rollout)


def unreplaced_bucket(rollout: Rollout) -> Iterator[str]:
    """The one of them that no organization contradicts."""
    if rollout.parameters.get("platform_bucket") == BUCKET:
        yield problem(rollout, "parameters.platform_bucket", BUCKET, "the name of your platform's bucket: another's would be granted")


def problem(rollout: Rollout, setting: str, value: str, wanted: str) -> str:
    return f'{rollout.places.get(setting, "rollout.yaml")}: {setting}: "{value}" is the starter\'s. Write {wanted}.'
