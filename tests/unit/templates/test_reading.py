import pytest

from orchestrator.templates.reading import read_template

LEVELS = ["[{}]", "{{<<: [{}]}}", "{{k: [{}]}}"]


@pytest.mark.parametrize("level", LEVELS, ids=["lists", "merge keys", "mappings"])
def test_a_deployed_template_of_aliases_inside_aliases_is_one_that_cannot_be_read(level):
    levels = "".join(f"l{n}: &l{n} {level.format(', '.join([f'*l{n - 1}'] * 10))}\n" for n in range(1, 30))
    assert read_template("Resources: {}\nl0: &l0 {x: y}\n") == {"Resources": {}, "l0": {"x": "y"}}
    assert read_template(f"Resources: {{}}\nl0: &l0 {{x: y}}\n{levels}") == {}
