"""Replaces external ids by their fingerprints in AWS's messages, which quote the values they reject."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from orchestrator.errors import AwsError
from orchestrator.model.alteration import Alteration
from orchestrator.model.identifiers import AccountId
from orchestrator.model.outcome import Failure, Progress
from orchestrator.model.state import Instance, State


class Discretion:
    """Redacts external ids. ``secrets`` maps fingerprints to external ids."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = secrets

    def hide(self, text: str) -> str:
        for mark, value in self._secrets.items():
            text = text.replace(value, mark)
        return text

    def hide_in(self, progress: Progress | None) -> Progress | None:
        if progress is None:
            return None
        return replace(progress, failures=tuple(self._hide_in_failure(failure) for failure in progress.failures))

    def hide_in_state(self, state: State) -> State:
        """Only reasons and alterations quote AWS."""
        return {place: replace(unit, instances=self._hide_in_instances(unit.instances)) for place, unit in state.items()}

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Redacts errors raised inside."""
        try:
            yield
        except AwsError as error:
            error.message = self.hide(error.message)
            error.args = (error.message,)
            error.remedy = error.remedy and self.hide(error.remedy)
            raise

    def _hide_in_failure(self, failure: Failure) -> Failure:
        return replace(failure, reason=self.hide(failure.reason), hint=self.hide(failure.hint))

    def _hide_in_instances(self, instances: Mapping[AccountId, Instance]) -> Mapping[AccountId, Instance]:
        return {account: self._hide_in_instance(instance) for account, instance in instances.items()}

    def _hide_in_instance(self, instance: Instance) -> Instance:
        if not (instance.reason or instance.alteration):
            return instance
        alteration = self._hide_in_alteration(instance.alteration) if instance.alteration else None
        return replace(instance, reason=self.hide(instance.reason), alteration=alteration)

    def _hide_in_alteration(self, alteration: Alteration) -> Alteration:
        kinds = (alteration.rewritable, alteration.lasting, alteration.harmless)
        rewritable, lasting, harmless = (tuple(map(self.hide, found)) for found in kinds)
        return replace(alteration, rewritable=rewritable, lasting=lasting, harmless=harmless)
