"""What AWS says when an account fails has the next step that belongs to it, and no other.

Every wording is AWS's, with where it was found: a page of AWS, or the public issue that quotes it. Account ids are made up. ``model``
is botocore's service model; ``open`` is a wording for which no public source was found.
"""

import pytest

from orchestrator.adapters.aws.hints import hint_for
from orchestrator.adapters.aws.known_reasons import KNOWN

EXECUTION_ROLE = "User: arn:aws:sts::111111111111:assumed-role/stacksets-exec-49150fde14d44b6ce1a964ba67e522aa/2fe0a0cb"
PERSON = "User: arn:aws:iam::111111111111:user/team/ann"
OPERATOR = "User: arn:aws:sts::111111111111:assumed-role/operator/ann"
VALIDATION = (
    "The following hook(s)/validation failed: [AWS::EarlyValidation::{}]. To troubleshoot Early Validation errors, "
    "use the DescribeEvents API for detailed failure information."
)
HANDLER = 'Resource handler returned message: "{}" (RequestToken: 4c550b38-dd1c, HandlerErrorCode: InvalidRequest)'

WORDINGS = [
    # github.com/pepperize/cdk-organizations/issues/1718
    (
        HANDLER.format(
            "You must enable organizations access to operate a service managed stack set (Service: CloudFormation, Status Code: 400)"
        ),
        ("Trusted access for StackSets is off", "aws cloudformation activate-organizations-access"),
    ),
    # github.com/hashicorp/terraform-provider-aws/issues/37069
    ("ValidationError: Account used is not a delegated administrator", ("organizations:ListDelegatedAdministrators",)),
    # github.com/hashicorp/terraform-provider-aws/issues/22867
    (
        "You must be the management account or delegated admin account of an organization before operating a SERVICE_MANAGED stack set",
        ("call_as to delegated-admin",),
    ),
    # github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/799
    (
        "You must be the master or delegated admin account of an organization before operating a SERVICE_MANAGED stack set",
        ("call_as to delegated-admin",),
    ),
    # github.com/aws-samples/aws-secure-environment-accelerator/issues/1186
    (
        f"{EXECUTION_ROLE} is not authorized to perform: iam:GetRole on resource: role X with an explicit deny in a service control policy",
        ("service control policy of the organization", "stacksets-exec-*", "iam:GetRole"),
    ),
    # docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    (
        f"{EXECUTION_ROLE} is not authorized to perform: iam:CreateRole because no service control policy allows the iam:CreateRole action",
        ("service control policy of the organization", "iam:CreateRole", "Allow it there"),
    ),
    # docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    (
        f"{OPERATOR} is not authorized to perform: sts:AssumeRole on resource: x with an explicit deny in a resource control policy",
        ("resource control policy of the organization", "the role operator", "sts:AssumeRole"),
    ),
    # docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    (
        f"{OPERATOR} is not authorized to perform: iam:CreateRole because no permissions boundary allows the iam:CreateRole action",
        ("permissions boundary of the role operator", "iam:CreateRole"),
    ),
    # docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    (
        f"{OPERATOR} is not authorized to perform: iam:CreateRole with an explicit deny in a permissions boundary",
        ("permissions boundary of the role operator", "iam:CreateRole"),
    ),
    # docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    (
        f"{OPERATOR} is not authorized to perform: cloudformation:CreateStackSet with an explicit deny in an identity-based policy",
        ("an identity-based policy denies cloudformation:CreateStackSet to the role operator",),
    ),
    # github.com/superwerker/superwerker/issues/171: a missing right, not a missing role
    (
        f"{EXECUTION_ROLE} is not authorized to perform: cloudformation:CreateStack on resource: arn:aws:cloudformation:x",
        ("stacksets-exec-*", "cloudformation:CreateStack", "takes a minute"),
    ),
    # github.com/cdklabs/cdk-stacksets/issues/61
    (
        "User: arn:aws:sts::111111111111:assumed-role/Admin38563C57/6c83 is not authorized to perform: sts:AssumeRole on resource: x",
        ("Allow the role Admin38563C57 to do sts:AssumeRole",),
    ),
    # docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    (
        f"{PERSON} is not authorized to perform: cloudformation:ListStackSets because no identity-based policy allows it",
        ("Allow the user team/ann to do cloudformation:ListStackSets",),
    ),
    # github.com/aws-solutions/aws-control-tower-customizations/issues/109, with the names of service-managed StackSets
    (
        "Account 111111111111 should have 'stacksets-exec-0a' role with trust relationship to Role 'aws-service-role/stacksets'.",
        ("StackSets has no role stacksets-exec-0a", "describe-organizations-access"),
    ),
    # github.com/serverless/serverless/issues/13248
    (
        VALIDATION.format("ResourceExistenceCheck"),
        ("name that is taken", "aws cloudformation describe-events"),
    ),
    # docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
    (
        VALIDATION.format("PropertyValidation"),
        ("before it deploys", "aws cloudformation describe-events"),
    ),
    # github.com/aws/aws-cdk/issues/21674
    ("The following hook(s) failed: [Org::Iam::Guard]", ("hook Org::Iam::Guard of this account",)),
    # github.com/aws/aws-cdk-cli/pull/1198
    ("Hook failed with message: Template failed validation, the following rule(s) failed: X", ("hook of this account refuses",)),
    # github.com/runs-on/runs-on/issues/485
    (
        "TagPolicyViolation: The tag policy does not allow the specified value for the following tag key: 'Project'.",
        ("value of tag Project",),
    ),
    # github.com/mjgriffin1113/vf-call-history-viewer, README
    (
        HANDLER.format(
            "Scope ARN: arn:aws:iam::111111111111:policy/Boundary does not exist or is not attachable. (Service: Iam, Status Code: 404)"
        ),
        ("permissions boundary arn:aws:iam::111111111111:policy/Boundary is not in this account", "Create it there first"),
    ),
    # open: the words of AttachRolePolicy, NoSuchEntity
    (
        "Policy arn:aws:iam::111111111111:policy/Extra does not exist or is not attachable.",
        ("managed policy arn:aws:iam::111111111111:policy/Extra",),
    ),
    # github.com/aws-cloudformation/cfn-lint/issues/4287
    (
        HANDLER.format('Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:role/hub" (Service: Iam, Status Code: 400)'),
        ("names arn:aws:iam::111111111111:role/hub", "takes some seconds"),
    ),
    # stackoverflow.com/questions/65924421
    (
        'MalformedPolicyDocument: Partition "aws" is not valid for resource "arn:aws:s3:::evidence/*".',
        ("ARNs of partition aws", "another one"),
    ),
    # github.com/hashicorp/terraform/issues/13449
    ("MalformedPolicyDocument: Policy document should not specify a principal.", ("orchestrator validate",)),
    # github.com/honerlaw/serverless-fargate-plugin/issues/19
    (
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename X and update the stack again.",
        ("Set name and path in rollout.yaml as they were",),
    ),
    # github.com/awslabs/stable-diffusion-aws-extension/issues/233
    (
        HANDLER.format("Resource of type 'AWS::IAM::Role' with identifier 'X' already exists."),
        ("made by other means", "managed: false"),
    ),
    # github.com/anomalyco/ion/issues/993
    ("EntityAlreadyExists: Role with name X already exists.", ("made by other means",)),
    # github.com/serverless/serverless/issues/9001
    (
        "X already exists in stack arn:aws:cloudformation:us-east-1:111111111111:stack/other/5aa2-e1",
        ("belongs to the stack arn:aws:cloudformation:us-east-1:111111111111:stack/other/5aa2-e1.",),
    ),
    # github.com/awslabs/stable-diffusion-aws-extension/issues/233
    (
        HANDLER.format("The role with name CadoResponseRole cannot be found. (Service: Iam, Status Code: 404)"),
        ("role CadoResponseRole", "role set"),
    ),
    # github.com/awslabs/scale-out-computing-on-aws, its page on errors
    (
        "Cannot delete entity, must delete policies first. (Service: Iam; Status Code: 409; Error Code: DeleteConflict)",
        ("did not attach", "Detach it"),
    ),
    # github.com/ekristen/aws-nuke/issues/821
    (
        "ValidationError: Stack [cado-role-discovery] cannot be deleted while TerminationProtection is enabled",
        ("--no-enable-termination-protection --stack-name cado-role-discovery",),
    ),
    # github.com/aws/aws-cdk/issues/4465
    (
        "Maximum policy size of 10240 bytes exceeded for role CadoResponseRole (Service: Iam; Error Code: LimitExceeded)",
        ("inline policies of CadoResponseRole", "10240"),
    ),
    # github.com/aws-cloudformation/cfn-lint/issues/3804
    (HANDLER.format("Cannot exceed quota for PolicySize: 6144 (Service: Iam, Status Code: 409)"), ("IAM quota PolicySize",)),
    # github.com/ansible/workshops/issues/1801
    ("LimitExceeded: Cannot exceed quota for InstanceProfilesPerAccount: 1000", ("IAM quota InstanceProfilesPerAccount", "Service Quotas")),
    # model, LimitExceededException
    ("LimitExceededException: The quota for the resource has already been reached.", ("Service Quotas",)),
    # model, NoSuchEntityException
    ("NoSuchEntity: The request was rejected because it referenced a resource entity that does not exist.", ("Plan again",)),
    # docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
    ("AccessDeniedException: You do not have sufficient access to perform this action.", ("CloudTrail",)),
    # ours, for an account without a result
    ("skipped: StackSets did not try this account: AWS gives no reason", ("still in the organization",)),
    # model, StackInstanceComprehensiveStatus; the words are ours
    ("skipped: the account is suspended", ("suspended or closed",)),
    # docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    ("OptInRequired: You are not subscribed to this service", ("aws account enable-region",)),
    # github.com/aws-samples/aws-control-tower-securityhub-enabler/issues/23: a region that is not enabled
    ("The security token included in the request is invalid. (Service: AWSSecurityTokenService; Status Code: 403)", ("enable the region",)),
    # github.com/superwerker/superwerker/issues/171
    ("Cancelled since failure tolerance has exceeded", ("other accounts failed",)),
    # open
    ("Cancelled by user", ("stopped in AWS",)),
    # github.com/ansible-collections/community.aws/issues/103
    (
        "Another Operation on StackSet arn:aws:cloudformation:us-east-1:111111111111:stackset/cado-spoke-kms:e7df is in progress: 0a",
        ("Wait until it has ended",),
    ),
    # github.com/aws-amplify/amplify-cli/issues/1364, with two more statuses
    (
        "Stack:arn:aws:cloudformation:us-east-1:1:stack/x/1 is in UPDATE_ROLLBACK_FAILED state and can not be updated.",
        ("Continue or skip the rollback",),
    ),
    ("Stack:arn:aws:cloudformation:us-east-1:1:stack/x/1 is in DELETE_FAILED state and can not be updated.", ("Delete it in its account",)),
    (
        "Stack:arn:aws:cloudformation:us-east-1:1:stack/x/1 is in UPDATE_IN_PROGRESS state and can not be updated.",
        ("Wait until it has ended",),
    ),
    # docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
    ("Rate exceeded (Service: CloudFormation, Status Code: 400)", ("too busy",)),
    ("ServiceUnavailable: The request has failed due to a temporary failure of the server.", ("fault of its own",)),
    # open
    ("Stack [arn:aws:cloudformation:us-east-1:1:stack/StackSet-x/1] does not exist", ("verify --drift",)),
    # github.com/hashicorp/terraform-provider-aws/issues/27877
    ("ValidationError: Organizational unit r-ab12 not found in StackSet cado-spoke-kms", ("Plan again",)),
    # model, AccountGateResult; the beginning is ours
    ("the account gate failed: change freeze", ("gate refused",)),
    # model, OperationIdAlreadyExistsException
    ("Operation with id cado-role-0a already exists", ("adopted",)),
    # model, StackInstanceComprehensiveStatus
    ("INOPERABLE: an earlier deletion failed", ("Remove what is in its way",)),
]


