"""The adapters that speak to the sandbox as administrators of its organization would, and a StackSet to deploy."""

from datetime import UTC, datetime, timedelta

from orchestrator.adapters.aws.access import AccountAccess
from orchestrator.adapters.aws.deployer import StackSetDeployer
from orchestrator.model.fingerprint import fingerprint, salt_of
from orchestrator.model.identifiers import OperationKey, OuId, Region, StackSetName
from orchestrator.model.names import ownership_tags
from orchestrator.model.rollout import Access, CallAs, Pace
from orchestrator.model.state import Definition, Place, Window
from orchestrator.temporary.windows import CLOSED, window_parameters
from tests.worlds.clocks import RunningClock
from tests.worlds.organizations import MANAGEMENT

ROOT = OuId("r-ab12")
REGION = Region("us-east-1")
SECRET = "correct-horse-battery"
SALT = salt_of("o-exampleorgid", "cado")
MARK = fingerprint(SECRET, SALT)
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


def definition(version=1, **parameters):
    values = {"RoleName": "Spoke", "ExternalId": MARK, **window_parameters(CLOSED), **parameters}
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
        secrets={MARK: SECRET} if secrets is None else secrets,
        salt=SALT,
        clock=clock or RunningClock(),
    )


def wait_for(deployer, operation, operation_id, looks=2000):
    """The end of an operation, however it ends; what the deployer waits out passes in a moment."""
    progress, clock = None, deployer._progress._clock if isinstance(deployer, StackSetDeployer) else RunningClock()
    for _ in range(looks):
        progress = deployer.progress(operation, operation_id)
        if progress is not None and progress.is_finished:
            return progress
        clock.sleep(0.1)
    raise AssertionError(f"{operation_id} did not end: {progress}")


def carry_out(deployer, operation, operation_id):
    deployer.submit(operation, operation_id)
    return wait_for(deployer, operation, operation_id)
