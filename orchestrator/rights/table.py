"""Every right the program needs in AWS, by what it is for. The policies of config/permissions are written from this table.

Which actions know which resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
What CloudFormation calls for the resources of a stack: the handlers in the schemas of AWS::IAM::Role, RolePolicy and InstanceProfile.
"""

from orchestrator.rights.commands import (
    CHANGES,
    CONTROLLED,
    DISCOVERS,
    DOCTOR,
    DRIFT,
    OBSERVES,
    PLANS,
    PROBES,
    REMEMBERS,
    REVOKES,
    RUNS,
    UNSEEN,
)
from orchestrator.rights.inside import INSIDE
from orchestrator.rights.right import Limit, Right, Target

ORGANIZATION = (
    Right(
        (
            "organizations:DescribeOrganization",
            "organizations:ListAccounts",
            "organizations:ListOrganizationalUnitsForParent",
            "organizations:ListRoots",
        ),
        (Target.ANYTHING,),
        DISCOVERS,
        "The tree, its accounts and their states.",
    ),
    Right(
        ("organizations:ListTagsForResource",),
        (Target.ANYTHING,),
        DISCOVERS,
        "Rules choose by tag, and no account with a tag may be missed: each is asked where the tags do not come in bulk.",
    ),
    Right(
        ("tag:GetResources",),
        (Target.ANYTHING,),
        DISCOVERS,
        "The tags of a hundred accounts in one call, in the management account.",
        without="each account is asked for its tags",
    ),
    Right(
        ("organizations:ListAccountsForParent",),
        (Target.ANYTHING,),
        DISCOVERS,
        "Where an account is, when AWS gives no path with it.",
        without="discovery ends where AWS gives an account without its path",
    ),
    Right(
        ("organizations:ListDelegatedAdministrators",),
        (Target.ANYTHING,),
        DISCOVERS,
        "Who may work on StackSets. CloudFormation asks for it too when called as delegated administrator.",
        without="StackSets refuses a delegated administrator, and a remedy cannot name the accounts that are one",
    ),
)

CONTROL_POLICIES = (
    Right(
        (
            "organizations:DescribePolicy",
            "organizations:ListPolicies",
            "organizations:ListPoliciesForTarget",
            "organizations:ListTargetsForPolicy",
        ),
        (Target.ANYTHING,),
        CONTROLLED,
        "The service and resource control policies above the accounts, to say beforehand what they block.",
        without="it says that they were not read, and nothing of what they block",
    ),
)

OBSERVATION = (
    Right(
        ("cloudformation:ListStackSets",),
        (Target.ANYTHING,),
        OBSERVES,
        "The StackSets there are, by name.",
    ),
    Right(
        ("cloudformation:DescribeStackInstance", "cloudformation:DescribeStackSet", "cloudformation:ListStackInstances"),
        (Target.STACK_SETS,),
        OBSERVES,
        "What is deployed where, and the windows of temporary grants.",
    ),
    Right(
        (
            "cloudformation:ListStackInstanceResourceDrifts",
            "cloudformation:ListStackSetOperationResults",
            "cloudformation:ListStackSetOperations",
        ),
        (Target.STACK_SETS,),
        OBSERVES,
        "What became of each account in an operation, and what the last drift detection found, where it found something.",
    ),
    Right(
        ("cloudformation:DescribeOrganizationsAccess",),
        (Target.ANYTHING,),
        PLANS,
        "Whether StackSets may work in the organization, asked before anything is sent.",
        without="the plan warns that it could not ask, and an apply may fail at its first operation",
    ),
    Right(
        ("cloudformation:DescribeStacks", "cloudformation:ListStacks"),
        (Target.ANYTHING,),
        OBSERVES,
        "The stacks of the management account; DescribeStacks without a name needs both.",
    ),
    Right(
        ("cloudformation:GetTemplate",),
        (Target.STACKS,),
        OBSERVES,
        "The template of each stack of ours.",
    ),
    Right(
        ("cloudformation:DescribeStackResourceDrifts",),
        (Target.STACKS,),
        OBSERVES,
        "What the last drift detection found in a stack, where it found something.",
    ),
)

