import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.files.snapshot.file import load_snapshot, read_fast, read_fully, render_snapshot, write_snapshot
from orchestrator.errors import ConfigurationError
from orchestrator.model.identifiers import AccountId, OrganizationId, OuId, OuPath
from orchestrator.model.organization import Account, AccountState, Organization, OrganizationalUnit, OrganizationPolicy

SOUND = """\
organization: {id: o-exampleorgid, management_account: "123456789012", root: r-ab12}
organizational_units:
  - {id: ou-ab12-11111111, path: /Workloads}
  - {id: ou-ab12-22222222, path: /Workloads/Prod}
accounts:
  - {id: "111111111111", name: payments-prod, email: p@example.com, ou: /Workloads/Prod, state: ACTIVE, tags: {env: prod}}
  - {id: "022222222222", name: audit}
delegated_administrators: ["022222222222"]
policies:
  - {id: p-1a2b3c4d, name: DenySnapshots, type: SERVICE_CONTROL_POLICY, targets: [ou-ab12-22222222], document: {Version: "2012-10-17"}}
"""

CASES = [
    ('"111111111111"', "§111111111111", "number 111111111111", 'Quote it: "111111111111"'),
    ('id: "022222222222"', "id: §022222222222", "022222222222 as the number 22222222222", 'Quote it: "022222222222"'),
    ('"123456789012"', "§123456789012", "as the number", "Quote it"),
    ('id: "022222222222"', 'id: §"111111111111"', "listed twice, first as accounts[0]", "Remove one"),
    ("ou: /Workloads/Prod", "ou: §/Workload/Prod", "/Workload/Prod", "Did you mean /Workloads/Prod"),
    ("state: ACTIVE", "state: §active", "'ACTIVE'", "Write ACTIVE"),
    ("env: prod", "env: §1", "number 1", 'Quote it: "1"'),
    ("name: audit", "§nmae: audit, name: audit", 'unknown key "nmae"', "name"),
    ("path: /Workloads/Prod", "path: §/Worklods/Prod", "/Worklods, which is not listed", "/Workloads"),
    ("path: /Workloads/Prod", "path: §/Workloads", "listed twice", "Remove one"),
    ("id: ou-ab12-22222222", "id: §ou-ab12-11111111", "listed twice", "Remove one"),
    ("path: /Workloads}", "path: §/}", "the root is no organizational unit", "organization.root"),
    ("targets: [ou-ab12-22222222]", "targets: [§ou-ab12-22222223]", "ou-ab12-22222223", "Did you mean ou-ab12-22222222"),
    ('document: {Version: "2012-10-17"}', "document: §nonsense", "JSON", ""),
]


def write(folder, text):
    path = folder / "organization.yaml"
    path.write_text(text.replace("§", ""), encoding="utf-8")
    before = text.partition("§")[0]
    return path, f"{path}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.mark.parametrize(("old", "new", "message", "remedy"), CASES)
