"""The regions of every partition that botocore knows."""

import json
from functools import cache
from importlib.resources import files


@cache
def known_regions() -> frozenset[str]:
    """By name; among them one per partition that stands for what has no region. Read as a file: the loader imports an HTTP client."""
    partitions = json.loads((files("botocore.data") / "partitions.json").read_bytes())["partitions"]
    return frozenset(region for partition in partitions for region in partition["regions"])
