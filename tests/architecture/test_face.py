"""What a program imports from the package itself."""

import subprocess
import sys
from importlib.metadata import version

import pytest

import orchestrator

HEAVY = ("boto3", "botocore", "pydantic", "rich", "ruamel", "structlog", "typer")


def test_importing_the_package_loads_nothing_heavy():
    program = "import sys, orchestrator; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "orchestrator" in loaded
    assert [name for name in loaded if name.partition(".")[0] in HEAVY or name.startswith("orchestrator.")] == []


@pytest.mark.parametrize("name", orchestrator.__all__)
def test_every_name_of_the_face_is_there_and_listed(name):
    assert getattr(orchestrator, name).__module__.startswith("orchestrator.")
    assert name in dir(orchestrator)


def test_the_version_is_that_of_the_distribution():
    assert orchestrator.__version__ == version("org-permission-orchestrator")


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = orchestrator.nothing_such
