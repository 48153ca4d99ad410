"""The regions of every partition that botocore knows."""

from functools import cache

from botocore.loaders import Loader


@cache
def known_regions() -> frozenset[str]:
    """By name; among them one per partition that stands for what has no region."""
    return frozenset(region for partition in Loader().load_data("partitions")["partitions"] for region in partition["regions"])
