"""The conditions of a right, as rollout.yaml has them."""

from collections.abc import Iterable
from typing import assert_never

from orchestrator.model.catalog import Conditions
from orchestrator.model.names import ownership_tags
from orchestrator.model.rollout import Rollout, bucket_in
from orchestrator.rights.right import Limit


def conditions(limits: Iterable[Limit], rollout: Rollout) -> Conditions:
    """All of them; those of one right have an operator each."""
    return {operator: keys for limit in limits for operator, keys in condition(limit, rollout).items()}


def condition(limit: Limit, rollout: Rollout) -> Conditions:
    """None where rollout.yaml leaves open what it would compare with."""
    match limit:
        case Limit.OWN_TAGS:
            return {"StringEquals": {f"aws:RequestTag/{key}": (value,) for key, value in ownership_tags(rollout.prefix).items()}}
        case Limit.HOME_REGION:
            return {"ForAllValues:StringEquals": {"cloudformation:TargetRegion": (rollout.home_region,)}}
        case Limit.BY_CLOUDFORMATION:
            return {"ForAnyValue:StringEquals": {"aws:CalledVia": ("cloudformation.amazonaws.com",)}}
        case Limit.TO_EC2:
            return {"StringEqualsIfExists": {"iam:PassedToService": ("ec2.amazonaws.com", "ec2.amazonaws.com.cn")}}
        case Limit.OWN_ORGANIZATION:
            return {"StringEqualsIfExists": {"aws:ResourceOrgID": (rollout.organization_id,)}} if rollout.organization_id else {}
        case Limit.OWN_PREFIX:
            # S3 asks for ListBucket for a missing object too, and then knows no prefix: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
            _, prefix = bucket_in(rollout.state) or ("", "")
            return {"StringLikeIfExists": {"s3:prefix": (f"{prefix}/*",)}} if prefix else {}
        case _:
            assert_never(limit)
