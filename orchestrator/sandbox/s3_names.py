"""What an S3 request is called, as far as faults and the journal need names."""

from collections.abc import Mapping
from typing import Any

_ON_OBJECT = {"DELETE": "DeleteObject", "GET": "GetObject", "HEAD": "HeadObject", "POST": "PostObject", "PUT": "PutObject"}
_ON_BUCKET = {"DELETE": "DeleteBucket", "GET": "ListObjectsV2", "HEAD": "HeadBucket", "POST": "DeleteObjects", "PUT": "CreateBucket"}


def s3_operation(environ: Mapping[str, Any]) -> str:
    """By method and path alone: sub-resources such as versioning are called like their bucket's or object's operation."""
    method, path = str(environ["REQUEST_METHOD"]), str(environ.get("PATH_INFO", "")).strip("/")
    if not path:
        return "ListBuckets"
    return (_ON_OBJECT if "/" in path else _ON_BUCKET).get(method, method)
