import shutil
from pathlib import Path

import pytest

from orchestrator.adapters.files.catalog.file import catalog_folder, default_catalog_folder, load_catalog, profiles
from orchestrator.errors import ConfigurationError
from orchestrator.model.identifiers import GroupSetName
from orchestrator.model.roles import RoleKind


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(default_catalog_folder(), tmp_path / "catalog"))


def write(path, text):
    path.write_text(text, encoding="utf-8")


def problems(folder, profile="mine"):
    with pytest.raises(ConfigurationError) as caught:
        load_catalog(folder, profile)
    return [str(problem) for problem in caught.value.problems]


GROUP = """\
groups:
  OwnGroup:
    purpose: Reads our own table.
    roles: [spoke]
    source: ours
    statements:
      - actions: [dynamodb:GetItem]
        resources: ['arn:${partition}:dynamodb:*:${account}:table/${own_table}']
        regional: true
"""
PARAMETER = "  own_table: {description: Our table., pattern: '^[a-z]+$', constraint: letters, longest: tttt}\n"
PROFILE = """\
purpose: Ours.
group_sets:
  spoke-own: {role: spoke, groups: [OwnGroup], purpose: Our own.}
"""


def test_groups_sets_and_parameters_are_added_in_yaml_alone(folder):
    write(folder / "groups" / "own.yaml", GROUP)
    write(folder / "profiles" / "mine.yaml", PROFILE)
    with (folder / "parameters.yaml").open("a", encoding="utf-8") as file:
        file.write(PARAMETER)
    catalog = load_catalog(folder, "mine")
    assert catalog.actions(GroupSetName("spoke-own")) == {"dynamodb:GetItem"}
    (statement,) = catalog.statements(GroupSetName("spoke-own"))
    assert statement.sid == "OwnGroup"
    assert statement.conditions == {"StringEquals": {"aws:RequestedRegion": ("${regions}",)}}
    assert catalog.parameters["own_table"].logical_name == "OwnTable"
    assert "mine" in profiles(folder)


def test_every_problem_of_every_file_is_told_at_once_with_its_place(folder):
    write(folder / "groups" / "own.yaml", GROUP.replace("purpose:", "purpse:").replace("[spoke]", "[spook]"))
    write(folder / "profiles" / "mine.yaml", PROFILE.replace("role: spoke", "role: 7"))
    found = problems(folder)
    assert sorted({problem.split(" ")[0].split("/")[-1] for problem in found}) == [
        "mine.yaml:3:21:",
        "own.yaml:3:5:",
        "own.yaml:4:13:",
    ]


@pytest.mark.parametrize(
    ("group", "profile", "expected"),
    [
        (GROUP, PROFILE, ('unknown parameter "own_table"', "own.yaml:2:3")),
        ("groups: {}\n", PROFILE, ('unknown group "OwnGroup"', "mine.yaml:3:3")),
        (
            GROUP.replace("own_table", "regions"),
            PROFILE.replace("role: spoke", "role: discovery"),
            ("no variant for the discovery role", "mine.yaml:3:3"),
        ),
        (
            GROUP.replace("own_table", "regions"),
            PROFILE + "  spoke-twin: {role: spoke, groups: [OwnGroup], purpose: Again.}\n",
            ("granted to the spoke role by spoke-own and spoke-twin", "mine.yaml:4:3"),
        ),
        (
            GROUP.replace("own_table", "regions"),
            PROFILE.replace("purpose: Our own.", "purpose: Our own., needs: [spoke-own]"),
            ('spoke-own needs "spoke-own"', "mine.yaml:3:3"),
        ),
        (GROUP.replace("    source:", "    part_of: [Nothing]\n    source:"), PROFILE, ('is part of an unknown group "Nothing"',)),
        (GROUP.replace("arn:${partition}", "arn:aws"), PROFILE, ("bound to one partition", "own.yaml:2:3", "arn:${partition}:")),
        (GROUP.replace("{partition}", "{Partition}"), PROFILE, ("nothing fills ${Partition}", "own.yaml:2:3", "Write partition.")),
        (GROUP.replace("OwnGroup", "RequiredForEKSImport"), PROFILE, ("defined twice", "own.yaml:2:3")),
        (GROUP.replace("own_table", "regions"), PROFILE.replace("spoke-own", "role-own"), ("belong to the role sets", "mine.yaml:3:3")),
    ],
)
def test_files_that_disagree_are_refused(folder, group, profile, expected):
    write(folder / "groups" / "own.yaml", group)
    write(folder / "profiles" / "mine.yaml", profile)
    found = problems(folder)
    assert any(all(part in problem for part in expected) for problem in found), found


@pytest.mark.parametrize(
    ("group", "profile", "near"),
    [
        (GROUP.replace("purpose:", "purpse:"), PROFILE, "Did you mean purpose"),
        (GROUP.replace("regional:", "regionl:"), PROFILE, "Did you mean regional"),
        (GROUP, PROFILE.replace("groups: [OwnGroup]", "group: [OwnGroup]"), "Did you mean groups"),
    ],
)
def test_a_key_near_by_is_suggested_in_groups_statements_and_sets(folder, group, profile, near):
    write(folder / "groups" / "own.yaml", group)
    write(folder / "profiles" / "mine.yaml", profile)
    assert any(near in problem for problem in problems(folder))


def test_a_group_near_by_is_suggested(folder):
    write(folder / "profiles" / "mine.yaml", PROFILE.replace("OwnGroup", "RequiredForEKSImports"))
    assert "Did you mean RequiredForEKSImport" in problems(folder)[0]


def test_an_unknown_profile_names_those_there_are(folder):
    (problem,) = problems(folder, "nonsense")
    assert "classic, scoped" in problem


def test_a_temporary_set_carries_its_window_in_every_statement():
    catalog = load_catalog(default_catalog_folder(), "classic")
    for statement in catalog.statements(GroupSetName("hub-kms-first-use")):
        assert statement.conditions["DateLessThan"] == {"aws:CurrentTime": ("${not_after}",)}
        assert statement.conditions["DateGreaterThan"] == {"aws:CurrentTime": ("${not_before}",)}


@pytest.mark.parametrize("profile", ["classic", "scoped"])
def test_statement_ids_are_unique_within_a_role_and_start_with_their_group(profile):
    catalog = load_catalog(default_catalog_folder(), profile)
    for role in RoleKind:
        pairs = [
            (group, statement.sid)
            for group_set in catalog.sets_of(role)
            for group in group_set.groups
            for statement in catalog.groups[group].variants[role]
        ]
        sids = [sid for _, sid in pairs]
        assert len(sids) == len(set(sids))
        assert [sid for group, sid in pairs if not (sid.startswith(group) and sid.isalnum())] == []


def test_the_catalog_beside_the_configuration_wins(tmp_path):
    assert catalog_folder(tmp_path) == default_catalog_folder()
    (tmp_path / "catalog").mkdir()
    assert catalog_folder(tmp_path) == tmp_path / "catalog"


def test_a_condition_without_any_value_is_refused_rather_than_left_out(folder):
    empty = GROUP.replace("        regional: true", "        conditions: {StringEquals: {'aws:ResourceTag/team': []}}")
    write(folder / "groups" / "own.yaml", empty.replace("own_table", "regions"))
    write(folder / "profiles" / "mine.yaml", PROFILE)
    found = problems(folder)
    assert [problem for problem in found if "own.yaml:9:" not in problem] == []
    assert "must not be empty" in found[-1]
