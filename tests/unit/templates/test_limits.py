from orchestrator.model.catalog import Catalog, GroupSet, PermissionGroup, Statement
from orchestrator.model.identifiers import GroupName, GroupSetName
from orchestrator.model.roles import RoleKind
from orchestrator.templates import INLINE_LIMIT, explain_excess, group_set_size, trust_size

NAME = GroupSetName("hub-own")


def catalog(*, temporary=False):
    statement = Statement("Own", ("s3:GetObject",), ("arn:${partition}:s3:::${platform_bucket}/*",))
    group = PermissionGroup(GroupName("Own"), "p", {RoleKind.SPOKE: (statement,)}, "ours")
    group_set = GroupSet(NAME, RoleKind.SPOKE, (group.name,), temporary=temporary)
    return Catalog("mine", {group.name: group}, {NAME: group_set})


def test_a_policy_is_measured_with_the_values_it_is_deployed_with():
    short, long = (group_set_size(catalog(), NAME, {"PlatformBucket": "b" * length}) for length in (3, 63))
    assert long - short == 60


def test_a_window_counts_before_it_is_opened():
    assert group_set_size(catalog(temporary=True), NAME, {"PlatformBucket": "b"}) > group_set_size(catalog(), NAME, {"PlatformBucket": "b"})


def test_a_trust_policy_grows_with_its_external_id():
    trust = {"OrganizationId": "o-exampleorgid", "HubAccount": "222222222222", "TrustedRoleArns": "arn:aws:iam::222222222222:role/A"}
    bare, named = (trust_size(RoleKind.SPOKE, {**trust, "ExternalId": value}) for value in ("", "x" * 100))
    assert named - bare == 100 + len(',"sts:ExternalId":""')


def test_what_does_not_fit_is_told_with_every_number():
    fits = {GroupSetName("a"): INLINE_LIMIT - 1, GroupSetName("b"): 1}
    assert explain_excess("spoke", fits) is None
    assert explain_excess("spoke", fits | {GroupSetName("c"): 2}) == (
        "the spoke role would hold 10,242 characters of inline policies, the limit is 10,240: a 10,239, c 2, b 1."
    )
