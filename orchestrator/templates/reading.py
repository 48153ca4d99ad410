"""What a deployed template grants: read from its text, so that StackSets of any age can be compared with the catalog's."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode

Document: TypeAlias = Mapping[str, object]
"""A template as written: plain values, functions as ``{"!Ref": name}`` or as their long forms."""


class _Reader(SafeConstructor):
    """Reads short-form tags, ``!Sub``, as ``{"!Sub": …}``."""


def _construct_tag(reader: SafeConstructor, suffix: str, node: Node) -> object:
    if isinstance(node, ScalarNode):
        return {f"!{suffix}": reader.construct_scalar(node)}
    if isinstance(node, SequenceNode):
        return {f"!{suffix}": reader.construct_sequence(node, deep=True)}
    return {f"!{suffix}": reader.construct_mapping(node, deep=True)}


_Reader.add_multi_constructor("!", _construct_tag)


class _Composer(Composer):
    """Takes no aliases: ours have none, and a few of them inside each other make a short text endless."""

    def compose_node(self, parent: Node | None, index: object) -> Node | None:
        if self.parser.check_event(AliasEvent):
            raise ComposerError(problem="an alias", problem_mark=self.parser.peek_event().start_mark)
        node: Node | None = super().compose_node(parent, index)
        return node


@lru_cache(maxsize=256)
def read_template(template: str) -> Document:
    """The template as written; empty when it cannot be read."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Composer
    yaml.Constructor = _Reader
    try:
        document = yaml.load(template)
    except (YAMLError, ValueError, RecursionError):  # no such date, an alias inside itself
        return {}
    return document if isinstance(document, Mapping) else {}