def test_a_mistake_is_reported_at_its_place_with_a_remedy(tmp_path, old, new, message, remedy):
    path, place = write(tmp_path, SOUND.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as caught:
        load_snapshot(path)
    problem = next(problem for problem in caught.value.problems if problem.where == place)
    assert message in problem.message
    assert remedy in problem.remedy


def test_wrong_types_and_wrong_references_come_at_once(tmp_path):
    text = SOUND.replace('"111111111111"', "111111111111").replace("ou: /Workloads/Prod", "ou: /Nowhere").replace("r-ab12", "ab12")
    with pytest.raises(ConfigurationError) as caught:
        load_snapshot(write(tmp_path, text)[0])
    assert [problem.where.split(":", 1)[1] for problem in caught.value.problems] == ["1:78", "6:10", "6:71"]


def test_a_snapshot_is_read_whole(tmp_path):
    organization = load_snapshot(write(tmp_path, SOUND)[0])
    assert list(organization.accounts) == ["022222222222", "111111111111", "123456789012"]
    assert organization.accounts[AccountId("111111111111")].tags == {"env": "prod"}
    assert organization.accounts[AccountId("022222222222")].ou == "/"
    assert organization.delegated_administrators == ("022222222222",)
    assert isinstance(organization.policies, tuple)
    assert json.loads(organization.policies[0].document) == {"Version": "2012-10-17"}
    assert organization.path_of("ou-ab12-22222222") == "/Workloads/Prod"


def test_the_management_account_is_there_even_when_it_is_not_listed(tmp_path):
    accounts = load_snapshot(write(tmp_path, SOUND)[0]).accounts
    assert accounts[AccountId("123456789012")] == Account(AccountId("123456789012"), "management", OuPath("/"))


def test_a_delegated_administrator_need_not_be_listed(tmp_path):
    text = SOUND.replace('administrators: ["022222222222"]', 'administrators: ["333333333333"]')
    assert load_snapshot(write(tmp_path, text)[0]).delegated_administrators == ("333333333333",)


def test_an_organization_of_one_is_sound(tmp_path):
    text = 'organization: {id: o-exampleorgid, management_account: "123456789012", root: r-ab12}\naccounts: []\n'
    assert list(load_snapshot(write(tmp_path, text)[0]).accounts) == ["123456789012"]


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path, _ = write(tmp_path, SOUND)
    organization = load_snapshot(path)

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_snapshot(path, organization)
    assert path.read_text() == SOUND
    assert list(tmp_path.iterdir()) == [path]


names = st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=12).filter(str.strip)
texts = st.text(st.characters(codec="utf-8"), max_size=20)
account_ids = st.from_regex(r"[0-9]{12}", fullmatch=True).filter(str.isascii).map(AccountId)


@st.composite
def organizations(draw):
    paths = [f"/{name}" for name in draw(st.lists(names, unique=True, max_size=3))]
    paths += [f"{path}/{draw(names)}" for path in paths]
    units = tuple(OrganizationalUnit(OuId(f"ou-ab12-{n:08}"), OuPath(path)) for n, path in enumerate(paths))
    ids = sorted(draw(st.sets(account_ids, min_size=1, max_size=5)))
    accounts = {
        account_id: Account(
            account_id,
            draw(texts),
            OuPath(draw(st.sampled_from(["/", *paths]))),
            draw(st.sampled_from(AccountState)),
            draw(texts),
            draw(st.dictionaries(texts, texts, max_size=3)),
        )
        for account_id in ids
    }
    documents = st.dictionaries(texts, texts | st.integers() | st.booleans() | st.none() | st.lists(texts), max_size=3)
    policies = tuple(
        OrganizationPolicy(f"p-{n}", draw(names), "SERVICE_CONTROL_POLICY", ("r-ab12", ids[0]), json.dumps(draw(documents), **style))
        for n, style in enumerate(draw(st.lists(st.sampled_from([{}, {"indent": 1}, {"ensure_ascii": False}]), max_size=2)))
    )
    return Organization(OrganizationId("o-exampleorgid"), ids[0], OuId("r-ab12"), units, accounts, tuple(ids[:1]), policies)


@given(organizations())
def test_what_is_written_reads_back_the_same(organization):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new" / "organization.yaml"
        write_snapshot(path, organization)
        assert load_snapshot(path) == organization


@given(organizations())
def test_both_readers_agree_on_what_is_written(organization):
    text = render_snapshot(organization)
    assert read_fast(text) == read_fully(Path("organization.yaml"), text)


@given(st.data())
def test_both_readers_agree_on_what_was_damaged_by_hand(data):
    text = render_snapshot(data.draw(organizations()))
    start, length = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 3))
    damaged = (
        text[:start] + data.draw(st.sampled_from(["", '"', "\\", "\n", "#", " ", "null", "1.5", ": ", "\\ud83d"])) + text[start + length :]
    )
    fast = read_fast(damaged)
    assert fast is None or fast == read_fully(Path("organization.yaml"), damaged)


@pytest.mark.parametrize("tags", ['{"a": "1", "a": "2"}', '{"a": "\\ud83d"}', '{"a": 1}', '{"a": 1.5}', '{"a": NaN}', "{a: b}"])
def test_a_line_that_is_not_sound_json_is_left_to_the_reader_that_names_places(tags):
    account = f'  - {{"id": "123456789012", "name": "n", "tags": {tags}}}'
    head = 'organization: {"id": "o-exampleorgid", "management_account": "123456789012", "root": "r-ab12"}'
    assert read_fast(f"{head}\naccounts:\n{account}\n") is None