DRIFT_DETECTION = (
    Right(
        ("cloudformation:DetectStackSetDrift",),
        (Target.STACK_SETS,),
        DRIFT,
        "Drift detection in the accounts.",
    ),
    Right(
        ("cloudformation:DetectStackDrift", "cloudformation:DetectStackResourceDrift"),
        (Target.STACKS,),
        DRIFT,
        "The same for the stacks of the management account.",
    ),
    Right(
        ("cloudformation:BatchDescribeTypeConfigurations", "cloudformation:DescribeStackDriftDetectionStatus"),
        (Target.ANYTHING,),
        DRIFT,
        "Whether that detection has ended; CloudFormation asks for the configuration of the types it compares.",
    ),
    Right(
        ("iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"),
        (Target.ROLES,),
        DRIFT,
        "CloudFormation compares the management account's stacks with the caller's rights.",
        limits=(Limit.BY_CLOUDFORMATION,),
    ),
    Right(
        ("iam:GetInstanceProfile",),
        (Target.INSTANCE_PROFILES,),
        DRIFT,
        "The same, where the hub is the management account.",
        limits=(Limit.BY_CLOUDFORMATION,),
    ),
)

STACK_SET_CHANGES = (
    Right(
        ("cloudformation:DescribeStackSetOperation",),
        (Target.STACK_SETS,),
        RUNS | DRIFT,
        "How an operation stands.",
    ),
    Right(
        ("cloudformation:DeleteStackInstances",),
        (Target.STACK_SETS, Target.STACK_SET_TARGETS, Target.RESOURCE_TYPES),
        RUNS,
        "To revoke a group set, or to forget an account.",
        limits=(Limit.HOME_REGION,),
    ),
    Right(
        ("cloudformation:DeleteStackSet",),
        (Target.STACK_SETS,),
        RUNS,
        "A StackSet goes with its last instance.",
    ),
    Right(
        ("cloudformation:CreateStackSet",),
        (Target.ANYTHING,),
        CHANGES,
        "CreateStackSet knows no resource: it is bounded by the tags it has to give.",
        limits=(Limit.OWN_TAGS,),
    ),
    Right(
        ("cloudformation:CreateStackInstances", "cloudformation:UpdateStackInstances", "cloudformation:UpdateStackSet"),
        (Target.STACK_SETS, Target.STACK_SET_TARGETS, Target.RESOURCE_TYPES),
        CHANGES,
        "To grant, to change what is granted, and to retry. Templates with other types of resources are refused.",
        limits=(Limit.HOME_REGION,),
    ),
    Right(
        ("cloudformation:TagResource", "cloudformation:UntagResource"),
        (Target.STACK_SETS, Target.STACKS),
        CHANGES,
        "StackSets and stacks carry the tags by which we know our own, and those of the role they make.",
    ),
)

