"""Clients that answer from a script and check every request against the service model."""

import botocore.session
from botocore.stub import Stubber

from orchestrator.adapters.aws.clients import ClientSource
from orchestrator.adapters.aws.site import Site
from orchestrator.model.rollout import CallAs, Pace
from tests.adapters.aws.world import REGION, ROOT, SALT

SESSION = botocore.session.Session()


class StubbedCloudFormation(ClientSource):
    """One CloudFormation client for everybody; ``script`` says what comes in which order."""

    def __init__(self):
        self.cloudformation = SESSION.create_client("cloudformation", REGION)
        self.script = Stubber(self.cloudformation)

    def connect(self, service, region, credentials):
        assert (service, region) == ("cloudformation", REGION)
        return self.cloudformation

    def __enter__(self):
        self.script.activate()
        return self

    def __exit__(self, kind, error, trace):
        self.script.deactivate()
        self.cloudformation.close()
        if kind is None:
            self.script.assert_no_pending_responses()


def site(call_as=CallAs.DELEGATED_ADMIN):
    pace = Pace(max_concurrent_percent=50, failure_tolerance_percent=10)
    return Site(prefix="cado", salt=SALT, home_region=REGION, root=ROOT, caller=call_as, pace=pace)


PREFERENCES = {
    "RegionConcurrencyType": "PARALLEL",
    "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
    "MaxConcurrentPercentage": 50,
    "FailureTolerancePercentage": 10,
}


def parameters(values):
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]


def tags(values):
    return [{"Key": key, "Value": value} for key, value in values.items()]
