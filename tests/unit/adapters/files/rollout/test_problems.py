from functools import cache

import pytest

from orchestrator.adapters.files.catalog.file import load_catalog
from orchestrator.adapters.files.rollout import file
from orchestrator.adapters.files.rollout.file import load
from orchestrator.errors import ConfigurationError
from tests.unit.adapters.files.rollout.rollouts import SOUND, spoil, write_marked

WORKLOADS = "    grant: [spoke-checks, spoke-kms]\n"
WHERE = "where: {ou: /Workloads}"
LAST_WAVE = "    - {name: everyone}\n"
PLATFORM = '  platform: {account: "222222222222", name: CadoResponseInstanceRole}\n'
ACQUISITION = '  acquisition: {account: "222222222222", name: CadoResponseRole}\n'
DISCOVERY = "  discovery: {name: CadoResponseDiscoveryRole, trusted: [platform]}\n"
ACCESS = "role_name: OrganizationAccountAccessRole"
REMOVE_WHEN = "{service_linked_role: AWSServiceRoleForKeyManagementServiceMultiRegionKeys}"

CASES = [
    # the file as a whole
    ("prefix: cado", "§prefx: cado", 'unknown key "prefx"', "Did you mean prefix"),
    ("state: .orchestrator", "state: a\n§state: b", '"state" is given twice; the first is at line 33', "Keep one"),
    ("version: 1", 'version: §"1"', "must be the number 1", "version: 1"),
    ("version: 1\n", "§", "version is missing", "Add"),
    ("profile: classic", "profile: §clasic", 'no profile "clasic"', "classic"),
    ("prefix: cado", "prefix: §9cado", '"9cado"', "<prefix>-<group set>"),
    ("prefix: cado", f"prefix: §{'p' * 65}", "at most 64", ""),
    ("state: .orchestrator", "state: §https://bucket/x", "s3://bucket/prefix", ""),
    ("state: .orchestrator", "state: §s3://No/x", "s3://bucket/prefix", ""),
    ("state: .orchestrator", "§state:", "must be a text, not empty", ""),
    # organization
    ("id: o-exampleorgid", "id: §exampleorgid", "organization id", ""),
    ("home_region: us-east-1", "home_region: §useast1", "a region", ""),
    ("home_region: us-east-1", "home_region: §us-esat-1", 'no region "us-esat-1"', "us-east-1"),
    ("home_region: us-east-1", "home_region: §xx-atlantis-1", "no region", "botocore"),
    ("call_as: self", "call_as: §delegated", "'self' or 'delegated-admin'", "delegated-admin"),
    ("call_as: self", "call_as: §SELF", "'self' or 'delegated-admin'", "Write self"),
    ("scope: [/]", "scope: §[]", "organization.scope: must not be empty", ""),
    ("scope: [/]", "scope: [§Workloads]", '"Workloads"', "/Workloads/Prod"),
    ("scope: [/]", "scope: §/", "must be a list", 'Write ["/"]'),
    # roles
    (PLATFORM, "  platform: {account: §012345678901, name: R}\n", "012345678901 as the number 12345678901", 'Quote it: "012345678901"'),
    (PLATFORM, '  platform: {account: §"2222", name: R}\n', "twelve digits", "leading zeros"),
    (ACQUISITION, '  acquisition: {account: §"333333333333", name: R}\n', "the hub", "same account"),
    (ACQUISITION, '  acquisition: {account: "222222222222", name: §CadoResponseInstanceRole}\n', "too", "another name"),
    (ACQUISITION, '  acquisition: {account: "222222222222", name: §"Cado,Response"}\n', "cut the list of trusted roles", "without a comma"),
    (ACQUISITION, "  acquisition: §{name: R}\n", "roles.acquisition.account is missing", "Add"),
    ("external_id: null", "external_id: §x", "2 to 1224", "Remove"),
    ("external_id: null", "external_id: §{env: NOWHERE_TO_BE_FOUND}", "the variable NOWHERE_TO_BE_FOUND is not set", "Set it"),
    ("external_id: null", "external_id: {env: §$NAME}", "roles.spoke.external_id.env: must be the name of a variable", "without $"),
    ("external_id: null", "external_id: §{file: no/such/file}", "no/such/file cannot be read", "another place"),
    ("external_id: null", "external_id: §{file: .}", "cannot be read", "another place"),
    ("external_id: null", "external_id: §{'file': '/dev/null'}", "the file /dev/null is empty", ""),
    ("external_id: null", "external_id: §{file: rollout.yaml}", "rollout.yaml holds is no external id of 2 to 1224", ""),
    ("external_id: null", "external_id: §{vault: x}", 'unknown key "vault" in a place of an external id', "{env: …}"),
    ("external_id: null", "external_id: §{env: A, file: b}", "exactly one key", ""),
    ("external_id: null", "external_id: §[x]", "roles.spoke.external_id: must be a text", ""),
    (DISCOVERY, DISCOVERY.replace("[platform]", "[§spoke]"), "'platform' or 'acquisition'", ""),
    ("external_id: null", "existing: [{where: everyone, handling: §adopt, because: x}]", "'attach' or 'leave'", ""),
    ("external_id: null", "existing: [§{where: everyone, handling: leave}]", "because is missing", "Add"),
    (
        "external_id: null",
        "managed: false, existing: [{where: everyone, handling: §attach, because: x}]",
        "roles.spoke.existing: managed: false says attach of every account already",
        "Remove this entry",
    ),
    (DISCOVERY, "  discovery: §{name: R}\n", "no role may assume this one", "trusted: [platform, acquisition]"),
    (DISCOVERY, DISCOVERY.replace("}", ', §account: "111111111111"}'), 'unknown key "account" in roles.discovery', "Known here"),
    (DISCOVERY, DISCOVERY.replace("}", ", max_session: §13h}"), "between 1h and 12h", "4h"),
    (DISCOVERY, DISCOVERY.replace("}", ", max_session: §60}"), "between 1h and 12h", "4h"),
    (DISCOVERY, DISCOVERY.replace("}", ", max_session: §4 hours}"), "no duration", "such as 24h"),
    (DISCOVERY, DISCOVERY.replace("}", ", path: §/a}"), "begins and ends with /", "/security/"),
    (DISCOVERY, DISCOVERY.replace("}", ", permissions_boundary: §Boundary}"), "the ARN of a managed policy", "${account}"),
    (
        DISCOVERY,
        DISCOVERY.replace("}", ', permissions_boundary: §"arn:aws:iam::${acount}:policy/B"}'),
        "the ARN of a managed",
        "${account}",
    ),
    (DISCOVERY, DISCOVERY.replace("}", ", permissions_boundary: §arn:aws-cn:iam::aws:policy/B}"), "partition aws-cn", "arn:aws:iam::"),
    ("external_id: null", "permissions_boundary: §arn:aws:iam::222222222222:policy/B", "account 222222222222 cannot bound", "${account}"),
    ("external_id: null", "permissions_boundary: §arn:aws-us-gov:iam::aws:policy/B", "in the partition aws-us-gov", "home_region"),
    (
        ACQUISITION,
        ACQUISITION.replace("}", ", permissions_boundary: §arn:aws:iam::333333333333:policy/B}"),
        "account 333333333333 cannot bound a role in account 222222222222",
        "222222222222",
    ),
    (DISCOVERY, DISCOVERY.replace("}", ", managed: §no}"), "true or false", "Write false"),
    (DISCOVERY, DISCOVERY.replace("}", ", tags: {§rollout: x}}"), "managed-by nor rollout", "another key"),
    (DISCOVERY, DISCOVERY.replace("}", ", tags: {team: §7}}"), "number 7", 'Quote it: "7"'),
    (DISCOVERY, DISCOVERY.replace("CadoResponseDiscoveryRole", f"§{'r' * 65}"), "at most 64", ""),
    # parameters and access
    ("my-platform-bucket", "§My_Bucket", "the name of a bucket", ""),
    ("my-platform-bucket", '§"my-platform-bucket\\n"', "the name of a bucket", "on one line"),
    (
        "{platform_bucket: my-platform-bucket}",
        '{platform_bucket: b-1, evidence_object_arns: §"arn:aws:s3:::a/*\\narn:aws:s3:::b/*"}',
        "evidence_object_arns: must be ARNs of objects, or *",
        "several separated by commas",
    ),
    (WHERE, 'where: {name: §"payments\\n"}', "name: must be a text on one line", ""),
    (WHERE, 'where: {tag: {env: §"prod\\n"}}', "tag.env: must be a text on one line", ""),
    ("{platform_bucket: my-platform-bucket}", "{platform_bucket: b-1, §kms_key_arn: x}", 'no parameter "kms_key_arn"', "kms_key_arns"),
    ("{platform_bucket: my-platform-bucket}", "{platform_bucket: b-1, §spoke_role_name: x}", "roles.spoke.name", "Remove"),
    ("{platform_bucket: my-platform-bucket}", "§{}", 'rule "the hub" grants hub-storage', "Add parameters.platform_bucket"),
    ("management_role_arn: null", "management_role_arn: §Admin", "the ARN of a role", ""),
    ("management_role_arn: null", "management_role_arn: §arn:aws-cn:iam::123456789012:role/R", "partition aws-cn", "arn:aws:iam::"),
    (ACCESS, "role_name: §arn:aws:iam::111111111111:role/R", "name, path/name or ARN with ${account}", "arn:aws:iam::${account}:role"),
    (ACCESS, "role_name: §a/b/", "name, path/name or ARN", "security/Reader"),
    (ACCESS, "role_names: §[]", "must not be empty", "remove the key"),
    (ACCESS, "role_names: [A, b/A, §A]", '"A" is named twice', "Remove"),
    (ACCESS, 'role_names: [A, §"arn:aws-cn:iam::${account}:role/A"]', "partition aws-cn", "arn:aws:iam::"),
    (ACCESS, "role_names: [A], role_name: §A", "short form of access.role_names", "Keep one"),
    # rules
    ("rules:\n", "rules:\n  - §{where: everyone, grant: all}\n", "rules[0].rule is missing", "Add"),
    (WORKLOADS, "    §grnat: [spoke-kms]\n", 'unknown key "grnat"', "grant"),
    (WORKLOADS, "    grant: [spoke-checks, §spoke-kmss]\n", 'no group set "spoke-kmss"', "spoke-kms"),
    (WORKLOADS, "    grant: [§spoke-xx-unlike-any]\n", "no group set", "orchestrator groups"),
    (WORKLOADS, "    grant: [§hub-ebs]\n", 'in the profile "classic"', "It belongs to the profile scoped"),
    (WORKLOADS, "    grant: [§all]\n", '"all" stands alone', "without a list"),
    (WORKLOADS, "    grant: §spoke-kms\n", "a list of group sets, or all", "Write [spoke-kms]"),
    (WORKLOADS, "    grant: §ALL\n", "a list of group sets, or all", "Write all."),
    (WORKLOADS, "    grant: §al\n", "a list of group sets, or all", "Did you mean all?"),
    (WORKLOADS, "    grant: [§ALL]\n", '"ALL" stands alone', "without a list"),
    (WORKLOADS, "    grant: [§Spoke-KMS]\n", 'no group set "Spoke-KMS"', "Write spoke-kms."),
    (WORKLOADS, "    grant: §[]\n", "must not be empty", ""),
    (WORKLOADS, "    grant: [spoke-kms, §spoke-kms]\n", "twice", "Remove one"),
    (WORKLOADS, "    grant: [spoke-kms]\n    withhold: [§spoke-kms]\n", "grants and withholds spoke-kms", "Remove one"),
    (WORKLOADS, "    grant: [spoke-kms]\n    withhold: §all\n", "withholds all", "Remove one"),
    (WORKLOADS, "    grant: [spoke-kms]\n    exclude: §true\n", "never changed", "second rule"),
    (WORKLOADS, "    exclude: §yes\n", "true or false", "Write true"),
    ("rule: cardholder data", "rule: §workloads", "taken by rules[0]", "name of its own"),
    (
        "  - rule: workloads\n    where: {ou: /Workloads}\n" + WORKLOADS,
        "  - §rule: workloads\n    where: everyone\n",
        "does nothing",
        "exclude: true",
    ),
    (
        "temporary:\n",
        "  - §rule: again\n    where: {ou: /Workloads}\n    grant: [spoke-kms, spoke-checks]\ntemporary:\n",
        'says the same as "workloads"',
        "Remove one",
    ),
    # selectors
    (WHERE, "where: §everone", '"everone" is no selector', "everyone"),
    (WHERE, "where: §EVERYONE", '"EVERYONE" is no selector', "Write everyone."),
    (WHERE, "where: §{OU: /Workloads}", 'unknown key "OU"', "Write ou."),
    (WHERE, "where: §{oul: /Workloads}", 'unknown key "oul"', "ou"),
    (WHERE, "where: §{ou: /A, name: b}", "exactly one key, not ou and name", "{all: […]}"),
    (WHERE, "where: §{}", "the selector is empty", "everyone"),
    (WHERE, "where: §[]", "must be a selector, not a list", "everyone"),
    (WHERE, "where: {ou: §/Workloads/}", '"/Workloads/"', "root"),
    (WHERE, "where: {all: §[]}", "must not be empty", ""),
    (WHERE, "where: {account: §[]}", "must not be empty", ""),
    (WHERE, 'where: {account: §"333333333333"}', "must be a list", 'Write ["333333333333"]'),
    (WHERE, "where: {any: [hub, {not: {account: [§033333333333]}}]}", "number 33333333333", 'Quote it: "033333333333"'),
    (WHERE, "where: {tag: {isolation: §true}}", "truth value true", 'Quote it: "true"'),
    (WHERE, "where: {tag: §{}}", "must not be empty", ""),
    # temporary
    ("  hub-kms-first-use:\n", "  §hub-kms-frist-use:\n", 'no group set "hub-kms-frist-use"', "hub-kms-first-use"),
    ("temporary:\n", f"temporary:\n  §hub-kms: {{remove_when: {REMOVE_WHEN}, expires_after: 1d}}\n", "permanent", "hub-kms-first-use"),
    ("expires_after: 30d", "expires_after: §30", "30 has no unit", "30d"),
    ("expires_after: 30d", "expires_after: §1.5d", "no duration", "30d"),
    ("expires_after: 30d", "expires_after: §0d", "longer than nothing", "30d"),
    ("expires_after: 30d", "expires_after: §99999w", "longer than 3650d", "such as"),
    ("expires_after: 30d", "expires_after: 1d\n    minimum_age: §24h", "not shorter than expires_after 1d", "shorter"),
    (REMOVE_WHEN, "§{service_linked_rol: X}", 'unknown key "service_linked_rol"', "service_linked_role"),
    (REMOVE_WHEN, "{service_linked_role: §KMS}", "service-linked role", "AWSServiceRoleFor"),
    (REMOVE_WHEN, "{cloudtrail_event: §{principal: x}}", "cloudtrail_event.name is missing", "Add"),
    (REMOVE_WHEN, '{action_last_accessed: §"kms:*"}', "one IAM action", ""),
    (REMOVE_WHEN, "{kms_alias: §cado}", "KMS aliases", "alias/"),
    (REMOVE_WHEN, "{any: [{all: §[]}]}", "must not be empty", ""),
    # safety and rollout
    ("max_revoked_percent: 20", "max_revoked_percent: §120", "at most 100, not 120", ""),
    ("max_revoked_percent: 20", 'max_revoked_percent: §"20%"', "a whole number", "Write 20"),
    ("protected_accounts: []", "protected_accounts: [§111111111111]", "as the number", "Quote it"),
    ('["iam:*"]', "[§iam]", "an IAM action", ""),
    ("percent: 10}", "percent: §0}", "at least 1, not 0", ""),
    ("percent: 10}", "percent: §10.5}", "a whole number", ""),
    ("name: early", "name: §canary", 'two waves called "canary"', "name of its own"),
    ("{name: early, percent: 10}", "{name: early, percent: §10, where: hub}", "both where and percent", "second wave"),
    ("{name: early, percent: 10}", "§{name: early}", "every account that is left", "move it to the end"),
    (LAST_WAVE, "    - §{name: more, percent: 50}\n", "does not take every account", "{name: everyone}"),
]


