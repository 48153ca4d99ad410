import json

import jsonschema
import pytest

from orchestrator.adapters.files.catalog.file import default_catalog_folder
from orchestrator.adapters.files.reading.yaml_document import load_document
from scripts.generated.schemas import MODELS, schema_text
from tests.unit.adapters.files.rollout.rollouts import SOUND, spoil, write_marked

CONFIG = default_catalog_folder().parent


def validator_of(name):
    schema = json.loads(schema_text(MODELS[name]))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture(scope="module")
def validator():
    return validator_of("rollout.schema.json")


def test_every_shipped_file_names_its_schema_in_its_first_line():
    files = sorted(CONFIG.rglob("*.yaml"))
    assert CONFIG / "demo" / "organization.yaml" in files
    for file in files:
        lead, _, schema = file.read_text(encoding="utf-8").splitlines()[0].partition("=")
        assert lead == "# yaml-language-server: $schema", file
        assert (file.parent / schema).is_file(), file


def test_the_schema_accepts_what_ships(validator, tmp_path):
    validator.validate(load_document(CONFIG / "rollout.yaml").data)
    validator.validate(load_document(write_marked(tmp_path, SOUND)[0]).data)


@pytest.mark.parametrize(
    ("files", "schema"),
    [("parameters.yaml", "parameters.schema.json"), ("groups/*.yaml", "groups.schema.json"), ("profiles/*.yaml", "profile.schema.json")],
)
def test_the_schemas_of_the_catalog_accept_what_ships(files, schema):
    validator = validator_of(schema)
    for path in default_catalog_folder().glob(files):
        validator.validate(load_document(path).data)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("prefix: cado", "prefx: cado"),
        ('account: "222222222222", name: CadoResponseRole', 'account: "2222", name: CadoResponseRole'),
        ("{ou: /Workloads}", "{ou: /Workloads, name: x}"),
        ("where: hub", "where: hubb"),
        ("grant: [spoke-checks, spoke-kms]", "grant: spoke-kms"),
        ("expires_after: 30d", "expires_after: 30"),
        ("percent: 10}", "percent: 101}"),
    ],
)
def test_the_schema_refuses_what_the_program_refuses(validator, tmp_path, old, new):
    assert not validator.is_valid(load_document(write_marked(tmp_path, spoil(old, new))[0]).data)
