"""The S3 calls that state needs: reads that distinguish absence from failure, and conditional writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import RAISED, AccessDeniedError, code_of, translate
from orchestrator.errors import StateError

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

ABSENT = frozenset({"NoSuchKey", "404"})
TAKEN = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})
NOT_THE_BUCKETS = frozenset({"credentials", "throttled", "unreachable"})
"""Kinds of errors that any call could meet: the bucket is not the cause."""

REMEDY = "Check that the bucket exists, that you may list, read, write and delete below the prefix, and its policy."


@dataclass(frozen=True, slots=True)
class Found:
    """An object's content, and the ETag by which to replace or delete exactly this version."""

    content: bytes
    etag: str


class Objects:
    """Objects of one bucket below one prefix."""

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def where(self, key: str) -> str:
        return f"s3://{self._bucket}/{self._prefix}{key}"

    def read(self, key: str) -> Found | None:
        """The object, or None. Raises StateError."""
        with self._asking("read", key):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)
                return Found(answer["Body"].read(), answer["ETag"])
            except ClientError as error:
                if code_of(error) in ABSENT:
                    return None
                raise

    def write(self, key: str, content: bytes) -> None:
        """Write or replace. Raises StateError."""
        with self._asking("write", key):
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + key, Body=content)

    def create(self, key: str, content: bytes) -> bool:
        """Write only if the key is free; returns whether it did. An earlier write of the same content counts."""
        with self._asking("write", key):
            try:
                self._client.put_object(Bucket=self._bucket, Key=self._prefix + key, Body=content, IfNoneMatch="*")
            except ClientError as error:
                if code_of(error) not in TAKEN:
                    raise
                there = self.read(key)
                return there is not None and there.content == content
        return True

    def replace(self, key: str, content: bytes, etag: str) -> bool:
        """Write only over exactly that version; returns whether it did."""
        with self._asking("write", key):
            try:
                self._client.put_object(Bucket=self._bucket, Key=self._prefix + key, Body=content, IfMatch=etag)
            except ClientError as error:
                if code_of(error) not in TAKEN | ABSENT:
                    raise
                return False
        return True

    def delete(self, key: str, etag: str) -> None:
        """Delete exactly that version; no effect when it was replaced or deleted."""
        with self._asking("delete", key):
            try:
                self._client.delete_object(Bucket=self._bucket, Key=self._prefix + key, IfMatch=etag)
            except ClientError as error:
                if code_of(error) not in TAKEN | ABSENT:
                    raise

    def names(self, prefix: str) -> list[str]:
        """Keys that begin so, sorted; the listing is strongly consistent. Raises StateError."""
        with self._asking("list", prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix + prefix)
            return sorted(item["Key"].removeprefix(self._prefix) for page in pages for item in page.get("Contents", []))

    @contextmanager
    def _asking(self, doing: str, key: str) -> Iterator[None]:
        try:
            yield
        except RAISED as error:
            raise explained(error, doing, self.where(key)) from error


def explained(error: Exception, doing: str, where: str) -> StateError:
    """A StateError; of the kind ``state`` unless the cause lies elsewhere, as in credentials or throttling."""
    meant = translate(error, f"{doing} {where}")
    if meant.reported_kind in NOT_THE_BUCKETS:
        return StateError(meant.message, kind=meant.reported_kind, where=where, remedy=meant.remedy)
    remedy = meant.remedy if isinstance(meant, AccessDeniedError) else REMEDY
    return StateError(f"Cannot {doing} {where}: {error}", where=where, remedy=remedy)