shipped_catalog = cache(load_catalog)


@pytest.fixture(autouse=True)
def read_the_shipped_catalog_once(monkeypatch):
    monkeypatch.setattr(file, "load_catalog", shipped_catalog)


@pytest.mark.parametrize(("old", "new", "message", "remedy"), CASES)
def test_a_mistake_is_reported_once_at_its_place_with_a_remedy(tmp_path, old, new, message, remedy):
    path, place = write_marked(tmp_path, spoil(old, new))
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    (problem,) = caught.value.problems
    assert problem.where == f"{path}:{place}"
    assert message in problem.message
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (PLATFORM, ["roles.spoke.trusted: there is no roles.platform", "roles.discovery.trusted: there is no roles.platform"]),
        (ACQUISITION, ["there is no roles.acquisition", "grants hub-storage, which", "grants hub-kms-first-use, which"]),
        (
            PLATFORM + ACQUISITION,
            ["roles.spoke.trusted", "roles.spoke.trusted", "roles.discovery.trusted", "where: hub", "hub-storage", "hub-kms-first-use"],
        ),
    ],
)
def test_what_needs_a_role_that_is_not_there_is_reported(tmp_path, missing, expected):
    path, _ = write_marked(tmp_path, spoil(missing, ""))
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    messages = [problem.message for problem in caught.value.problems]
    assert len(messages) == len(expected)
    assert all(part in message for part, message in zip(expected, messages, strict=True))


