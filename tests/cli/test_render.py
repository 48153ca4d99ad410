"""`render` writes the templates of the profile the rollout names and the policies of its prefix, and notices those that are stale."""

from pathlib import Path

from orchestrator.adapters.files.catalog.file import default_catalog_folder, load_catalog
from orchestrator.templates import rendered_files
from tests.cli.conftest import Run
from tests.cli.organization import EXTERNAL_ID, HUB, ROLLOUT, SCOPED, write_rollout
from tests.worlds.rollouts import write


def written() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in Path("stacksets").glob("*.yaml")}


def test_the_templates_are_those_of_the_rollouts_profile(run: Run):
    write(Path("config"), SCOPED)
    assert run("render").code == 0
    assert written() == rendered_files(load_catalog(default_catalog_folder(), "scoped"))
    assert run("render", "--check").code == 0
    write_rollout()
    answer = run("render", "--check", "--format", "json")
    assert answer.code == 1
    assert "stacksets/hub-kms-first-use.yaml" in answer.json["stale"]
    assert "stacksets/spoke-ebs.yaml" in answer.json["surplus"]


def test_without_a_rollout_the_classic_templates_are_written(run: Run):
    Path("config/rollout.yaml").unlink()
    assert run("render").code == 0
    assert written() == rendered_files(load_catalog(default_catalog_folder(), "classic"))


def test_stale_templates_are_noticed(run: Run):
    assert run("render").code == 0
    assert run("render", "--check").code == 0
    stale = next(Path("stacksets").glob("*.yaml"))
    stale.write_text("by hand", encoding="utf-8")
    answer = run("render", "--check")
    assert answer.code == 1
    assert f"stale {stale}" in answer.out
    assert stale.read_text(encoding="utf-8") == "by hand"
    assert run("render").code == 0


def test_a_missing_template_is_told_from_a_stale_one(run: Run):
    assert run("render").code == 0
    gone, *_ = Path("stacksets").glob("*.yaml")
    gone.unlink()
    answer = run("render", "--check")
    assert (answer.code, f"missing {gone}" in answer.out, "1 missing, 0 stale" in answer.out) == (1, True, True)
    assert run("render", "--check", "--format", "json").json["missing"] == [str(gone)]


def test_the_template_of_a_set_that_was_deleted_is_noticed(run: Run):
    assert run("render").code == 0
    left_over = Path("stacksets/spoke-gone.yaml")
    left_over.write_text("of a deleted set", encoding="utf-8")
    answer = run("render", "--check")
    assert answer.code == 1
    assert str(left_over) in answer.err


def test_policies_are_written_beside_the_rollout_file_for_its_prefix(run: Run):
    assert run("render").code == 0
    policies = {path.name: path.read_text(encoding="utf-8") for path in Path("config/permissions").iterdir()}
    assert policies.keys() == {"reader.json", "planner.json", "cleaner.json", "operator.json", "prober.json"}
    assert "stackset/estate-*" in policies["planner.json"]
    assert "role/EstateSpokeRole" in policies["prober.json"]
    write_rollout(ROLLOUT.replace("prefix: estate", "prefix: manor"))
    answer = run("render", "--check", "--format", "json")
    assert (answer.code, "config/permissions/planner.json" in answer.json["stale"]) == (1, True)
    assert run("render").code == 0
    assert "stackset/manor-*" in Path("config/permissions/planner.json").read_text(encoding="utf-8")


def test_without_a_rollout_there_is_nothing_to_write_policies_for(run: Run):
    Path("config/rollout.yaml").unlink()
    assert run("render").code == 0
    assert not Path("config/permissions").exists()
    assert not Path("stacksets/guardrails").exists()


def test_guardrails_are_written_with_the_values_of_the_rollout(run: Run):
    assert run("render").code == 0
    found = {path.name: path.read_text(encoding="utf-8") for path in Path("stacksets/guardrails").iterdir()}
    assert found.keys() == {"role-changes.json", "role-assumption.json", "role-actions.json"}
    assert f"arn:aws:iam::{HUB}:role/EstateRole" in found["role-assumption.json"]
    assert "o-estate0001" in found["role-assumption.json"]
    assert "stack/StackSet-estate-*/*" in found["role-changes.json"]
    assert EXTERNAL_ID not in "".join(found.values())


def test_stale_and_surplus_guardrails_are_noticed(run: Run):
    assert run("render").code == 0
    stale, surplus = Path("stacksets/guardrails/role-actions.json"), Path("stacksets/guardrails/by-hand.json")
    stale.write_text("{}", encoding="utf-8")
    surplus.write_text("{}", encoding="utf-8")
    answer = run("render", "--check", "--format", "json")
    assert (answer.code, answer.json["stale"], answer.json["surplus"]) == (1, [str(stale)], [str(surplus)])
