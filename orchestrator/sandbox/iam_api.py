"""The IAM operations the emulator lacks or gets wrong: policy simulation, last-accessed reports, service-linked roles."""

import json
import uuid
from datetime import datetime
from typing import Any

from orchestrator.sandbox.authority import decision_for_role, remember
from orchestrator.sandbox.call import Answer, Call, Paging
from orchestrator.sandbox.conditions import as_values
from orchestrator.sandbox.evaluation import Request, statements
from orchestrator.sandbox.iam_store import IamFailure, IamStore, not_found
from orchestrator.sandbox.principals import administrator
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.world import World

MULTI_REGION_SERVICE = "mrk.kms.amazonaws.com"
MULTI_REGION_ROLE = "AWSServiceRoleForKeyManagementServiceMultiRegionKeys"
_UNTRACKED = frozenset({"iam:PassRole"})
_SERVICES = ("cloudformation", "cloudtrail", "ec2", "iam", "kms", "s3", "ssm", "sts")
_PAGES = Paging(100, "MaxItems", "Marker", "ValidationError")
_QUOTAS = {
    "AssumeRolePolicySizeQuota": ("L-C07B4B0D", 2_048),
    "InstanceProfilesQuota": ("L-6E65F664", 1_000),
    "RolesQuota": ("L-FE177D64", 1_000),
}
_NAMES = {
    MULTI_REGION_SERVICE: MULTI_REGION_ROLE,
    "member.org.stacksets.cloudformation.amazonaws.com": "AWSServiceRoleForCloudFormationStackSetsOrgMember",
    "stacksets.cloudformation.amazonaws.com": "AWSServiceRoleForCloudFormationStackSetsOrgAdmin",
}


def service_linked_arn(account: str, service: str) -> str:
    return f"arn:aws:iam::{account}:role/aws-service-role/{service}/{_NAMES.get(service, _derived_name(service))}"


def make_service_linked_role(account: str, service: str) -> str:
    """Create a service's role under its right name and path; returns the name.

    Raises IamFailure when it exists.
    """
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    name = _NAMES.get(service, _derived_name(service))
    IamStore(account).add_role(name, trust, path=f"/aws-service-role/{service}/", service=service)
    return name


def _derived_name(service: str) -> str:
    return "AWSServiceRoleFor" + "".join(part.capitalize() for part in service.removesuffix(".amazonaws.com").replace("-", ".").split("."))


def create_service_linked_role(world: World, call: Call) -> Answer:
    """KMS makes its own; IAM will not make that one for anybody."""
    service = call.text("AWSServiceName")
    if service == MULTI_REGION_SERVICE:
        raise Refusal("InvalidInput", f"Service role name {MULTI_REGION_ROLE} can only be created by the service {service}.")
    try:
        name = make_service_linked_role(call.account, service)
    except IamFailure as failure:
        taken = _NAMES.get(service, _derived_name(service))
        raise Refusal(
            "InvalidInput", f"Service role name {taken} has been taken in this account, please try a different suffix."
        ) from failure
    remember(world, call.caller, "us-east-1", "iam:CreateServiceLinkedRole", {"aWSServiceName": service})
    role = IamStore(call.account).need_role(name)
    return {"Role": {"Path": role.path, "RoleName": name, "RoleId": role.id, "Arn": role.arn, "CreateDate": role.create_date}}


def simulate_principal_policy(world: World, call: Call) -> Answer:
    """One row per action and resource, from the same evaluator that guards the calls."""
    del world
    source = call.text("PolicySourceArn")
    role = None if source == administrator(call.account).arn else _role_name(call.account, source)
    context = {item["ContextKeyName"]: tuple(item.get("ContextKeyValues", ())) for item in call.parameters.get("ContextEntries") or []}
    resources = call.parameters.get("ResourceArns") or ["*"]
    rows = []
    for action in call.parameters["ActionNames"]:
        for resource in resources:
            asked = Request(action, resource, context)
            decision = "allowed" if role is None else decision_for_role(call.account, role, asked)
            rows.append({"EvalActionName": action, "EvalResourceName": resource, "EvalDecision": decision, "MatchedStatements": []})
    page, marker = Paging(1000, "MaxItems", "Marker").cut(call, rows)
    return {"EvaluationResults": page, "IsTruncated": marker is not None, "Marker": marker}


