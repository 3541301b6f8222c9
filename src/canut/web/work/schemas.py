"""Schemas of the workbench: its initial data, requests and responses.

Written once, here: ``tools/protocol.py`` writes ``frontend/src/protocol/workbench.ts`` from it. A
field with a default may be missing: pages that a browser stored under an earlier release lack the
fields that came later.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from canut.actions.time.heartbeats import BeatIn

PREFETCH = 3
MOST_AT_ONCE = 200  # answers in one request, as of the API


def as_typescript(type_text: str) -> Meta:
    """Set the TypeScript type of a field whose Python type is less precise."""
    return Meta(extra_json_schema={"x-typescript": type_text})


LanguageCode = Annotated[str, as_typescript("Language")]
Questions = Annotated[Any, as_typescript("{ questions: Question[] }")]
Values = Annotated[dict[str, Any], as_typescript("Values")]
Drafts = Annotated[dict[str, Any], as_typescript("Drafts")]
Beats = Annotated[list[BeatIn], as_typescript("Beat[]")]


class LeaseRequest(msgspec.Struct):
    """How many tasks to lease, and the leases the page already has."""

    count: int = PREFETCH
    have: list[int] = []
    question_version: int | None = None


class SubmittedAnswer(msgspec.Struct):
    """One answer as the page stored it."""

    lease: int
    key: str
    values: Values
    question_version: int | None = None
    replaces: str | None = None
    revealed: Annotated[
        int | None, Meta(description="Thousandths of its time that a veiled picture was uncovered.")
    ] = None


class AnswersRequest(msgspec.Struct):
    """Answers in order, the heartbeats since, and the tasks to lease next."""

    answers: list[SubmittedAnswer]
    beats: Beats = []
    next: LeaseRequest | None = None


class BeatsRequest(msgspec.Struct):
    """Heartbeats only."""

    beats: Beats


class SkipRequest(msgspec.Struct):
    """A skipped task, and why."""

    lease: int
    reason: str
    text: str = ""


class FlagRequest(msgspec.Struct):
    """A report that something is wrong with a task."""

    lease: int
    text: str = ""


class DraftRequest(msgspec.Struct):
    """A draft answer; an empty one deletes it."""

    task: int
    version: int
    drafts: Drafts | None = None
    at: int = 0


class ShownText(msgspec.Struct, frozen=True, tag_field="as", tag="text"):
    """A text to judge."""

    value: str


class ShownAudio(msgspec.Struct, frozen=True, tag_field="as", tag="audio"):
    """A sound to judge."""

    url: str


class Turn(msgspec.Struct, frozen=True):
    """One turn of a conversation."""

    role: str
    text: str


class ShownTurns(msgspec.Struct, frozen=True, tag_field="as", tag="turns"):
    """A conversation to judge."""

    turns: list[Turn]


class ShownImage(msgspec.Struct, frozen=True, tag_field="as", tag="image"):
    """A picture to judge, at screen size; ``raw``: the original pixels."""

    url: str
    raw: str
    width: int
    height: int
    alt: str


class ShownPage(msgspec.Struct, frozen=True, tag_field="as", tag="page"):
    """A requester's own page, in a frame; ``received``: where its fields are asked for.

    ``hosts``: the other sites it loads from. Of a page that is on another site, ``outside`` opens
    it in a tab of its own and ``finished`` takes the person's word.
    """

    url: str
    received: str
    hosts: list[str] = []
    outside: str = ""
    finished: str = ""


Shown = ShownText | ShownAudio | ShownTurns | ShownImage | ShownPage


class TaskHelp(msgspec.Struct, frozen=True):
    """The expected answer of a practice task, by question."""

    known: Values


class Proposal(msgspec.Struct, frozen=True):
    """A model's label for a task, and the model."""

    label: str
    source: str


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A leased task with its content."""

    lease: int
    task: int
    key: str
    show: list[Shown]
    cells: Annotated[
        dict[str, Shown],
        Meta(description="What the columns hold that questions name, by column."),
    ] = {}
    practice: bool
    lent_ms: int
    expires_ms: int
    question_version: int
    help: TaskHelp | None
    severity: Annotated[int, Meta(description="How hard it is to look at, 0 to 4.")] = 0
    veiled: Annotated[bool, Meta(description="A picture to uncover by oneself.")] = False
    proposal: Proposal | None = None


class LeaseBlock(msgspec.Struct, frozen=True):
    """Why no task is leased now, as text."""

    why: str
    text: str


class RiskLabel(msgspec.Struct, frozen=True):
    """The risk of a project's tasks; ``label`` is missing if nobody set it."""

    label: int | None
    words: str
    kinds: list[str]
    levels: list[str]


class DayAccount(msgspec.Struct, frozen=True):
    """What the worker did and earned; ``today_only``: since midnight."""

    elapsed_ms: int
    earned_micro: int
    answers: int
    today_only: bool


class Progress(msgspec.Struct, frozen=True):
    """The worker's answered tasks, and the total; None if there are too many."""

    done: int
    total: int | None


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """Prices in micro-units; the hourly price is 0 if hours are not paid."""

    piece_micro: int
    by_hour_micro: int = 0
    currency: str


