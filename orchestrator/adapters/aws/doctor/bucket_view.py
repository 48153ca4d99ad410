"""How the bucket of the state is set up, and whether it keeps to the conditions of a write."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import code_of, speaking
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.state.bucket.objects import Objects
from orchestrator.doctor.surroundings import BucketView
from orchestrator.errors import OrchestratorError
from orchestrator.execution.layout import WRITE_TEST
from orchestrator.model.evidence import Unknown
from orchestrator.model.rollout import bucket_in

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

NO_VERSION = '"00000000000000000000000000000000"'
"""An ETag that no object has."""


def view_bucket(session: AwsSession, state: str) -> BucketView | None:
    """None where the state is a folder."""
    place = bucket_in(state)
    if place is None:
        return None
    bucket, prefix = place
    client = session.client("s3")
    return BucketView(is_versioned(client, bucket), encryption_of(client, bucket), takes_conditions(Objects(client, bucket, prefix)))


def takes_conditions(objects: Objects) -> bool | Unknown:
    """S3 refuses to replace a version that is not there, so nothing is written; what takes it is deleted again."""
    try:
        if not objects.replace(WRITE_TEST, b"{}", NO_VERSION):
            return True
        written = objects.read(WRITE_TEST)
        if written is not None:
            objects.delete(WRITE_TEST, written.etag)
    except OrchestratorError as error:
        return Unknown(error.message)
    return False


def is_versioned(client: "S3Client", bucket: str) -> bool | Unknown:
    try:
        with speaking(f"read the versioning of bucket {bucket}"):
            return client.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled"
    except OrchestratorError as error:
        return Unknown(error.message)


def encryption_of(client: "S3Client", bucket: str) -> str | Unknown:
    """The algorithm. S3 encrypts what says nothing with AES256 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html)."""
    try:
        with speaking(f"read the encryption of bucket {bucket}"):
            try:
                rules = client.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
            except ClientError as error:
                if code_of(error) != "ServerSideEncryptionConfigurationNotFoundError":
                    raise
                rules = []
            named = [rule.get("ApplyServerSideEncryptionByDefault", {}).get("SSEAlgorithm", "") for rule in rules]
            return str(next(filter(None, named), "AES256"))
    except OrchestratorError as error:
        return Unknown(error.message)
