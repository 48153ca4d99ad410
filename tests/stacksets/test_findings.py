from dataclasses import replace

import pytest

from orchestrator.analysis import Rule, analyse, oversized, sizes, unexplained
from orchestrator.model.catalog import AcceptedFinding
from scripts.generated.catalogs import PROFILES, action_data, catalog


@pytest.mark.parametrize("profile", PROFILES)
def test_every_finding_of_the_shipped_catalog_is_explained(profile):
    found = unexplained(analyse(catalog(profile), action_data()))
    assert [(finding.rule, finding.sid, finding.action, finding.message) for finding in found] == []


@pytest.mark.parametrize("profile", PROFILES)
def test_the_shipped_catalog_fits_at_its_worst(profile):
    measured = sizes(catalog(profile))
    assert oversized(measured) == ()


def test_a_reason_that_outlives_its_finding_is_an_error():
    classic = catalog("classic")
    idle = AcceptedFinding("overbroad", next(iter(classic.groups)), ("s3:GetObject",), "once upon a time", location="groups.yaml:7:9")
    found = unexplained(analyse(replace(classic, accepted=(*classic.accepted, idle)), action_data()))
    assert [(finding.rule, finding.action, finding.location) for finding in found] == [
        (Rule.STALE_ACCEPTANCE, "s3:GetObject", "groups.yaml:7:9")
    ]


def test_without_reasons_every_group_that_reaches_everything_is_named():
    found = unexplained(analyse(replace(catalog("classic"), accepted=()), action_data()))
    high = {finding.group for finding in found if finding.severity == "high"}
    assert {"RequiredForMemoryForensics", "RequiredForEcsImport", "RequiredForResponseActionIsolateRole"} <= high
