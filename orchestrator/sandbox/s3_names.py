"""What an S3 request is called and what it names, as far as faults, policies and the journal need it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

_ON_OBJECT = {"DELETE": "DeleteObject", "GET": "GetObject", "HEAD": "HeadObject", "POST": "PostObject", "PUT": "PutObject"}
_ON_BUCKET = {"DELETE": "DeleteBucket", "GET": "ListObjectsV2", "HEAD": "HeadBucket", "POST": "DeleteObjects", "PUT": "CreateBucket"}


def s3_operation(environ: Mapping[str, Any]) -> str:
    """By method and path alone: sub-resources such as versioning are called like their bucket's or object's operation."""
    method, path = str(environ["REQUEST_METHOD"]), str(environ.get("PATH_INFO", "")).strip("/")
    if not path:
        return "ListBuckets"
    return (_ON_OBJECT if "/" in path else _ON_BUCKET).get(method, method)


def s3_parameters(environ: Mapping[str, Any]) -> dict[str, Any]:
    """Bucket and key by path, and the query's own words, ``prefix`` or the name of a sub-resource."""
    bucket, _, key = str(environ.get("PATH_INFO", "")).lstrip("/").partition("/")
    query = dict(parse_qsl(str(environ.get("QUERY_STRING", "")), keep_blank_values=True))
    return {**query, "Bucket": bucket, "Key": key}
