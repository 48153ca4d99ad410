"""Examples render the same few templates over and over; each is rendered once."""

from functools import cache

import pytest

from orchestrator.planning import definitions
from orchestrator.templates import group_set_template, role_template
from tests.properties.strategies import CATALOGS


@pytest.fixture(scope="session", autouse=True)
def templates_rendered_once():
    known = {id(catalog): flavour for flavour, catalog in CATALOGS.items()}
    rendered = cache(lambda flavour, name: group_set_template(CATALOGS[flavour], name))

    def render(catalog, name):
        return rendered(known[id(catalog)], name) if id(catalog) in known else group_set_template(catalog, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(definitions, "group_set_template", render)
        patch.setattr(definitions, "role_template", cache(role_template))
        yield
