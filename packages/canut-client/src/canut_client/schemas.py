"""Objects the API returns, as dataclasses.

Each class has the members of the JSON object of the same subject; its own number or name is always
``id``, whatever the JSON member is called. A member the server adds later is ignored.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from canut_client.notebook import Shown
from canut_client.protocol import JsonValue

Schema = TypeVar("Schema")
TypeHint = Any  # a class, or a list or union of classes


@dataclass(frozen=True, slots=True)
class Organisation(Shown):
    """An organisation that may own projects."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Key(Shown):
    """The API key of this client, and what it may do."""

    id: int
    name: str
    prefix: str
    role: str
    organisation: Organisation | None
    project: str | None
    simulated: bool
    expires_at: str


@dataclass(frozen=True, slots=True)
class Question(Shown):
    """One version of the question."""

    version: int
    schema: dict[str, Any]
    instructions: str
    at: str


@dataclass(frozen=True, slots=True)
class Rate(Shown):
    """One version of the price of an answer, in millionths of the currency."""

    version: int
    piece_micro: int
    hourly_micro: int
    task_ms: int
    currency: str
    at: str


@dataclass(frozen=True, slots=True)
class Count(Shown):
    """Published tasks by state; ``people``: workers who hold leases now."""

    to_do: int
    in_hand: int
    closed: int
    people: int


@dataclass(frozen=True, slots=True)
class Project(Shown):
    """A project; a list leaves out aims, severity, question, rate and progress.

    ``id`` is its name in addresses.
    """

    id: str = field(metadata={"member": "project"})
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
class Cost(Shown):
    """The funds a project needs and has, in millionths of the currency.

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
class Import(Shown):
    """The state of an import of rows; ``name``: of its file."""

    id: int
    state: str
    tasks: int
    set_aside: int
    failure: str | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class RowProblem(Shown):
    """Why one row of an import was set aside; ``line`` is that of the file."""

    line: int
    column: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class AnswerLine(Shown):
    """One answer to a task; ``worker`` is a pseudonym."""

    id: int
    worker: str
    author_kind: str
    values: dict[str, Any]
    counted: bool
    surplus: bool
    at: str


@dataclass(frozen=True, slots=True)
class Task(Shown):
    """A task and its state; ``answers`` only where one task is fetched."""

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
class TaskToAnswer(Shown):
    """A task as a worker sees it."""

    id: int
    key: str
    data: dict[str, str]


@dataclass(frozen=True, slots=True)
class Proposal(Shown):
    """A label proposed by a model, and the model."""

    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Lease(Shown):
    """A task reserved for this worker until ``expires_at``."""

    id: int = field(metadata={"member": "lease"})
    task: TaskToAnswer
    question_version: int
    practice: bool
    severity: int
    veiled: bool
    proposal: Proposal | None
    lent_at: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class HeldBack(Shown):
    """Why a protection limit allows no more tasks now."""

    why: str
    text: str
    until: str | None


@dataclass(frozen=True, slots=True)
class Leases(Shown):
    """All open leases of this worker, oldest first; ``left``: whether there may be more tasks."""

    leases: list[Lease]
    left: bool
    held_back: HeldBack | None


@dataclass(frozen=True, slots=True)
class HeldUp(Shown):
    """Why no task was leased with an answer that was accepted."""

    code: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Receipt(Shown):
    """The receipt of an answer, whose number is ``id``; ``repeated``: it was stored before.

    ``promise``: the signed receipt of its entry in the ledger; store it. ``next``: the open leases,
    where tasks were requested with the answer; ``held_up``: why none was leased.
    """

    id: int = field(metadata={"member": "answer"})
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
class RefusedAnswer(Shown):
    """An answer of a batch that was refused."""

    key: str
    code: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Receipts(Shown):
    """The receipts of a batch of answers, and the refusals."""

    receipts: list[Receipt]
    refused: list[RefusedAnswer]


@dataclass(frozen=True, slots=True)
class Answer(Shown):
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
class Prelabel(Shown):
    """What a model said of a task; ``score``: how sure it was, 0 to 1."""

    key: str
    label: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class PrelabelProblem(Shown):
    """Why a pre-label cannot be stored; ``row`` is its place, from 1."""

    row: int
    column: str
    code: str
    text: str

    def after(self, rows: int) -> "PrelabelProblem":
        """Return the same problem in a list that has so many rows before."""
        return replace(self, row=self.row + rows)


@dataclass(frozen=True, slots=True)
class Prelabels(Shown):
    """How many pre-labels were stored, and why the first batch that was not could not be."""

    stored: int
    problems: list[PrelabelProblem]


@dataclass(frozen=True, slots=True)
class Result(Shown):
    """A task's label; ``confidence`` is the chance that it is right, as estimated."""

    task: int
    key: str
    label: str | None
    confidence: float | None
    answers: int
    done: bool


@dataclass(frozen=True, slots=True)
class Known(Shown):
    """A task whose right answer is known."""

    task: int
    key: str
    known: str


