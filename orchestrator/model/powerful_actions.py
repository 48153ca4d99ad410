"""Actions that deserve a second look wherever they stand, and why: the linter asks a reason for them, a plan announces them.

Ways from permission to privilege: https://pathfinding.cloud. Actions of AWS's access level "Permissions management" join them in the
linter, which has that data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class Power(StrEnum):
    """What kind of power an action is."""

    PERMISSIONS = "changes permissions or hands them on"
    CODE = "runs code with the rights of something else"
    DATA = "reads data"
    DESTRUCTION = "destroys, or undoes what protects"


@dataclass(frozen=True, slots=True)
class PowerfulAction:
    """One action. ``why`` continues a sentence whose subject is the role."""

    name: str
    power: Power
    why: str


Entry = tuple[str, tuple[str, ...]]
"""Why, and the actions it is true of."""

PERMISSIONS: tuple[Entry, ...] = (
    ("can write any permission into a role, user or group", ("iam:PutRolePolicy", "iam:PutUserPolicy", "iam:PutGroupPolicy")),
    ("can attach any policy, an administrator's included", ("iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:AttachGroupPolicy")),
    ("can change what a policy allows wherever it is attached", ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion")),
    ("can take away policies that deny", ("iam:DeleteRolePolicy", "iam:DetachRolePolicy")),
    ("can let anyone assume a role", ("iam:UpdateAssumeRolePolicy",)),
    ("can make new identities", ("iam:CreateRole", "iam:CreateUser")),
    ("can make credentials for another user", ("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile")),
    ("can join any group", ("iam:AddUserToGroup",)),
    (
        "can lift the boundary of a role or user",
        (
            "iam:DeleteRolePermissionsBoundary",
            "iam:PutRolePermissionsBoundary",
            "iam:DeleteUserPermissionsBoundary",
            "iam:PutUserPermissionsBoundary",
        ),
    ),
    ("can hand a role, and what it may do, to a service", ("iam:PassRole", "iam:AddRoleToInstanceProfile")),
    ("can make a role that an AWS service acts with", ("iam:CreateServiceLinkedRole",)),
    ("can act as another role", ("sts:AssumeRole",)),
    ("can hand the use of a key to others", ("kms:CreateGrant",)),
    ("can change who may use a key", ("kms:PutKeyPolicy",)),
    ("can share a disk's content", ("ec2:ModifySnapshotAttribute",)),
    ("can share an image's content", ("ec2:ModifyImageAttribute",)),
    ("can change who may read a bucket or its objects", ("s3:PutBucketPolicy", "s3:PutBucketAcl", "s3:PutObjectAcl")),
    ("can change who may read a secret", ("secretsmanager:PutResourcePolicy",)),
    ("can change who may call a function", ("lambda:AddPermission",)),
    ("can change who may use a document", ("ssm:ModifyDocumentPermission",)),
)

CODE: tuple[Entry, ...] = (
    ("can start instances, with the rights of a role it may pass", ("ec2:RunInstances",)),
    ("can change what an instance runs when it next starts", ("ec2:ModifyInstanceAttribute",)),
    ("can log in to instances", ("ec2-instance-connect:SendSSHPublicKey",)),
    ("can run commands as root on instances, with the rights of their roles", ("ssm:SendCommand",)),
    ("can open sessions on instances, with the rights of their roles where that is a shell", ("ssm:StartSession",)),
    ("can run commands in containers, with the rights of their tasks", ("ecs:ExecuteCommand",)),
    ("can run containers, with the rights of a role it may pass", ("ecs:RunTask", "ecs:RegisterTaskDefinition")),
    ("can run code in functions", ("lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration")),
    (
        "can make what a template says, with the rights of a role it may pass",
        ("cloudformation:CreateStack", "cloudformation:UpdateStack", "cloudformation:ExecuteChangeSet", "cloudformation:CreateStackSet"),
    ),
    ("can run builds, with the rights of a role it may pass", ("codebuild:CreateProject", "codebuild:UpdateProject")),
    ("can run jobs, with the rights of a role it may pass", ("glue:CreateJob", "glue:UpdateJob", "glue:CreateDevEndpoint")),
    (
        "can run notebooks and jobs, with the rights of a role it may pass",
        ("sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl", "sagemaker:CreateProcessingJob"),
    ),
)

DATA: tuple[Entry, ...] = (
    ("reads the content of disks", ("ebs:GetSnapshotBlock",)),
    ("reads user data, which may hold secrets", ("ec2:DescribeInstanceAttribute", "ec2:DescribeLaunchTemplateVersions")),
    ("reads what instances show", ("ec2:GetConsoleOutput", "ec2:GetConsoleScreenshot")),
    ("reads the administrator's password of Windows instances", ("ec2:GetPasswordData",)),
    ("reads objects", ("s3:GetObject", "s3:GetObjectVersion")),
    ("reads functions and their environments, with the secrets in them", ("lambda:GetFunction", "lambda:ListFunctions")),
    ("reads the environments of functions", ("lambda:GetFunctionConfiguration",)),
    ("reads logs", ("logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetQueryResults")),
    ("reads container images", ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")),
    ("reads what commands printed", ("ssm:GetCommandInvocation", "ssm:ListCommandInvocations")),
    (
        "reads parameters, secret ones included",
        ("ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory"),
    ),
    ("reads secrets", ("secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue")),
    ("decrypts what keys protect", ("kms:Decrypt", "kms:ReEncryptFrom")),
    ("reads tables", ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan")),
)

DESTRUCTION: tuple[Entry, ...] = (
    ("can delete disks and snapshots", ("ec2:DeleteVolume", "ec2:DeleteSnapshot")),
    ("can end instances", ("ec2:TerminateInstances",)),
    ("can delete objects, evidence included", ("s3:DeleteObject", "s3:DeleteObjectVersion")),
    ("can make what a key protects unreadable for good", ("kms:ScheduleKeyDeletion",)),
    ("can set tags, on which conditions rest", ("ec2:CreateTags",)),
    ("can stop the record of what is done", ("cloudtrail:StopLogging", "cloudtrail:DeleteTrail")),
)

POWERFUL: Mapping[str, PowerfulAction] = {
    name: PowerfulAction(name, power, why)
    for power, entries in (
        (Power.PERMISSIONS, PERMISSIONS),
        (Power.CODE, CODE),
        (Power.DATA, DATA),
        (Power.DESTRUCTION, DESTRUCTION),
    )
    for why, names in entries
    for name in names
}


def powers_of(pattern: str) -> Iterator[PowerfulAction]:
    """The powerful actions a granted action or pattern may mean, whatever its case."""
    lowered = pattern.lower()
    return (powerful for name, powerful in POWERFUL.items() if fnmatchcase(name.lower(), lowered))
