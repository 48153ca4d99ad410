"""AWS's usual reasons come with a next step."""

import pytest

from orchestrator.adapters.aws.hints import hint_for


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            "User: arn:aws:sts::1:assumed-role/stacksets-exec-0a/x is not authorized: explicit deny in a service control policy",
            "policy of the organization",
        ),
        ("Account 1 should have 'stacksets-exec-0a' role with trust relationship to Role 'aws'.", "describe-organizations-access"),
        ("Resource of type 'AWS::IAM::Role' with identifier 'X' already exists.", "made by other means"),
        ("Stack [x] cannot be deleted while TerminationProtection is enabled", "termination protection"),
        ("Cannot delete entity, must delete policies first. (Service: Iam, Status Code: 409)", "Detach it"),
        ("Cancelled since failure tolerance has exceeded", "other accounts failed"),
        ("Maximum policy size of 10240 bytes exceeded for role X", "grant less"),
        ("The security token included in the request is invalid", "a new role takes a minute"),
        ("The role with name X cannot be found.", "role set"),
        ("skipped: the account is suspended", "suspended"),
        ("Scope ARN: arn:aws:iam::1:policy/B does not exist or is not attachable. (Service: Iam)", "Create it there first"),
    ],
)
def test_usual_reason_has_a_next_step(reason, words):
    assert words.lower() in hint_for(reason).lower()


def test_reason_never_met_before_has_no_hint():
    assert hint_for("the moon is in the way") == ""
