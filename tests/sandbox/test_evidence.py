"""What shows that a permission was used: service-linked roles, CloudTrail, last-accessed reports, aliases."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.stack_set_steps import code_of, policy, trust
from tests.worlds.organizations import HUB, PROD

ROLE = "AWSServiceRoleForKeyManagementServiceMultiRegionKeys"
FIRST_USE = policy(
    "iam:CreateServiceLinkedRole",
    resource=f"arn:aws:iam::*:role/aws-service-role/mrk.kms.amazonaws.com/{ROLE}",
    condition={"StringLike": {"iam:AWSServiceName": "mrk.kms.amazonaws.com"}},
)


@pytest.fixture
def acquisition(client):
    """Credentials of a hub role that may make keys, and what to give it more."""
    iam = client("iam", HUB)
    iam.create_role(RoleName="Acquisition", AssumeRolePolicyDocument=json.dumps(trust(f"arn:aws:iam::{HUB}:root")))

    def grant(name, document):
        iam.put_role_policy(RoleName="Acquisition", PolicyName=name, PolicyDocument=json.dumps(document))

    grant("keys", policy("kms:CreateKey", "iam:GenerateServiceLastAccessedDetails"))
    credentials = client("sts", HUB).assume_role(RoleArn=f"arn:aws:iam::{HUB}:role/Acquisition", RoleSessionName="first-use")["Credentials"]
    return credentials, grant


def test_the_first_multi_region_key_needs_the_permission_and_makes_the_role(client, acquisition):
    credentials, grant = acquisition
    kms = client("kms", credentials=credentials)
    kms.create_key()
    with pytest.raises(ClientError, match="iam:CreateServiceLinkedRole") as error:
        kms.create_key(MultiRegion=True)
    assert code_of(error) == "AccessDeniedException"
    with pytest.raises(ClientError) as error:
        client("iam", HUB).get_role(RoleName=ROLE)
    assert code_of(error) == "NoSuchEntity"
    grant("first-use", FIRST_USE)
    assert kms.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"].startswith("mrk-")
    role = client("iam", HUB).get_role(RoleName=ROLE)["Role"]
    assert role["Path"] == "/aws-service-role/mrk.kms.amazonaws.com/"
    client("iam", HUB).delete_role_policy(RoleName="Acquisition", PolicyName="first-use")
    kms.create_key(MultiRegion=True)


def test_a_window_that_is_over_grants_nothing(sandbox, client, acquisition):
    credentials, grant = acquisition
    document = json.loads(json.dumps(FIRST_USE))
    document["Statement"][0]["Condition"]["DateGreaterThan"] = {"aws:CurrentTime": "2100-01-01T00:00:00Z"}
    grant("first-use", document)
    with pytest.raises(ClientError):
        client("kms", credentials=credentials).create_key(MultiRegion=True)
    sandbox.make_multi_region_role(HUB)
    client("kms", credentials=credentials).create_key(MultiRegion=True)


def test_an_administrator_always_may(client):
    client("kms", PROD).create_key(MultiRegion=True)
    assert client("iam", PROD).get_role(RoleName=ROLE)


def test_iam_does_not_make_that_role_for_anybody(client):
    with pytest.raises(ClientError) as error:
        client("iam", HUB).create_service_linked_role(AWSServiceName="mrk.kms.amazonaws.com")
    assert code_of(error) == "InvalidInput"
    made = client("iam", HUB).create_service_linked_role(AWSServiceName="stacksets.cloudformation.amazonaws.com")["Role"]
    assert made["RoleName"] == "AWSServiceRoleForCloudFormationStackSetsOrgAdmin"


def test_cloudtrail_shows_who_did_it(client, acquisition):
    credentials, grant = acquisition
    grant("first-use", FIRST_USE)
    client("kms", credentials=credentials).create_key(MultiRegion=True)
    trail = client("cloudtrail", HUB)

    def named(name):
        return trail.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}])["Events"]

    for name in ("CreateServiceLinkedRole", "CreateKey"):
        detail = json.loads(named(name)[0]["CloudTrailEvent"])
        assert detail["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == f"arn:aws:iam::{HUB}:role/Acquisition"
    assert json.loads(named("AssumeRole")[0]["CloudTrailEvent"])["userIdentity"]["type"] == "IAMUser"
    assert named("DeleteKey") == []
    assert client("cloudtrail", PROD).lookup_events()["Events"] == []


def test_cloudtrail_tells_a_refused_call_by_its_error(client, acquisition):
    credentials, _ = acquisition
    with pytest.raises(ClientError):
        client("kms", credentials=credentials).create_key(MultiRegion=True)
    events = client("cloudtrail", HUB).lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateKey"}])
    assert [json.loads(event["CloudTrailEvent"])["errorCode"] for event in events["Events"]] == ["AccessDeniedException"]


def test_cloudtrail_comes_in_pages_of_fifty_newest_first(client):
    kms = client("kms", HUB)
    for _ in range(60):
        kms.create_key()
    trail = client("cloudtrail", HUB)
    first = trail.lookup_events()
    assert len(first["Events"]) == 50
    rest = trail.lookup_events(NextToken=first["NextToken"])["Events"]
    assert len(rest) == 10
    assert first["Events"][0]["EventTime"] >= rest[-1]["EventTime"]


def test_last_accessed_says_when_after_a_while(client, acquisition):
    credentials, _ = acquisition
    iam, kms = client("iam", HUB), client("kms", credentials=credentials)
    kms.create_key()
    with pytest.raises(ClientError):
        kms.list_keys()
    ask = {"Arn": f"arn:aws:iam::{HUB}:role/Acquisition", "Granularity": "ACTION_LEVEL"}
    job = iam.generate_service_last_accessed_details(**ask)["JobId"]
    assert iam.get_service_last_accessed_details(JobId=job)["JobStatus"] == "IN_PROGRESS"
    report = iam.get_service_last_accessed_details(JobId=job)
    assert report["JobStatus"] == "COMPLETED"
    rows = {row["ServiceNamespace"]: row for row in report["ServicesLastAccessed"]}
    assert [action["ActionName"] for action in rows["kms"]["TrackedActionsLastAccessed"]] == ["CreateKey", "ListKeys"]
    assert rows.keys() == {"iam", "kms"}
    assert "LastAuthenticated" not in rows["iam"]


def test_simulation_answers_with_the_same_evaluator(client, acquisition):
    iam, arn = client("iam", HUB), f"arn:aws:iam::{HUB}:role/Acquisition"

    def decisions(source, **more):
        rows = iam.simulate_principal_policy(PolicySourceArn=source, ActionNames=["kms:CreateKey", "kms:Decrypt"], **more)
        return {row["EvalActionName"]: row["EvalDecision"] for row in rows["EvaluationResults"]}

    assert decisions(arn) == {"kms:CreateKey": "allowed", "kms:Decrypt": "implicitDeny"}
    assert set(decisions(f"arn:aws:iam::{HUB}:user/administrator").values()) == {"allowed"}
    _, grant = acquisition
    grant("dated", policy("kms:Decrypt", condition={"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}))
    now = {"ContextKeyName": "aws:CurrentTime", "ContextKeyValues": ["2029-01-01T00:00:00Z"], "ContextKeyType": "date"}
    assert decisions(arn)["kms:Decrypt"] == "implicitDeny"
    assert decisions(arn, ContextEntries=[now])["kms:Decrypt"] == "allowed"


def test_a_boundary_bounds(client, acquisition):
    credentials, _ = acquisition
    iam = client("iam", HUB)
    bound = iam.create_policy(PolicyName="bound", PolicyDocument=json.dumps(policy("s3:*")))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="Acquisition", PermissionsBoundary=bound)
    with pytest.raises(ClientError) as error:
        client("kms", credentials=credentials).create_key()
    assert code_of(error) == "AccessDeniedException"


def test_aliases_and_conditional_writes_work_as_in_the_emulator(client):
    kms = client("kms", HUB)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/CadoResponse-1", TargetKeyId=key)
    assert [alias["AliasName"] for alias in kms.list_aliases(KeyId=key)["Aliases"]] == ["alias/CadoResponse-1"]
    s3 = client("s3", HUB)
    s3.create_bucket(Bucket="state-bucket")
    tag = s3.put_object(Bucket="state-bucket", Key="lock", Body=b"1", IfNoneMatch="*")["ETag"]
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket="state-bucket", Key="lock", Body=b"2", IfNoneMatch="*")
    assert code_of(error) == "PreconditionFailed"
    s3.put_object(Bucket="state-bucket", Key="lock", Body=b"3", IfMatch=tag)
    assert s3.get_object(Bucket="state-bucket", Key="lock")["Body"].read() == b"3"
