from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.files.rollout.file import load
from orchestrator.errors import ConfigurationError
from orchestrator.model.evidence import (
    ActionLastAccessed,
    AllEvidence,
    AnyEvidence,
    CloudTrailEventSeen,
    KmsAliasExists,
    ServiceLinkedRoleExists,
)
from orchestrator.model.identifiers import AccountId
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Access, AllPermanent, CallAs, Pace, Wave
from orchestrator.model.selectors import (
    AccountIs,
    AllOf,
    AnyOf,
    Everyone,
    Hub,
    InOrganizationalUnit,
    Management,
    NameLike,
    Not,
    Tagged,
)
from tests.unit.adapters.files.rollout.rollouts import SOUND, spoil, write_marked


def read(folder, text):
    return load(write_marked(folder, text)[0])[0]


@pytest.mark.parametrize(
    ("written", "selector"),
    [
        ("everyone", Everyone()),
        ("hub", Hub()),
        ("management", Management()),
        ("{ou: /Workloads/Prod EU}", InOrganizationalUnit("/Workloads/Prod EU")),
        ("{ou: /}", InOrganizationalUnit("/")),
        ("{ou: ou-ab12-11111111}", InOrganizationalUnit("ou-ab12-11111111")),
        ("{ou: r-ab12}", InOrganizationalUnit("r-ab12")),
        ('{account: ["000000000001", "333333333333"]}', AccountIs((AccountId("000000000001"), AccountId("333333333333")))),
        ('{name: "*-prod"}', NameLike("*-prod")),
        ("{tag: {env: prod*, on: yes}}", Tagged({"env": "prod*", "on": "yes"})),
        ("{all: [management, {not: {any: [hub, everyone]}}]}", AllOf((Management(), Not(AnyOf((Hub(), Everyone())))))),
    ],
)
def test_every_kind_of_selector_is_read(tmp_path, written, selector):
    assert read(tmp_path, spoil("{ou: /Workloads}", written)).rules[0].where == selector


@pytest.mark.parametrize(
    ("written", "evidence"),
    [
        ("{service_linked_role: AWSServiceRoleForEKS}", ServiceLinkedRoleExists("AWSServiceRoleForEKS")),
        ("{cloudtrail_event: {name: CreateKey}}", CloudTrailEventSeen("CreateKey")),
        ('{cloudtrail_event: {name: CreateKey, principal: "*Cado*"}}', CloudTrailEventSeen("CreateKey", "*Cado*")),
        ("{action_last_accessed: kms:CreateKey}", ActionLastAccessed("kms:CreateKey")),
        ("{any: [{kms_alias: alias/cado-*}]}", AnyEvidence((KmsAliasExists("alias/cado-*"),))),
        ("{all: [{action_last_accessed: kms:CreateKey}]}", AllEvidence((ActionLastAccessed("kms:CreateKey"),))),
    ],
)
def test_every_kind_of_evidence_is_read(tmp_path, written, evidence):
    old = "{service_linked_role: AWSServiceRoleForKeyManagementServiceMultiRegionKeys}"
    assert read(tmp_path, spoil(old, written)).temporary["hub-kms-first-use"].remove_when == evidence


@pytest.mark.parametrize(
    ("written", "state"), [(".kept", "config/.kept"), ("/var/kept", "/var/kept"), ("s3://bucket/kept", "s3://bucket/kept")]
)
def test_a_state_folder_is_beside_the_file_wherever_the_program_is_started(tmp_path, monkeypatch, written, state):
    (tmp_path / "config").mkdir()
    read(tmp_path / "config", SOUND.replace(".orchestrator", written))
    monkeypatch.chdir(tmp_path)
    assert load(Path("config/rollout.yaml"))[0].state == state
    assert load(tmp_path / "config/rollout.yaml")[0].state == (str(tmp_path / state) if "://" not in state else state)


@pytest.mark.parametrize("written", ["{env: PLATFORM_EXTERNAL_ID}", "{file: kept/external-id}", "tenant-4711"])
def test_an_external_id_is_read_where_it_is_kept(tmp_path, monkeypatch, written):
    monkeypatch.setenv("PLATFORM_EXTERNAL_ID", "tenant-4711")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/external-id").write_text("tenant-4711\n", encoding="utf-8")
    rollout = read(tmp_path, SOUND.replace("external_id: null", f"external_id: {written}"))
    assert rollout.roles[RoleKind.SPOKE].external_id == "tenant-4711"
    assert "tenant-4711" not in repr(rollout)


def test_what_is_no_external_id_is_not_repeated(tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORM_EXTERNAL_ID", "secret words with spaces")
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, SOUND.replace("external_id: null", "external_id: {env: PLATFORM_EXTERNAL_ID}"))
    assert "secret words" not in str(caught.value)