def test_a_management_set_needs_the_discovery_role(tmp_path):
    text = spoil(DISCOVERY, "").replace("temporary:\n", "  - {rule: m, where: management, grant: [§management-discovery]}\ntemporary:\n")
    path, place = write_marked(tmp_path, text)
    with pytest.raises(ConfigurationError, match=r"Add roles\.discovery") as caught:
        load(path)
    assert caught.value.where == f"{path}:{place}"


def test_a_temporary_set_that_is_granted_needs_terms(tmp_path):
    text = SOUND[: SOUND.index("temporary:")] + SOUND[SOUND.index("safety:") :]
    path, place = write_marked(tmp_path, text.replace("hub-kms-first-use", "§hub-kms-first-use"))
    with pytest.raises(ConfigurationError, match=r"Add temporary\.hub-kms-first-use") as caught:
        load(path)
    assert [problem.where for problem in caught.value.problems] == [f"{path}:{place}"]


def test_problems_of_every_section_come_at_once_in_the_order_of_the_file(tmp_path):
    text = SOUND
    for old, new in (
        ("prefix: cado", "prefix: 9a"),
        ("call_as: self", "call_as: me"),
        ("spoke-checks, spoke-kms", "spoke-chekcs"),
        ("where: hub", "where: hubb"),
        ("expires_after: 30d", "expires_after: soon"),
        ("percent: 10}", "percent: 1000}"),
        ("state: .orchestrator", "state: .orchestrator\nstatte: x"),
    ):
        text = text.replace(old, new)
    path, _ = write_marked(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    lines = [int(problem.where.split(":")[-2]) for problem in caught.value.problems]
    assert lines == [3, 4, 15, 21, 26, 31, 34]


def test_a_newer_version_is_the_only_complaint(tmp_path):
    path, _ = write_marked(tmp_path, "version: 2\nsomething: new\n")
    with pytest.raises(ConfigurationError, match="version 2, and this program reads version 1") as caught:
        load(path)
    assert len(caught.value.problems) == 1


def test_an_external_id_is_never_repeated(tmp_path):
    for value in ("hunter2 hunter2", "1234567"):
        path, _ = write_marked(tmp_path, spoil("external_id: null", f"external_id: {value}"))
        with pytest.raises(ConfigurationError) as caught:
            load(path)
        assert value not in str(caught.value)


def test_a_missing_file_says_how_to_get_one(tmp_path):
    with pytest.raises(ConfigurationError, match="orchestrator init") as caught:
        load(tmp_path / "rollout.yaml")
    assert caught.value.where == str(tmp_path / "rollout.yaml")


def test_problems_of_the_catalog_and_of_the_rollout_come_together(tmp_path):
    (tmp_path / "catalog/profiles").mkdir(parents=True)
    (tmp_path / "catalog/groups").mkdir()
    (tmp_path / "catalog/parameters.yaml").write_text("parameters: {}\n")
    (tmp_path / "catalog/profiles/classic.yaml").write_text("purpose: x\ngroup_sets: []\n")
    path, _ = write_marked(tmp_path, spoil("prefix: cado", "prefix: 9a"))
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert {problem.where.split(":")[0].rsplit("/", 1)[-1] for problem in caught.value.problems} == {"rollout.yaml", "classic.yaml"}


def test_a_broken_catalog_is_the_only_problem_of_group_sets_nobody_can_check(tmp_path):
    (tmp_path / "catalog/profiles").mkdir(parents=True)
    (tmp_path / "catalog/profiles/classic.yaml").write_text("purpose: x\ngroup_sets: []\n")
    path, _ = write_marked(tmp_path, spoil(WORKLOADS, "    grant: [spoke-of-my-own]\n"))
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert "spoke-of-my-own" not in str(caught.value)
