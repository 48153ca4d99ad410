"""Whether a region is enabled in the caller's account (Account Management API)."""

from collections.abc import Mapping
from typing import Protocol, cast

from orchestrator.adapters.aws.errors import speaking
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.model.identifiers import Region


class AccountClient(Protocol):
    """The one call that is needed of ``account``."""

    def get_region_opt_status(self, *, RegionName: str) -> Mapping[str, str]: ...  # noqa: N803 - AWS's name


def read_region_status(session: AwsSession, region: Region) -> str:
    """``ENABLED_BY_DEFAULT``, ``ENABLED``, ``ENABLING``, ``DISABLING`` or ``DISABLED``."""
    with speaking(f"ask whether region {region} is enabled"):
        client = cast("AccountClient", session.connect("account", None, None))
        return client.get_region_opt_status(RegionName=region)["RegionOptStatus"]
