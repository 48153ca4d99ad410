"""The part of the live list that only reads."""

from collections import Counter
from collections.abc import Callable, Collection
from itertools import islice
from typing import TYPE_CHECKING

from orchestrator.adapters.aws.account_tags import ORGANIZATIONS_REGIONS
from orchestrator.adapters.aws.directory import STACK_SETS_PRINCIPAL
from orchestrator.adapters.aws.doctor.bucket_view import view_bucket
from orchestrator.adapters.aws.live.inside import Inside
from orchestrator.adapters.aws.live.refusals import answered
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.aws.site import spelled
from orchestrator.adapters.aws.values import read_tags
from orchestrator.doctor.live.workbench import Answers, NotDoneError
from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Organization
from orchestrator.model.rollout import Rollout

if TYPE_CHECKING:
    from types_boto3_resourcegroupstaggingapi import ResourceGroupsTaggingAPIClient

COMPARED = 20
MEMBERS = 3


class Readings:
    """Each answers one question; none changes anything."""

    def __init__(self, session: AwsSession, rollout: Rollout, organization: Organization, enter: Callable[[AccountId], Inside]) -> None:
        self._session = session
        self._rollout = rollout
        self._organization = organization
        self._enter = enter

    def caller(self) -> Answers:
        kind = self._session.arn().split(":", 5)[5].partition("/")[0]
        is_management = self._session.account() == self._organization.management_account
        return {"partition": self._session.partition(), "kind": kind, "is_in_management_account": is_management}

    def features(self) -> Answers:
        described = self._session.client("organizations").describe_organization()["Organization"]
        return {"feature_set": str(described.get("FeatureSet", ""))}

    def trusted_access(self) -> Answers:
        answer = self._session.client("cloudformation").describe_organizations_access(CallAs=spelled(self._rollout.call_as))
        return {"status": str(answer["Status"])}

    def calls(self) -> Answers:
        """The calls of `plan` once each, with the caller's own rights."""
        organizations, cloudformation = self._session.client("organizations"), self._session.client("cloudformation")
        call_as, root = spelled(self._rollout.call_as), self._organization.root
        return {
            "organizations:DescribeOrganization": answered(organizations.describe_organization),
            "organizations:ListRoots": answered(organizations.list_roots),
            "organizations:ListAccounts": answered(organizations.list_accounts),
            "organizations:ListAccountsForParent": answered(lambda: organizations.list_accounts_for_parent(ParentId=root)),
            "organizations:ListOrganizationalUnitsForParent": answered(
                lambda: organizations.list_organizational_units_for_parent(ParentId=root)
            ),
            "organizations:ListDelegatedAdministrators": answered(
                lambda: organizations.list_delegated_administrators(ServicePrincipal=STACK_SETS_PRINCIPAL)
            ),
            "organizations:ListTagsForResource": answered(lambda: organizations.list_tags_for_resource(ResourceId=root)),
            "tag:GetResources": answered(lambda: self._tagging.get_resources(ResourceTypeFilters=["organizations:account"])),
            "cloudformation:ListStackSets": answered(lambda: cloudformation.list_stack_sets(CallAs=call_as)),
            "cloudformation:DescribeStacks": answered(cloudformation.describe_stacks),
        }

    def account_fields(self) -> Answers:
        """How many accounts of the first page show each field, and in how many ways they joined."""
        accounts = self._session.client("organizations").list_accounts()["Accounts"]
        fields = Counter(name for account in accounts for name in account)
        shown = {name: "all" if count == len(accounts) else "some" for name, count in sorted(fields.items())}
        return {"fields": shown, "states": sorted({str(account.get("State", "")) for account in accounts})}

    def tags(self) -> Answers:
        """GetResources and ListTagsForResource, compared on 20 accounts, or fewer."""
        if self._session.account() != self._organization.management_account:
            raise NotDoneError("accounts are resources of the management account, and the caller is elsewhere.")
        organizations = self._session.client("organizations")
        pages = self._tagging.get_paginator("get_resources").paginate(ResourceTypeFilters=["organizations:account"])
        bulk = {
            row.get("ResourceARN", "").rsplit("/", 1)[-1]: read_tags(row.get("Tags", []))
            for page in pages
            for row in page["ResourceTagMappingList"]
        }
        one_by_one = {
            account: read_tags(organizations.list_tags_for_resource(ResourceId=account)["Tags"])
            for account in islice(sorted(self._organization.accounts), COMPARED)
        }
        return {"are_equal": all(bulk.get(account, {}) == tags for account, tags in one_by_one.items())}

    def access_roles(self) -> Answers:
        """The hub, and three members; one that was invited is among them where there is one."""
        joined = {
            account.get("Id", ""): str(account.get("JoinedMethod", ""))
            for page in self._session.client("organizations").get_paginator("list_accounts").paginate()
            for account in page["Accounts"]
        }
        hub, management = self._rollout.hub_account, self._organization.management_account
        active = [account.id for account in self._organization.accounts.values() if account.is_active]
        members = sorted(
            (account for account in active if account not in (hub, management)), key=lambda account: joined[account] != "INVITED"
        )
        answers = [{"joined": joined[account], "answer": self._get_in(account)} for account in members[:MEMBERS]]
        return {"hub": self._get_in(hub) if hub is not None and hub in active else "no hub", "members": answers}

    def managed_roles(self, accounts: Collection[AccountId]) -> Answers:
        """Whether the names of rollout.yaml are there, in the hub and the two accounts."""
        hub = self._rollout.hub_account
        where = [*accounts, *([hub] if hub is not None and hub in self._organization.accounts else [])]
        return {
            "hub" if account == hub else account: {
                kind.value: self._enter(account).has_role(role.name) for kind, role in self._rollout.roles.items()
            }
            for account in where
        }

    def strangers(self) -> Answers:
        """Policies on the hub's managed roles that are not this rollout's."""
        hub = self._rollout.hub_account
        if hub is None or hub not in self._organization.accounts:
            raise NotDoneError("there is no hub.")
        inside, found = self._enter(hub), dict[str, object]()
        for kind, role in self._rollout.roles.items():
            if role.account == hub and inside.has_role(role.name):
                inline = inside.iam.list_role_policies(RoleName=role.name)["PolicyNames"]
                attached = inside.iam.list_attached_role_policies(RoleName=role.name)["AttachedPolicies"]
                others = [name for name in inline if not self._is_ours(name)]
                found[kind.value] = {"inline": len(others), "attached": len(attached)}
        return found

    def bucket(self) -> Answers:
        view = view_bucket(self._session, self._rollout.state)
        if view is None:
            raise NotDoneError("the state is a folder.")
        return {"refuses_unmet_conditions": view.writes if isinstance(view.writes, bool) else view.writes.reason}

    @property
    def _tagging(self) -> "ResourceGroupsTaggingAPIClient":
        return self._session.client("resourcegroupstaggingapi", region=ORGANIZATIONS_REGIONS.get(self._session.partition()))

    def _is_ours(self, policy: str) -> bool:
        return policy.startswith(f"{self._rollout.prefix}-")

    def _get_in(self, account: AccountId) -> str:
        return answered(self._enter(account).iam.get_account_summary)