STACK_CHANGES = (
    Right(
        ("cloudformation:DeleteStack", "cloudformation:DescribeStackEvents"),
        (Target.STACKS,),
        REVOKES,
        "The management account's share goes through plain stacks, which StackSets never reach.",
    ),
    Right(
        ("cloudformation:CreateStack", "cloudformation:UpdateStack"),
        (Target.STACKS,),
        CHANGES,
        "To grant there.",
    ),
    Right(
        ("iam:DeleteRolePolicy", "iam:GetRolePolicy"),
        (Target.ROLES,),
        REVOKES,
        "CloudFormation deletes the policy of a group set with the caller's rights.",
        limits=(Limit.BY_CLOUDFORMATION,),
    ),
    Right(
        (
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DeleteRolePermissionsBoundary",
            "iam:GetRole",
            "iam:ListAttachedRolePolicies",
            "iam:ListRolePolicies",
            "iam:PutRolePermissionsBoundary",
            "iam:PutRolePolicy",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
            "iam:UpdateRoleDescription",
        ),
        (Target.ROLES,),
        CHANGES,
        "CloudFormation makes, changes and deletes the roles of the management account with the caller's rights.",
        limits=(Limit.BY_CLOUDFORMATION,),
    ),
    Right(
        (
            "iam:AddRoleToInstanceProfile",
            "iam:CreateInstanceProfile",
            "iam:DeleteInstanceProfile",
            "iam:GetInstanceProfile",
            "iam:RemoveRoleFromInstanceProfile",
        ),
        (Target.INSTANCE_PROFILES,),
        CHANGES,
        "The same for the platform role's profile, where the hub is the management account.",
        limits=(Limit.BY_CLOUDFORMATION,),
    ),
    Right(
        ("iam:PassRole",),
        (Target.PASSED_ROLES,),
        CHANGES,
        "A role is passed to the instance profile that carries it.",
        limits=(Limit.BY_CLOUDFORMATION, Limit.TO_EC2),
    ),
)

WAYS_IN = (
    Right(
        ("sts:AssumeRole",),
        (Target.ACCESS_ROLES,),
        OBSERVES,
        "To look into accounts, where prober.json says at what.",
        without="evidence is unknown: no temporary grant is revoked for its use, and verify and cleanup exit 5",
        limits=(Limit.OWN_ORGANIZATION,),
    ),
    Right(
        ("sts:AssumeRole",),
        (Target.MANAGEMENT_ROLE,),
        OBSERVES,
        "To reach the management account from elsewhere.",
    ),
)

STATE = (
    Right(
        ("s3:ListBucket",),
        (Target.STATE_BUCKET,),
        REMEMBERS,
        "Which records the state has; without it S3 answers for a missing object as for a forbidden one.",
        limits=(Limit.OWN_PREFIX,),
    ),
    Right(("s3:GetObject",), (Target.STATE_OBJECTS,), REMEMBERS, "Journal, plans, ledger and lock."),
    Right(
        ("s3:DeleteObject", "s3:PutObject"),
        (Target.STATE_OBJECTS,),
        RUNS,
        "What a run keeps, and the lock it gives back.",
    ),
    Right(
        ("s3:PutObject",),
        (Target.STATE_PROBE,),
        PROBES,
        "How far the look inside the accounts is, and what it found.",
    ),
)

EXAMINATION = (
    Right(
        ("account:GetRegionOptStatus", "servicequotas:GetServiceQuota"),
        (Target.ANYTHING,),
        DOCTOR,
        "Whether the home region is enabled, and the quotas of StackSets.",
        without=UNSEEN,
    ),
    Right(
        ("iam:GetRole", "iam:SimulatePrincipalPolicy"),
        (Target.CALLERS,),
        DOCTOR,
        "What the caller may do; the ARN of a session leaves out the path of its role.",
        without=UNSEEN,
    ),
    Right(
        ("s3:GetBucketVersioning", "s3:GetEncryptionConfiguration"),
        (Target.STATE_BUCKET,),
        DOCTOR,
        "How the bucket of the state is set up.",
        without=UNSEEN,
    ),
    Right(
        ("s3:PutObject",),
        (Target.STATE_TEST,),
        DOCTOR,
        "Whether the bucket keeps to the conditions of a write: one whose condition cannot hold is refused, and nothing is written.",
        without=UNSEEN,
    ),
)

RIGHTS: tuple[Right, ...] = (
    *ORGANIZATION,
    *CONTROL_POLICIES,
    *OBSERVATION,
    *DRIFT_DETECTION,
    *STACK_SET_CHANGES,
    *STACK_CHANGES,
    *WAYS_IN,
    *STATE,
    *EXAMINATION,
    *INSIDE,
)
