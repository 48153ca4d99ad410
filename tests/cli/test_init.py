"""`init` writes a starter configuration, and never over a file."""

import shutil
from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.organization import ROLLOUT


def test_init_never_overwrites(run: Run):
    answer = run("init", "--format", "json")
    assert (answer.code, answer.json["kept"]) == (0, ["config/rollout.yaml"])
    assert Path("config/rollout.yaml").read_text(encoding="utf-8") == ROLLOUT


def test_what_init_writes_is_valid(run: Run):
    shutil.rmtree("config")
    answer = run("init")
    assert (answer.code, "wrote config/rollout.yaml" in answer.out) == (0, True), answer.err
    assert "wrote config/permissions/operator.json" in answer.out
    assert "orchestrator validate" in answer.out
    assert ".orchestrator/" in Path("config/.gitignore").read_text(encoding="utf-8")
    answer = run("validate")
    assert answer.code == 1
    account, same, bucket = answer.out.splitlines()[:3]
    assert (
        account == 'config/rollout.yaml:18:14: roles.platform.account: "222222222222" is the starter\'s. Write the id of your hub account.'
    )
    assert same.startswith("config/rollout.yaml:21:14: roles.acquisition.account")
    assert "parameters.platform_bucket: \"my-platform-bucket\" is the starter's. Write the name of your platform's bucket" in bucket
    starter = Path("config/rollout.yaml")
    own = (
        starter.read_text(encoding="utf-8").replace('"222222222222"', '"100000002002"').replace("my-platform-bucket", "forensics-evidence")
    )
    starter.write_text(own, encoding="utf-8")
    assert run("validate").code == 0
