"""A small organization in the sandbox, and the adapters that speak to it as its administrators would."""

import time
from datetime import UTC, datetime, timedelta

from orchestrator.adapters.aws.access import AccountAccess
from orchestrator.adapters.aws.deployer import StackSetDeployer
from orchestrator.model.fingerprint import fingerprint
from orchestrator.model.identifiers import AccountId, OperationKey, OuId, Region, StackSetName
from orchestrator.model.names import ownership_tags
from orchestrator.model.rollout import Access, CallAs, Pace
from orchestrator.model.state import Definition, Place, Window
from orchestrator.temporary.windows import CLOSED, window_parameters

MANAGEMENT = AccountId("123456789012")
HUB = AccountId("222222222222")
PROD, DEV, SUSPENDED, LOOSE = map(AccountId, ("111111111111", "333333333333", "444444444444", "555555555555"))
ROOT = OuId("r-ab12")
REGION = Region("us-east-1")
SNAPSHOT: dict[str, object] = {
    "organization": {"id": "o-exampleorgid", "management_account": MANAGEMENT, "root": ROOT},
    "organizational_units": [
        {"id": "ou-ab12-11111111", "path": "/Workloads"},
        {"id": "ou-ab12-22222222", "path": "/Workloads/Prod"},
        {"id": "ou-ab12-33333333", "path": "/Security"},
    ],
    "accounts": [
        {"id": PROD, "name": "payments-prod", "ou": "/Workloads/Prod", "tags": {"env": "prod"}},
        {"id": HUB, "name": "security", "ou": "/Security"},
        {"id": DEV, "name": "payments-dev", "ou": "/Workloads", "tags": {"env": "dev"}},
        {"id": SUSPENDED, "name": "old", "ou": "/Workloads", "state": "SUSPENDED"},
        {"id": LOOSE, "name": "loose", "ou": "/"},
    ],
    "delegated_administrators": [HUB],
}

SECRET = "correct-horse-battery"
SPOKE = StackSetName("cado-spoke")
TEMPLATE = """\
Parameters:
  RoleName: {Type: String}
  ExternalId: {Type: String, Default: ""}
  NotBefore: {Type: String, Default: "1970-01-01T00:00:00Z"}
  NotAfter: {Type: String, Default: "1970-01-02T00:00:00Z"}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Ref RoleName
      Description: version 1
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {AWS: "arn:aws:iam::222222222222:root"}
            Action: sts:AssumeRole
            Condition: {StringEquals: {"sts:ExternalId": !Ref ExternalId}}
      Policies:
        - PolicyName: temporary
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: kms:CreateKey
                Resource: "*"
                Condition:
                  DateGreaterThan: {"aws:CurrentTime": !Ref NotBefore}
                  DateLessThan: {"aws:CurrentTime": !Ref NotAfter}
"""
GRANTED = datetime(2026, 11, 24, 8, tzinfo=UTC)
WINDOW = Window(GRANTED, GRANTED + timedelta(days=7))
LATER = Window(GRANTED + timedelta(days=1), GRANTED + timedelta(days=9))


class QuickClock:
    """The real time, but for waits, which pass at once and give the sandbox's threads a moment."""

    def __init__(self):
        self.slept = 0.0

    def now(self):
        return datetime.now(UTC) + timedelta(seconds=self.slept)

    def sleep(self, seconds):
        self.slept += seconds
        time.sleep(0.005)


def definition(version=1, **parameters):
    values = {"RoleName": "Spoke", "ExternalId": fingerprint(SECRET), **window_parameters(CLOSED), **parameters}
    return Definition(TEMPLATE.replace("version 1", f"version {version}"), values, ownership_tags("cado"))


def step(kind, name=SPOKE, **fields):
    """An operation; its place in a plan is of no importance here."""
    return kind(id=OperationKey("op-001"), place=Place(name), wave="everyone", **fields)


def stack_step(kind, name=SPOKE, **fields):
    """The same for a plain stack of the management account."""
    return kind(id=OperationKey("op-001"), place=Place(name, is_stack=True), wave="everyone", accounts=(MANAGEMENT,), **fields)


def make_deployer(session, *, call_as=CallAs.SELF, access=None, pace=None, clock=None, secrets=None):
    return StackSetDeployer(
        session,
        prefix="cado",
        home_region=REGION,
        call_as=call_as,
        management_account=MANAGEMENT,
        root=ROOT,
        pace=pace or Pace(failure_tolerance_percent=100),
        access=AccountAccess(session, management_account=MANAGEMENT, access=access or Access()),
        secrets={fingerprint(SECRET): SECRET} if secrets is None else secrets,
        clock=clock or QuickClock(),
    )


def wait_for(deployer, operation, operation_id, looks=2000):
    """The end of an operation, however it ends; what the deployer waits out passes in a moment."""
    progress, clock = None, deployer._progress._clock if isinstance(deployer, StackSetDeployer) else QuickClock()
    for _ in range(looks):
        progress = deployer.progress(operation, operation_id)
        if progress is not None and progress.is_finished:
            return progress
        clock.sleep(0.1)
    raise AssertionError(f"{operation_id} did not end: {progress}")


def carry_out(deployer, operation, operation_id):
    deployer.submit(operation, operation_id)
    return wait_for(deployer, operation, operation_id)
