from orchestrator.adapters.files.catalog.file import default_catalog_folder
from orchestrator.adapters.files.rollout.file import load
from orchestrator.adapters.files.rollout.starter import write_starter


def test_the_starter_loads_without_a_complaint(tmp_path):
    starter = write_starter(tmp_path / "config")
    assert tmp_path / "config/rollout.yaml" in starter.written
    assert tmp_path / "config/catalog/profiles/classic.yaml" in starter.written
    assert tmp_path / "config/schema/rollout.schema.json" in starter.written
    assert not starter.kept
    rollout, catalog = load(tmp_path / "config/rollout.yaml")
    assert rollout.rules
    assert catalog.profile == "classic"


def test_no_file_is_ever_overwritten(tmp_path):
    mine = tmp_path / "rollout.yaml"
    mine.write_text("mine")
    starter = write_starter(tmp_path)
    assert mine.read_text() == "mine"
    assert starter.kept == (mine,)
    assert write_starter(tmp_path).written == ()


def test_the_starter_names_its_schema_first():
    text = (default_catalog_folder().parent / "rollout.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=schema/rollout.schema.json\n")