class QuestionVersion(msgspec.Struct, frozen=True):
    """A version of the question."""

    version: int
    schema: Questions
    instructions: str


class Aims(msgspec.Struct, frozen=True):
    """Why the work is requested."""

    business: str
    social: str
    ethical: str


class DataOrigin(msgspec.Struct, frozen=True):
    """Whose material this is, and how it was obtained.

    ``parts`` describe it gesture by gesture, in the page's language; where there are none the
    three texts do, in the project's own. ``page`` is where all of it stands.
    """

    whose: str
    consent: str
    paid: str
    parts: tuple[str, ...] = ()
    page: str = ""


class PageProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project as its workbench shows it."""

    slug: str
    title: str
    tongue: Annotated[
        str, Meta(description="The language of the project's own words; empty if unknown.")
    ] = ""
    organisation: str
    aims: Aims
    origin: DataOrigin
    simulated: bool
    own_staff: bool
    closed: Annotated[
        str, Meta(description="The state of a project that takes no answers now; else empty.")
    ] = ""
    pilot_tasks: Annotated[
        int, Meta(description="Tasks one person does at most while it is tried out; else 0.")
    ] = 0
    risk: RiskLabel | UnsetType = UNSET


class PageUrls(msgspec.Struct, frozen=True, kw_only=True):
    """The URLs that the page uses."""

    lease: str
    answers: str
    release: str
    skip: str
    flag: str
    ask: str
    beats: str
    stop: str
    signin: str
    decline: str = ""
    rest: str = ""
    harder: str = ""
    exposure: str = ""
    pack: str = ""
    begun: str = ""
    back: str = ""


class LeasedTasks(msgspec.Struct, frozen=True):
    """The leased tasks when the page opens."""

    tasks: list[Task]


class RecentAnswer(msgspec.Struct, frozen=True):
    """One of the last answers, which may be corrected."""

    key: str
    values: Values
    task: Task


class ServerDraft(msgspec.Struct, frozen=True):
    """A draft answer of a leased task, from this device or another."""

    task: int
    version: int
    drafts: Drafts
    at: int


class PackLimits(msgspec.Struct, frozen=True):
    """How many tasks a pack may hold, and for how many hours."""

    tasks: int
    hours: int


class PageData(msgspec.Struct, frozen=True, kw_only=True):
    """The initial data of the workbench."""

    language: LanguageCode
    direction: Literal["ltr", "rtl"] = "ltr"
    project: PageProject
    held_back: LeaseBlock | None = None
    support: Annotated[
        str, Meta(description="Whom to talk to, as the operator says; empty if nobody is named.")
    ] = ""
    question: QuestionVersion
    rate: Rate | None
    me: DayAccount
    measured_ms: Annotated[
        int, Meta(description="Measured time of the person's day, on all projects.")
    ] = 0
    progress: Progress | None
    leased: LeasedTasks
    begun: list[ServerDraft] = []
    pack: PackLimits | UnsetType = UNSET
    recent: list[RecentAnswer]
    csrf: str
    urls: PageUrls
    first_time: bool
    said: Annotated[
        list[tuple[str, str]],
        Meta(description="Questions of others with their answers, which everybody here reads."),
    ] = []
    person: str
    person_id: int
    session: Annotated[str, Meta(description="The page's name; beats under any other are refused.")]
    prefetch: int
    beats_alone_ms: Annotated[
        int, Meta(description="Beats without answers are sent this far apart.")
    ]


class LeaseReply(msgspec.Struct, frozen=True, kw_only=True):
    """Leased tasks that are new to the page; ``left``: whether to ask again."""

    tasks: list[Task]
    left: bool
    held_back: LeaseBlock | None = None
    question: QuestionVersion | None = None
    progress: Progress | None = None
    server_ms: int


class PackReply(LeaseReply, frozen=True, kw_only=True):
    """The tasks of a pack; ``cut``: the daily limit allowed fewer than requested."""

    until_ms: int
    leases: list[int]
    cut: bool


class Problem(msgspec.Struct, frozen=True):
    """A refusal by its code, with its title in the page's language."""

    code: str
    title: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one answer: stored, or a problem."""

    key: str
    problem: Problem | UnsetType = UNSET
    answer: int | UnsetType = UNSET
    counted: bool | UnsetType = UNSET
    surplus: bool | UnsetType = UNSET
    replaced: str | UnsetType | None = UNSET
    repeated: bool | UnsetType = UNSET
    piece_micro: int | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    elapsed_ms: int | UnsetType = UNSET
    promise: Annotated[
        str | UnsetType | None, Meta(description="The log's signed receipt, to be stored.")
    ] = UNSET


class LeaseRefusal(msgspec.Struct, frozen=True):
    """Why no tasks were leased with the answers."""

    problem: Problem


class AnswersReply(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt for each answer, and the leased tasks if requested."""

    receipts: list[Receipt]
    me: DayAccount | None = None
    progress: Progress | None = None
    next: Annotated[Any, as_typescript("LeaseReply | LeaseRefusal | null")] = UNSET


CONTRACT = (
    *(LeaseRequest, SubmittedAnswer, AnswersRequest, BeatsRequest, SkipRequest, FlagRequest),
    *(DraftRequest, PageData, LeaseReply, PackReply, AnswersReply, LeaseRefusal),
)
