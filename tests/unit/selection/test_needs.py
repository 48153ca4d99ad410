"""Group sets that are granted without those they need."""

from orchestrator.model.assignment import Assignment, Grant
from orchestrator.model.catalog import Catalog, GroupSet
from orchestrator.model.identifiers import GroupSetName
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import AllPermanent, Rollout, Rule
from orchestrator.model.selectors import Everyone
from orchestrator.selection.needs import needs_no_rule_grants, unmet_needs

CORE, EC2 = GroupSetName("hub-core"), GroupSetName("hub-ec2")
SETS = {CORE: GroupSet(CORE, RoleKind.ACQUISITION, (), needs=(EC2,)), EC2: GroupSet(EC2, RoleKind.ACQUISITION, ())}
CATALOG = Catalog("own", {}, SETS)


def rollout(*grants):
    rules = tuple(Rule(f"rule {index}", Everyone(), grant, location=f"rollout.yaml:{index}:1") for index, grant in enumerate(grants))
    return Rollout(roles={}, rules=rules)


def test_a_rule_that_grants_one_without_the_other_is_named_with_its_place():
    (warning,) = needs_no_rule_grants(rollout(("hub-core",)), CATALOG)
    assert warning == 'rollout.yaml:0:1: rule "rule 0" grants hub-core without hub-ec2, which it needs. Grant both.'


def test_another_rule_or_all_of_them_may_grant_what_is_needed():
    assert needs_no_rule_grants(rollout(("hub-core",), ("hub-ec2",)), CATALOG) == ()
    assert needs_no_rule_grants(rollout(AllPermanent()), CATALOG) == ()


def share(account, *names):
    return Assignment(account, tuple(Grant(name, ("the hub",)) for name in names))


def test_accounts_that_get_one_without_the_other_are_counted():
    shares = [share(f"{number:012}", "hub-core") for number in range(1, 6)]
    (warning,) = unmet_needs([*shares, share("999999999999", "hub-core", "hub-ec2")], CATALOG)
    where = "5 accounts (000000000001, 000000000002, 000000000003 and 2 more accounts)"
    assert warning == f'hub-core is granted without hub-ec2, which it needs, in {where}, by "the hub". Grant both.'
