"""Which operations the local AWS plays itself; everything else is the emulator's."""

from collections.abc import Callable, Mapping

from orchestrator.sandbox import (
    account_api,
    cloudtrail_api,
    iam_api,
    kms_api,
    organizations_api,
    role_reads,
    stack_instances_api,
    stack_set_reads,
    stack_sets_api,
    stacks_api,
    sts_api,
    tagging_api,
    template_api,
)
from orchestrator.sandbox.call import Answer, Call
from orchestrator.sandbox.operations import Operations
from orchestrator.sandbox.world import World

Play = Callable[[World, Call], Answer]
PLAYED = frozenset({"account", "cloudformation", "cloudtrail", "organizations", "resourcegroupstaggingapi", "service-quotas", "sts"})

_CLOUDFORMATION: Mapping[str, Play] = {
    "ActivateOrganizationsAccess": template_api.activate_organizations_access,
    "CreateStack": stacks_api.create_stack,
    "CreateStackSet": stack_sets_api.create_stack_set,
    "DeactivateOrganizationsAccess": template_api.deactivate_organizations_access,
    "DeleteStack": stacks_api.delete_stack,
    "DeleteStackSet": stack_sets_api.delete_stack_set,
    "DescribeEvents": stacks_api.describe_events,
    "DescribeOrganizationsAccess": template_api.describe_organizations_access,
    "DescribeStackDriftDetectionStatus": stacks_api.describe_stack_drift_detection_status,
    "DescribeStackEvents": stacks_api.describe_stack_events,
    "DescribeStackInstance": stack_set_reads.describe_stack_instance,
    "DescribeStackResourceDrifts": stacks_api.describe_stack_resource_drifts,
    "DescribeStackResources": stacks_api.describe_stack_resources,
    "DescribeStackSet": stack_set_reads.describe_stack_set,
    "DescribeStackSetOperation": stack_set_reads.describe_stack_set_operation,
    "DescribeStacks": stacks_api.describe_stacks,
    "DetectStackDrift": stacks_api.detect_stack_drift,
    "GetTemplate": stacks_api.get_template,
    "GetTemplateSummary": template_api.get_template_summary,
    "ListStackInstanceResourceDrifts": stack_set_reads.list_stack_instance_resource_drifts,
    "ListStackInstances": stack_set_reads.list_stack_instances,
    "ListStackResources": stacks_api.list_stack_resources,
    "ListStackSetAutoDeploymentTargets": stack_set_reads.list_stack_set_auto_deployment_targets,
    "ListStackSetOperationResults": stack_set_reads.list_stack_set_operation_results,
    "ListStackSetOperations": stack_set_reads.list_stack_set_operations,
    "ListStackSets": stack_set_reads.list_stack_sets,
    "ListStacks": stacks_api.list_stacks,
    "UpdateStack": stacks_api.update_stack,
    "UpdateTerminationProtection": stacks_api.update_termination_protection,
    "ValidateTemplate": template_api.validate_template,
}

_IAM: Mapping[str, Play] = {
    "CreateServiceLinkedRole": iam_api.create_service_linked_role,
    "GenerateServiceLastAccessedDetails": iam_api.generate_service_last_accessed_details,
    "GetAccountSummary": iam_api.get_account_summary,
    "GetRole": role_reads.get_role,
    "GetRolePolicy": role_reads.get_role_policy,
    "GetServiceLastAccessedDetails": iam_api.get_service_last_accessed_details,
    "ListAttachedRolePolicies": role_reads.list_attached_role_policies,
    "ListRolePolicies": role_reads.list_role_policies,
    "ListRoles": role_reads.list_roles,
    "SimulatePrincipalPolicy": iam_api.simulate_principal_policy,
}


def plays(operations: Operations) -> Mapping[str, Mapping[str, Play]]:
    """Service and operation to what answers it."""
    background: dict[str, Callable[[World, Operations, Call], Answer]] = {
        "CreateStackInstances": stack_instances_api.create_stack_instances,
        "DeleteStackInstances": stack_instances_api.delete_stack_instances,
        "DetectStackSetDrift": stack_instances_api.detect_stack_set_drift,
        "StopStackSetOperation": stack_instances_api.stop_stack_set_operation,
        "UpdateStackInstances": stack_instances_api.update_stack_instances,
        "UpdateStackSet": stack_sets_api.update_stack_set,
    }
    return {
        "account": {"GetRegionOptStatus": account_api.get_region_opt_status},
        "cloudformation": {**_CLOUDFORMATION, **{name: _with(operations, play) for name, play in background.items()}},
        "cloudtrail": {"LookupEvents": cloudtrail_api.lookup_events},
        "iam": _IAM,
        "kms": {"ListAliases": kms_api.list_aliases},
        "organizations": organizations_api.OPERATIONS,
        "resourcegroupstaggingapi": {"GetResources": tagging_api.get_resources},
        "service-quotas": {"GetServiceQuota": account_api.get_service_quota},
        "sts": {"AssumeRole": sts_api.assume_role, "GetCallerIdentity": sts_api.get_caller_identity},
    }


def _with(operations: Operations, play: Callable[[World, Operations, Call], Answer]) -> Play:
    return lambda world, call: play(world, operations, call)
