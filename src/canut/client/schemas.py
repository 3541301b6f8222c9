"""What the server answers, as plain values.

A field the server adds later is left out here rather than refused.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


type Told = Any  # what JSON gave


@dataclass(frozen=True, slots=True)
class Organisation:
    """In whose name projects are begun."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Key:
    """The key that asks, and what it may do."""

    id: int
    name: str
    prefix: str
    role: str
    organisation: Organisation | None
    project: str | None
    simulated: bool
    expires_at: str


@dataclass(frozen=True, slots=True)
class Question:
    """One version of what is asked."""

    version: int
    schema: dict[str, Any]
    instructions: str
    at: str


@dataclass(frozen=True, slots=True)
class Rate:
    """One version of what an answer pays, in millionths of the currency."""

    version: int
    piece_micro: int
    hourly_micro: int
    task_ms: int
    currency: str
    at: str


@dataclass(frozen=True, slots=True)
class Count:
    """Published tasks by what they still need; ``people`` hold some now."""

    to_do: int
    in_hand: int
    closed: int
    people: int


@dataclass(frozen=True, slots=True)
class Project:
    """A project; in lists without what it is for, asks, pays and how far it is."""

    project: str
    title: str
    state: str
    organisation: Organisation
    overlap: int
    lease_seconds: int
    own_staff: bool
    simulated: bool
    created_at: str
    opened_at: str | None
    aims: dict[str, str] = field(default_factory=dict)
    severity: int | None = None
    question: Question | None = None
    rate: Rate | None = None
    progress: Count | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a project needs before anybody works, and what is there, in millionths.

    ``need`` has the parts: ``answers``, ``asked``, ``pay_micro``, ``hours_micro``,
    ``top_up_micro``, ``reviews``, ``contributions_micro``, ``total_micro`` and ``likely_micro``;
    None where nobody is paid here.
    """

    currency: str | None
    need: dict[str, Any] | None
    deposited_micro: int
    locked_micro: int
    spent_micro: int
    free_micro: int
    missing_micro: int


@dataclass(frozen=True, slots=True)
class Import:
    """What became of rows that were sent."""

    id: int
    state: str
    tasks: int
    set_aside: int
    failure: str | None


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer to a task, without a name."""

    id: int
    worker: str
    author_kind: str
    values: dict[str, Any]
    counted: bool
    surplus: bool
    at: str


@dataclass(frozen=True, slots=True)
class Task:
    """A task and how it stands; ``answers`` only when it is read alone."""

    id: int
    key: str
    data: dict[str, str]
    state: str
    overlap: int
    counted: int
    live: int
    label: str | None
    confidence: float | None
    known: str | None
    answers: list[AnswerLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TaskToAnswer:
    """A task as it is shown to whoever answers."""

    id: int
    key: str
    data: dict[str, str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a model says of a task, and which; people say what they see."""

    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Lease:
    """A task lent until a moment."""

    lease: int
    task: TaskToAnswer
    question_version: int
    practice: bool
    severity: int
    veiled: bool
    proposal: Proposal | None
    lent_at: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What protects the worker from more tasks now."""

    why: str
    text: str
    until: str | None


@dataclass(frozen=True, slots=True)
class Leases:
    """Every task the program holds, oldest first; ``left``: whether to ask again."""

    leases: list[Lease]
    left: bool
    held_back: HeldBack | None


@dataclass(frozen=True, slots=True)
class HeldUp:
    """Why no tasks were lent with an answer that was kept."""

    code: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an answer; ``repeated``: it had been kept before.

    ``promise``: the signed receipt of its entry in the ledger, to be kept. ``next``: the tasks held
    now, where they were asked for with the answer; ``held_up``: why none were lent.
    """

    answer: int
    key: str
    counted: bool
    surplus: bool
    replaced: str | None
    repeated: bool
    piece_micro: int
    currency: str
    elapsed_ms: int
    promise: str | None = None
    next: Leases | None = None
    held_up: HeldUp | None = None


@dataclass(frozen=True, slots=True)
class RefusedAnswer:
    """An answer of several that was not kept."""

    key: str
    code: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Receipts:
    """A receipt for every answer that was kept, a reason for every other."""

    receipts: list[Receipt]
    refused: list[RefusedAnswer]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, with its task and time."""

    id: int
    task: int
    task_key: str
    worker: str
    author_kind: str
    values: dict[str, Any]
    question_version: int
    key: str
    counted: bool
    surplus: bool
    elapsed_ms: int
    at: str


@dataclass(frozen=True, slots=True)
class Result:
    """A task's label; ``confidence`` is the chance that it is right, as estimated."""

    task: int
    key: str
    label: str | None
    confidence: float | None
    answers: int
    done: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A task whose right answer is known."""

    task: int
    key: str
    known: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """A task whose label is less sure than what counts as sure."""

    task: int
    key: str
    labels: list[str]
    confidence: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the labels were estimated from."""

    state: str
    answers: int
    tasks: int
    at: str | None


@dataclass(frozen=True, slots=True)
class Export:
    """A file that was asked for, and whether it is there; it is kept a week."""

    id: int
    what: str
    form: str
    state: str
    size_bytes: int | None
    failure: str | None
    asked_at: str
    done_at: str | None
    card: int | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that gives a role in a project to whoever opens it."""

    id: int
    link: str
    role: str
    note: str
    uses: int
    max_uses: int
    expires_at: str
    revoked_at: str | None


def read[Shape](kind: type[Shape], told: dict[str, Any]) -> Shape:
    """Read one value out of what JSON gave."""
    hints = _hints(cast("Hashable", kind))
    return kind(**{name: _value(hint, told[name]) for name, hint in hints.items() if name in told})


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    found = cast("type[DataclassInstance]", kind)
    hints = get_type_hints(found)
    return {one.name: hints[one.name] for one in fields(found)}


def _value(hint: Told, told: Told) -> Told:
    if told is None:
        return None
    if get_origin(hint) in {Union, UnionType}:
        hint = next(one for one in get_args(hint) if one is not type(None))
    origin: object = get_origin(hint)
    if origin is list:
        (inner,) = get_args(hint)
        return [_value(inner, one) for one in told]
    return read(cast("type[Any]", hint), told) if is_dataclass(hint) else told