def test_templates_and_groups_need_no_external_id(tmp_path):
    path, _ = write_marked(tmp_path, SOUND.replace("external_id: null", "external_id: {env: NOWHERE_TO_BE_FOUND}"))
    assert load(path, with_secrets=False)[1].profile == "classic"


def test_a_rule_knows_where_it_is_written(tmp_path):
    rollout = read(tmp_path, SOUND)
    assert [rule.location for rule in rollout.rules] == [f"{tmp_path / 'rollout.yaml'}:{line}:5" for line in (13, 16, 20)]


def test_what_is_left_out_has_the_documented_defaults(tmp_path):
    rollout = read(tmp_path, "version: 1\nroles: {}\nrules: []\n")
    assert (rollout.profile, rollout.prefix, rollout.home_region, rollout.call_as) == ("classic", "cado", "us-east-1", CallAs.SELF)
    assert (rollout.scope, rollout.state, rollout.organization_id) == (("/",), str(tmp_path / ".orchestrator"), None)
    assert rollout.pace == Pace((Wave("everyone"),), 100, 5)
    safety = rollout.safety
    assert (safety.max_revoked_percent, safety.max_accounts_missing_percent, safety.max_repaired_percent) == (20, 10, 5)
    assert rollout.access == Access(("OrganizationAccountAccessRole", "AWSControlTowerExecution"), None)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("role_name: Reader", ("Reader",)),
        ("role_name: null", Access().role_names),
        ("role_names: [Reader, /security/Reader, security/Reader]", ("Reader", "/security/Reader", "security/Reader")),
        ('role_names: ["arn:aws:iam::${account}:role/x/Reader"]', ("arn:aws:iam::${account}:role/x/Reader",)),
    ],
)
def test_roles_to_look_into_accounts_with_are_one_or_a_list(tmp_path, written, names):
    assert read(tmp_path, spoil("role_name: OrganizationAccountAccessRole", written)).access.role_names == names


def test_grant_all_means_every_permanent_set(tmp_path):
    assert read(tmp_path, spoil("[spoke-checks, spoke-kms]", "all")).rules[0].grant == AllPermanent()


def test_a_role_carries_its_options(tmp_path):
    options = "managed: false, path: /sec/ir/, permissions_boundary: arn:aws:iam::aws:policy/X, max_session: 4h, tags: {team: ir}"
    text = spoil("external_id: null}", f"external_id: abc-123, {options}}}")
    role = read(tmp_path, text).roles[RoleKind.SPOKE]
    assert (role.trusted, role.external_id) == ((RoleKind.PLATFORM, RoleKind.ACQUISITION), "abc-123")
    assert (role.managed, role.path, role.max_session, role.tags) == (False, "/sec/ir/", 14_400, {"team": "ir"})
    assert role.permissions_boundary == "arn:aws:iam::aws:policy/X"


def test_the_hub_is_the_account_of_its_roles(tmp_path):
    assert read(tmp_path, SOUND).hub_account == "222222222222"


def test_terms_are_durations(tmp_path):
    terms = read(tmp_path, spoil("expires_after: 30d", "expires_after: 2w\n    minimum_age: 36h")).temporary["hub-kms-first-use"]
    assert (terms.expires_after, terms.minimum_age) == (timedelta(days=14), timedelta(hours=36))


def test_values_shared_by_an_anchor_are_read(tmp_path):
    text = spoil("{ou: /Workloads}", "&prod {ou: /Workloads}").replace(
        "{tag: {compliance: pci}}", "{all: [*prod, {tag: {compliance: pci}}]}"
    )
    assert read(tmp_path, text).rules[1].where == AllOf((InOrganizationalUnit("/Workloads"), Tagged({"compliance": "pci"})))


def test_merged_keys_give_way_to_the_ones_written_out(tmp_path):
    text = spoil('  acquisition: {account: "222222222222", name: CadoResponseRole}', "  acquisition: {name: CadoResponseRole, <<: *hub}")
    text = text.replace("  platform: {", "  platform: &hub {")
    roles = read(tmp_path, text).roles
    assert (roles[RoleKind.ACQUISITION].account, roles[RoleKind.ACQUISITION].name) == ("222222222222", "CadoResponseRole")


def test_the_catalog_beside_the_file_goes_before_the_one_that_ships(tmp_path):
    catalog = tmp_path / "catalog"
    (catalog / "profiles").mkdir(parents=True)
    (catalog / "groups").mkdir()
    (catalog / "parameters.yaml").write_text("parameters: {}\n")
    (catalog / "profiles" / "mine.yaml").write_text("purpose: nothing at all\ngroup_sets: {}\n")
    path = tmp_path / "rollout.yaml"
    path.write_text("version: 1\nprofile: mine\nroles: {}\nrules: []\n")
    assert load(path)[1].profile == "mine"