@pytest.mark.parametrize(("reason", "words"), WORDINGS, ids=[f"{number}-{reason[:40]}" for number, (reason, _) in enumerate(WORDINGS)])
def test_what_aws_says_has_the_next_step_that_belongs_to_it(reason, words):
    hint = hint_for(reason)
    assert not [word for word in words if word.lower() not in hint.lower()]


@pytest.mark.parametrize(
    ("reason", "never"),
    [
        (f"{EXECUTION_ROLE} is not authorized to perform: iam:PutRolePolicy on resource: role X", "has no role"),
        (
            f"{EXECUTION_ROLE} is not authorized to perform: iam:TagRole with an explicit deny in a service control policy",
            "minute",
        ),
        ("The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck].", "hook"),
        ("Operation with id 0a already exists", "other means"),
        ("Maximum policy size of 10240 bytes exceeded for role cado-scp-tagpolicy", "tag policy"),
        ("Rate exceeded", "quota"),
        ("The role with name permissions-boundary-reader cannot be found.", "The permissions boundary"),
        ("Stack [suspended-accounts] already exists", "closed"),
    ],
)
def test_a_near_miss_has_no_hint_of_its_neighbour(reason, never):
    assert never not in hint_for(reason)


@pytest.mark.parametrize(
    "reason",
    [
        "the moon is in the way",
        "",
        "Resource creation cancelled",  # the consequence of another failure in the same stack
        "Insufficient permissions to invoke AWSCloudFormationStackSetAccountGate",  # a gate that was skipped
        "Received response status [FAILED] from custom resource.",
    ],
)
def test_a_reason_that_says_nothing_to_do_has_no_hint(reason):
    assert hint_for(reason) == ""


def test_every_hint_is_met_by_a_real_wording_and_says_it_in_two_or_three_short_sentences():
    met = {next(hint.name for hint in KNOWN if hint.words.search(reason)) for reason, _ in WORDINGS}
    assert {hint.name for hint in KNOWN} - met == set()
    assert not [hint.name for hint in KNOWN if hint.advice.count(". ") > 2]