@dataclass(frozen=True, slots=True)
class Unsure(Shown):
    """A task whose label is less sure than what counts as sure."""

    task: int
    key: str
    labels: list[str]
    confidence: float


@dataclass(frozen=True, slots=True)
class Estimate(Shown):
    """The state of the estimate of the labels, and its inputs."""

    state: str
    answers: int
    tasks: int
    at: str | None


@dataclass(frozen=True, slots=True)
class CurvePoint(Shown):
    """A measured point of a curve with its 95 % interval; shares go from 0 to 1."""

    answers_per_task: float
    part: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast(Shown):
    """What more answers bring: shares of right labels, with 95 % intervals."""

    now: float
    then: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float


@dataclass(frozen=True, slots=True)
class Purchase(Shown):
    """A number of answers, their price and what they bring; ``reach`` says how far it goes."""

    reach: str
    answers: int
    new_tasks: int
    beyond_plan: bool
    price_micro: int | None
    currency: str | None
    forecast: Forecast | None


@dataclass(frozen=True, slots=True)
class ModelPoint(Shown):
    """How right the model was on tasks held out, after so many answers to learn from."""

    answers: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ModelCurve(Shown):
    """A model's measured points, and what 1,000 more answers would make of it."""

    name: str
    version: str
    points: list[ModelPoint]
    ahead: ModelPoint | None
    takes_over: float | None


@dataclass(frozen=True, slots=True)
class NextAnswers(Shown):
    """What a project's next answers buy; ``status`` says why nothing can be said of some."""

    status: str
    measure: str | None
    target: float
    answers: int
    newer: int
    missing_answers: int
    missing_tasks: int
    checked: int
    at: str | None
    by_arrival: list[CurvePoint]
    by_depth: list[CurvePoint]
    purchases: list[Purchase]
    model: ModelCurve | None


@dataclass(frozen=True, slots=True)
class Export(Shown):
    """An export; its file is stored for a week."""

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
class Member(Shown):
    """One role of one person or program; ``through_organisation``: so it ends there."""

    id: int
    name: str
    role: str
    program: bool
    through_organisation: bool
    since: str


@dataclass(frozen=True, slots=True)
class Access(Shown):
    """What gives access in a project: numbers of links and keys, names of the rest."""

    invitations: list[int]
    keys: list[int]
    webhooks: list[str]
    endpoints: list[str]


@dataclass(frozen=True, slots=True)
class MemberAccess(Shown):
    """One role, and what its holder knows or created that gives access."""

    id: int
    name: str
    role: str
    program: bool
    through_organisation: bool
    since: str
    access: Access


@dataclass(frozen=True, slots=True)
class Removal(Shown):
    """What was closed with a role, and what was left open."""

    closed: Access
    open: Access


@dataclass(frozen=True, slots=True)
class Flag(Shown):
    """A worker's report about a task."""

    id: int
    task: int
    key: str
    worker: str
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Decision(Shown):
    """A person's decision about a worker of the project."""

    id: int
    kind: str
    code: str
    worker: str | None
    answer: int | None
    at: str
    undone_at: str | None


@dataclass(frozen=True, slots=True)
class Webhook(Shown):
    """A webhook; ``waiting``: messages still to be sent, up to 1,000."""

    id: int
    url: str
    events: list[str]
    state: str
    organisation: bool
    failures: int
    waiting: int
    created_at: str


@dataclass(frozen=True, slots=True)
class WebhookMade(Webhook):
    """A webhook with its secret, which is shown once."""

    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivery(Shown):
    """One message of a webhook and the result of its last attempt."""

    id: int
    message: str
    type: str
    body: dict[str, Any]
    state: str
    attempts: int
    code: int | None
    error: str | None
    response: str
    created_at: str
    tried_at: str | None
    next_at: str | None


@dataclass(frozen=True, slots=True)
class Invitation(Shown):
    """A link that gives a role in a project to the person who opens it."""

    id: int
    link: str
    role: str
    note: str
    uses: int
    max_uses: int
    expires_at: str
    revoked_at: str | None


def parse(schema: type[Schema], json_object: dict[str, Any]) -> Schema:
    """Build an object of a class from a JSON object; the default stands in for a missing member."""
    return schema(
        **{
            name: _value(hint, json_object[member])
            for name, member, hint in _members(cast("Hashable", schema))
            if member in json_object
        }
    )


@cache
def _members(schema: Hashable) -> list[tuple[str, str, TypeHint]]:
    """List name, JSON member and type of each field of a class."""
    hints = get_type_hints(schema)
    return [
        (part.name, part.metadata.get("member", part.name), hints[part.name])
        for part in fields(cast("Any", schema))
    ]


def _value(hint: TypeHint, value: JsonValue) -> JsonValue:
    if value is None:
        return None
    if get_origin(hint) in {Union, UnionType}:
        hint = next(option for option in get_args(hint) if option is not type(None))
    origin: object = get_origin(hint)
    if origin is list:
        (inner,) = get_args(hint)
        return [_value(inner, element) for element in value]
    return parse(cast("type[Any]", hint), value) if is_dataclass(hint) else value
