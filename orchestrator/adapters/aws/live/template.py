"""The template the live list deploys: a role that may ask who it is, within a window, and a letter that is not ASCII."""

import json

DESCRIPTION = "Made by orchestrator doctor --live and removed again: é"
CLOSED = {"NotBefore": "1970-01-01T00:00:00Z", "NotAfter": "1970-01-01T00:00:01Z"}
PARAMETERS = ("RoleName", "MaxSession", *CLOSED)
SHORT, LONG = "3600", "7200"
"""Seconds of a session: what an update changes."""


def template() -> str:
    parameters = {
        "RoleName": {"Type": "String"},
        "MaxSession": {"Type": "Number", "Default": SHORT},
        **{name: {"Type": "String", "Default": time} for name, time in CLOSED.items()},
    }
    resources = {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": {"Ref": "RoleName"},
                "MaxSessionDuration": {"Ref": "MaxSession"},
                "AssumeRolePolicyDocument": policy(
                    "sts:AssumeRole", Principal={"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
                ),
            },
        },
        "Policy": {
            "Type": "AWS::IAM::RolePolicy",
            "Properties": {
                "RoleName": {"Ref": "Role"},
                "PolicyName": {"Ref": "RoleName"},
                "PolicyDocument": policy(
                    "sts:GetCallerIdentity",
                    Resource="*",
                    Condition={
                        "DateGreaterThan": {"aws:CurrentTime": {"Ref": "NotBefore"}},
                        "DateLessThan": {"aws:CurrentTime": {"Ref": "NotAfter"}},
                    },
                ),
            },
        },
    }
    whole = {"AWSTemplateFormatVersion": "2010-09-09", "Description": DESCRIPTION, "Parameters": parameters, "Resources": resources}
    return json.dumps(whole, ensure_ascii=False)


def policy(action: str, **parts: object) -> dict[str, object]:
    """One statement that allows one action."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **parts}]}