def get_account_summary(world: World, call: Call) -> Answer:
    """What is there, and IAM's quotas as far as they are asked about here."""
    used = IamStore(call.account).counts()
    quotas = {name: int(world.quotas.get(code, default)) for name, (code, default) in _QUOTAS.items()}
    return {"SummaryMap": {**used, **quotas}}


def generate_service_last_accessed_details(world: World, call: Call) -> Answer:
    role = _role_name(call.account, call.text("Arn"))
    job = str(uuid.uuid4())
    store = IamStore(call.account)
    world.jobs[job] = {
        "used": dict(world.used[call.account, role]),
        "services": _services_in(store.documents(store.need_role(role))),
        "level": call.text("Granularity") or "SERVICE_LEVEL",
        "at": world.now(),
        "arn": call.text("Arn"),
        "looked": False,
    }
    return {"JobId": job}


def get_service_last_accessed_details(world: World, call: Call) -> Answer:
    """The report is not ready at the first look, as a job takes its time."""
    job = world.jobs.get(call.text("JobId"))
    if job is None or "used" not in job:
        raise Refusal("NoSuchEntity", f"Job {call.text('JobId')} cannot be found.")
    head = {"JobType": job["level"], "JobCreationDate": job["at"], "IsTruncated": False}
    if not job["looked"]:
        job["looked"] = True
        return head | {"JobStatus": "IN_PROGRESS", "ServicesLastAccessed": [], "JobCompletionDate": job["at"]}
    page, marker = _PAGES.cut(call, _accessed(job))
    answer = {"JobStatus": "COMPLETED", "JobCompletionDate": job["at"], "ServicesLastAccessed": page}
    return head | answer | {"IsTruncated": marker is not None, "Marker": marker}


def _accessed(job: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each service the role may use, as its policies are now; what was attempted is reported of those alone."""
    return [_service_row(job, name, {key: at for key, at in job["used"].items() if key.startswith(f"{name}:")}) for name in job["services"]]


def _service_row(job: dict[str, Any], name: str, used: dict[str, datetime]) -> dict[str, Any]:
    """Without an attempt the service is listed by its name; actions that are not tracked never are."""
    row: dict[str, Any] = {"ServiceName": name.upper(), "ServiceNamespace": name, "TotalAuthenticatedEntities": 0}
    if not used:
        return row
    tracked = [(action.partition(":")[2], at) for action, at in used.items() if action not in _UNTRACKED]
    actions = [
        {"ActionName": action, "LastAccessedEntity": job["arn"], "LastAccessedTime": at, "LastAccessedRegion": "us-east-1"}
        for action, at in tracked
    ]
    last = {"LastAuthenticated": max(used.values()), "LastAuthenticatedEntity": job["arn"], "TotalAuthenticatedEntities": 1}
    return row | last | {"TrackedActionsLastAccessed": actions if actions and job["level"] == "ACTION_LEVEL" else None}


def _services_in(documents: list[str]) -> list[str]:
    """Services that some statement allows something of."""
    allowed = [statement for document in documents for statement in statements(document) if statement["Effect"] == "Allow"]
    actions = [action for statement in allowed for action in as_values(statement.get("Action", "*"))]
    named = {action.partition(":")[0].lower() for action in actions if action != "*"}
    return sorted(named | set(_SERVICES if "*" in actions else ()))


def _role_name(account: str, arn: str) -> str:
    name = arn.rsplit("/", 1)[-1]
    if IamStore(account).role(name) is None:
        raise not_found(name)
    return name
