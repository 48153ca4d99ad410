"""AWS repeats values it does not like. Here external ids become their fingerprints before a person or a file sees them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from orchestrator.errors import AwsError
from orchestrator.model.outcome import Failure, Progress


class Discretion:
    """Knows the secrets, in order not to tell them. ``secrets`` maps fingerprints to external ids."""

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

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Errors raised inside come out without secrets."""
        try:
            yield
        except AwsError as error:
            error.message = self.hide(error.message)
            error.args = (error.message,)
            raise

    def _hide_in_failure(self, failure: Failure) -> Failure:
        return replace(failure, reason=self.hide(failure.reason))
