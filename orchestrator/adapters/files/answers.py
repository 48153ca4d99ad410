"""The file that ``doctor --live --out`` writes, read back for a comparison."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestrator.doctor.live.workbench import Answers
from orchestrator.errors import FileError

REMEDY = "Give a file that `orchestrator doctor --live --out FILE` wrote."


class StepEntry(BaseModel):
    """One step."""

    model_config = ConfigDict(strict=True)

    step: str
    answers: dict[str, Any]


class AnswersFile(BaseModel):
    """What a comparison needs of the file."""

    model_config = ConfigDict(strict=True)

    format: Literal[1]
    steps: Annotated[list[StepEntry], Field(min_length=1)]


def read_answers(path: Path) -> Mapping[str, Answers]:
    """Step to answers, in the order of the file. Raises FileError."""
    try:
        found = AnswersFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.", where=str(path), remedy=REMEDY) from None
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, fault["loc"]))
        raise FileError(
            f"{path} holds no answers: {place + ': ' if place else ''}{fault['msg']}.", where=str(path), remedy=REMEDY
        ) from None
    return {entry.step: entry.answers for entry in found.steps}
