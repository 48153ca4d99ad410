"""The two places state may live, for the suites that hold both to one contract."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
from moto import mock_aws

from orchestrator.adapters.state.bucket.lock import BucketLock
from orchestrator.adapters.state.bucket.store import BucketStore
from orchestrator.adapters.state.folder.lock import FolderLock
from orchestrator.adapters.state.folder.store import FolderStore
from orchestrator.ports import Lock, Store

BUCKET = "state-bucket"


class Place:
    """One place; every call opens it anew, as another process would."""

    def __init__(self, folder: Path, *, is_bucket: bool) -> None:
        self.folder = folder / "state"
        self.is_bucket = is_bucket

    def store(self) -> Store:
        return BucketStore(boto3.client("s3"), BUCKET, "rollouts/cado") if self.is_bucket else FolderStore(self.folder)

    def lock(self) -> Lock:
        return BucketLock(boto3.client("s3"), BUCKET, "rollouts/cado") if self.is_bucket else FolderLock(self.folder)


@contextmanager
def opened(folder: Path, kind: str) -> Iterator[Place]:
    if kind == "folder":
        yield Place(folder, is_bucket=False)
        return
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        yield Place(folder, is_bucket=True)
