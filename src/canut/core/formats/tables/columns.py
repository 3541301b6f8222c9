"""Columns of a written file, and the cells of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

type Cell = str | int | float | bool | None
type Batch = Sequence[Sequence[Cell]]
type Kind = Literal["text", "whole", "number", "yes-no"]


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of a written file and the type of its cells."""

    name: str
    kind: Kind = "text"
