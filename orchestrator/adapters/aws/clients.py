"""Typed service clients, for the caller's or an assumed role's credentials."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, overload

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudtrail import CloudTrailClient
    from types_boto3_iam import IAMClient
    from types_boto3_kms import KMSClient
    from types_boto3_organizations import OrganizationsClient
    from types_boto3_resourcegroupstaggingapi import ResourceGroupsTaggingAPIClient
    from types_boto3_s3 import S3Client
    from types_boto3_sts import STSClient


@dataclass(frozen=True, slots=True)
class Credentials:
    """Temporary credentials of an assumed role; only the key id may be shown."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    token: str = field(repr=False)
    expires: datetime
    role_arn: str = ""


class ClientSource(ABC):
    """Makes clients. ``region`` defaults to the configured one, ``credentials`` to the source's own."""

    @abstractmethod
    def connect(self, service: str, region: str | None, credentials: Credentials | None) -> "BaseClient":
        """The client, new or cached."""

    @overload
    def client(
        self, service: Literal["cloudformation"], *, region: str | None = None, credentials: Credentials | None = None
    ) -> "CloudFormationClient": ...
    @overload
    def client(
        self, service: Literal["cloudtrail"], *, region: str | None = None, credentials: Credentials | None = None
    ) -> "CloudTrailClient": ...
    @overload
    def client(self, service: Literal["iam"], *, region: str | None = None, credentials: Credentials | None = None) -> "IAMClient": ...
    @overload
    def client(self, service: Literal["kms"], *, region: str | None = None, credentials: Credentials | None = None) -> "KMSClient": ...
    @overload
    def client(
        self, service: Literal["organizations"], *, region: str | None = None, credentials: Credentials | None = None
    ) -> "OrganizationsClient": ...
    @overload
    def client(
        self, service: Literal["resourcegroupstaggingapi"], *, region: str | None = None, credentials: Credentials | None = None
    ) -> "ResourceGroupsTaggingAPIClient": ...
    @overload
    def client(self, service: Literal["s3"], *, region: str | None = None, credentials: Credentials | None = None) -> "S3Client": ...
    @overload
    def client(self, service: Literal["sts"], *, region: str | None = None, credentials: Credentials | None = None) -> "STSClient": ...
    def client(self, service: str, *, region: str | None = None, credentials: Credentials | None = None) -> "BaseClient":
        return self.connect(service, region, credentials)
