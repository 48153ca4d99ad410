"""doctor.Surroundings on AWS: each question goes to the module that knows how to ask it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from orchestrator.adapters.aws.access import AccountAccess
from orchestrator.adapters.aws.administrators import Administrators
from orchestrator.adapters.aws.doctor.account_view import view_account
from orchestrator.adapters.aws.doctor.bucket_view import view_bucket
from orchestrator.adapters.aws.doctor.clock import read_time
from orchestrator.adapters.aws.doctor.quotas import count_stack_sets, read_quota
from orchestrator.adapters.aws.doctor.regions import read_region_status
from orchestrator.adapters.aws.doctor.simulation import simulate
from orchestrator.adapters.aws.errors import speaking
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.aws.site import spelled
from orchestrator.adapters.aws.spread import stream
from orchestrator.doctor.surroundings import BucketView, Caller, Decisions, Names, Question, Quota, Views
from orchestrator.model.activity import Activity, Tell, followed, ignore
from orchestrator.model.evidence import Unknown
from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Organization
from orchestrator.model.rollout import Rollout


class AwsSurroundings:
    """doctor.surroundings.Surroundings."""

    def __init__(self, session: AwsSession, rollout: Rollout, tell: Tell = ignore) -> None:
        self._session = session
        self._tell = tell
        self._rollout = rollout

    def caller(self) -> Caller:
        return Caller(self._session.account(), self._session.arn())

    def time_there(self) -> datetime:
        return read_time(self._session)

    def check_administrator(self, organization: Organization) -> None:
        administrators = Administrators(organization.management_account, organization.delegated_administrators or ())
        administrators.check(self._session.account(), self._rollout.call_as)
        with speaking("list the StackSets"):
            self._session.client("cloudformation").list_stack_sets(MaxResults=1, Status="ACTIVE", CallAs=spelled(self._rollout.call_as))

    def region_status(self) -> str:
        return read_region_status(self._session, self._rollout.home_region)

    def stack_sets(self) -> int:
        return count_stack_sets(self._session, spelled(self._rollout.call_as))

    def quota(self, organization: Organization, quota: Quota) -> int | Unknown:
        return read_quota(self._access(organization).management(), quota)

    def decisions(self, questions: Sequence[Question]) -> Decisions | Unknown:
        return simulate(self._session, questions)

    def look_into(self, organization: Organization, accounts: Mapping[AccountId, Names]) -> Views:
        access = self._access(organization)
        seen = stream(lambda account: view_account(access.session_in(account), accounts[account], self._rollout.prefix), accounts)
        return dict(zip(accounts, followed(Activity.PROBE, seen, len(accounts), self._tell), strict=True))

    def bucket(self) -> BucketView | None:
        return view_bucket(self._session, self._rollout.state)

    def _access(self, organization: Organization) -> AccountAccess:
        return AccountAccess(self._session, management_account=organization.management_account, access=self._rollout.access)
