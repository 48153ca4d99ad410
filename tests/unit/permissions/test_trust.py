"""Trust policies as IAM may hold them, several statements included: who is let in, under which conditions, and what widens."""

import pytest

from orchestrator.permissions.trust import trust_of

HUB = "arn:aws:iam::222222222222:root"
ARN = "arn:aws:iam::222222222222:role/CadoResponseRole"
OTHER = "arn:aws:iam::222222222222:role/CadoResponseInstanceRole"
STRANGER = "arn:aws:iam::999999999999:root"
ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
GUARDED = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid", "sts:ExternalId": "secret"}}


def narrowed(*arns, **conditions):
    return {"ArnEquals": {"aws:PrincipalArn": list(arns)}, **conditions}


def statement(principal=HUB, condition=None, effect="Allow", action="sts:AssumeRole"):
    found = {"Effect": effect, "Principal": {"AWS": principal}, "Action": action}
    return found if condition is None else {**found, "Condition": condition}


def trust(*statements):
    return trust_of({"Version": "2012-10-17", "Statement": list(statements)})


OURS = statement(condition=narrowed(ARN, **GUARDED))


def words(*statements):
    return {name: values for name, values in trust(*statements).properties().items() if values}


def test_of_one_statement_every_condition_stands_alone():
    assert words(OURS) == {"assumed by": (ARN,), "organization": ("o-exampleorgid",), "external id": ("set",)}


def test_an_unnarrowed_principal_is_shown_beside_narrowed_ones_that_keep_their_conditions():
    found = words(OURS, statement(STRANGER))
    assert found == {"assumed by": (f"{ARN} (organization o-exampleorgid; external id set)", STRANGER)}


def test_what_all_statements_demand_is_said_once():
    assert words(OURS, statement(STRANGER, ORGANIZATION)) == {
        "assumed by": (f"{ARN} (external id set)", STRANGER),
        "organization": ("o-exampleorgid",),
    }


def test_a_narrowing_to_another_account_than_the_principal_is_no_principal_of_its_own():
    assert words(statement(STRANGER, narrowed(ARN)))["assumed by"] == (STRANGER,)
    assert words(statement(STRANGER, narrowed(ARN)))["other conditions"] == (f"ArnEquals aws:PrincipalArn: {ARN}",)


@pytest.mark.parametrize("operator", ["ArnNotEquals", "ArnEqualsIfExists", "ForAllValues:ArnEquals"])
def test_a_condition_that_lets_others_in_narrows_nothing(operator):
    found = words(statement(condition={operator: {"aws:PrincipalArn": ARN}}))
    assert found == {"assumed by": (HUB,), "other conditions": (f"{operator} aws:PrincipalArn: {ARN}",)}


def test_a_negated_organization_is_not_shown_as_the_organization():
    assert "organization" not in words(statement(condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}))


def test_another_action_than_assuming_the_role_is_named():
    assert words(statement(STRANGER, action="sts:TagSession"))["assumed by"] == (f"{STRANGER} by sts:TagSession",)


def test_a_denial_is_shown_with_its_conditions():
    assert words(OURS, statement("*", ORGANIZATION, effect="Deny"))["denied to"] == ("* (organization o-exampleorgid)",)


def test_an_external_id_is_shown_nowhere():
    hidden = statement(STRANGER, {"StringLike": {"sts:ExternalId": "secret"}}, effect="Deny")
    negated = statement(STRANGER, {"StringNotEquals": {"sts:ExternalId": "secret"}})
    assert "secret" not in repr([words(OURS, negated, hidden), words(OURS), words(negated)])


@pytest.mark.parametrize(
    ("before", "after", "widens"),
    [
        ([OURS], [OURS, statement(STRANGER)], True),
        ([OURS, statement(STRANGER)], [OURS], False),
        ([OURS], [statement(condition=GUARDED)], True),
        ([statement(condition=GUARDED)], [OURS], False),
        ([statement("222222222222")], [statement(ARN)], False),
        ([OURS], [statement(ARN, GUARDED)], False),
        ([statement("*")], [statement(STRANGER)], False),
        ([statement(STRANGER)], [statement("*")], True),
        ([statement(condition=narrowed(ARN, OTHER))], [statement(condition=narrowed(OTHER)), statement(ARN)], False),
        ([statement(), statement(STRANGER, ORGANIZATION)], [statement(), statement(STRANGER)], True),
        ([statement(), statement(STRANGER, ORGANIZATION)], [statement(condition=ORGANIZATION), statement(STRANGER, ORGANIZATION)], False),
        ([statement(action="sts:*")], [statement()], False),
        ([statement()], [statement(action="sts:TagSession")], True),
    ],
)
def test_a_principal_comes_in_only_if_no_statement_let_it_in_before(before, after, widens):
    assert trust(*after).admits_more_than(trust(*before)) is widens


def test_of_several_accounts_each_is_narrowed_to_its_own_roles():
    elsewhere = "arn:aws:iam::999999999999:role/Hub"
    both = {**statement(HUB, narrowed(ARN, elsewhere)), "Principal": {"AWS": [HUB, STRANGER]}}
    assert words(both) == {"assumed by": (ARN, elsewhere)}
    assert words(statement(HUB, narrowed(ARN, elsewhere))) == {"assumed by": (ARN,)}
