"""The tags of accounts: a hundred at a time from the tagging API, or account by account where that is not possible."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import AccessDeniedError, code_of, speaking
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.aws.spread import stream
from orchestrator.errors import AwsError
from orchestrator.model.activity import Activity, Tell, followed, ignore
from orchestrator.model.identifiers import AccountId
from orchestrator.model.letters import whole

if TYPE_CHECKING:
    from types_boto3_organizations.type_defs import TagTypeDef

ORGANIZATIONS_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
EXPIRED_TOKEN = "PaginationTokenExpiredException"  # noqa: S105 - the name of an error
ATTEMPTS = 3

Tags = Mapping[str, str]


class AccountTags:
    """Tags by account; accounts without tags may be missing."""

    def __init__(self, session: AwsSession, management: AccountId, tell: Tell = ignore) -> None:
        self._session = session
        self._tell = tell
        self._management = management

    def read_in_bulk(self) -> Mapping[AccountId, Tags]:
        """What the tagging API shows: nothing outside the management account, or where it may not be asked."""
        # GetResources returns resources of the calling account alone, and accounts are the management account's:
        # https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
        if self._session.account() != self._management:
            return {}
        try:
            return self._read_to_the_end()
        except AccessDeniedError:
            return {}

    def complete(self, shown: Mapping[AccountId, Tags], accounts: Sequence[AccountId]) -> Mapping[AccountId, Tags]:
        """What was read in bulk, or else account by account."""
        # No tags at all: no account has one, or the tagging API does not know the accounts. A rule that withholds by tag must not miss one.
        return shown if any(shown.values()) else self._read_singly(accounts)

    def _read_to_the_end(self) -> Mapping[AccountId, Tags]:
        for _ in range(ATTEMPTS):
            try:
                with speaking("read the tags of the accounts"):
                    return self._read_pages()
            except ExpiredPaginationError:
                continue
        raise AwsError(f"the tags of the accounts could not be read to the end in {ATTEMPTS} attempts.", remedy="Run again.")

    def _read_pages(self) -> Mapping[AccountId, Tags]:
        client = self._session.client("resourcegroupstaggingapi", region=ORGANIZATIONS_REGIONS.get(self._session.partition()))
        found: dict[AccountId, Tags] = {}
        token = ""
        while True:
            try:
                page = client.get_resources(ResourceTypeFilters=["organizations:account"], ResourcesPerPage=100, PaginationToken=token)
            except ClientError as error:
                if code_of(error) == EXPIRED_TOKEN:
                    raise ExpiredPaginationError from None
                raise
            for resource in page["ResourceTagMappingList"]:
                account = AccountId(resource.get("ResourceARN", "").rpartition("/")[2])
                found[account] = read_tags(resource.get("Tags", []))
            token = page.get("PaginationToken", "")
            if not token:
                return found

    def _read_singly(self, accounts: Sequence[AccountId]) -> Mapping[AccountId, Tags]:
        answers = followed(Activity.TAGS, stream(self._tags_of, accounts), len(accounts), self._tell)
        return dict(zip(accounts, answers, strict=True))

    def _tags_of(self, account: AccountId) -> Tags:
        with speaking(f"read the tags of account {account}"):
            pages = self._session.client("organizations").get_paginator("list_tags_for_resource").paginate(ResourceId=account)
            return read_tags(tag for page in pages for tag in page["Tags"])


def read_tags(tags: Iterable["TagTypeDef"]) -> Tags:
    return {whole(tag["Key"]): whole(tag["Value"]) for tag in tags}


class ExpiredPaginationError(Exception):
    """The page token expired before the last page: start again."""
