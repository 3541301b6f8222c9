"""Bodies of the API about projects: requests and responses."""

from typing import Annotated, Any, Literal

from pydantic import Field

from canut.actions.work.project_state import REASON_LENGTH
from canut.web.kit.api.schemas import (
    BIGGEST,
    EXAMPLE_MOMENT,
    Into,
    Named,
    Number,
    Out,
    Short,
    Text,
    Whole,
)


class AimsIn(Into):
    """Why the project exists, for whom, what could go wrong, and whose material it is."""

    business: Text = Field(examples=["Sort reviews by how they feel."])
    social: Text = Field(examples=["Readers find the review that helps them."])
    ethical: Text = Field(examples=["A wrong label hurts nobody."])
    whose: Text = Field(examples=["The customers of the shop."])
    consent: Text = Field(examples=["They agreed to publish."])
    paid: Text = Field(examples=["Nobody was paid for the reviews."])


class ProjectIn(Into):
    """A project to create."""

    title: Annotated[str, Field(min_length=1, max_length=120)] = Field(examples=["Reviews"])
    organisation: Number | None = Field(
        None, description="In whose name; the key's own where left out."
    )
    own_staff: bool = Field(default=False, description="Whoever answers is paid elsewhere.")


class ChangesIn(Into):
    """Changes of a project; omitted fields stay as they are."""

    title: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    own_staff: bool | None = Field(None, description="Only while the project is a draft.")
    lease_seconds: Annotated[int, Field(ge=1, le=BIGGEST)] | None = Field(
        None, description="How long a task is lent, 60 to 86400."
    )


class OverlapIn(Into):
    """The number of answers per task."""

    overlap: Annotated[int, Field(ge=1, le=100)] = Field(examples=[3])


class ReasonIn(Into):
    """Why a project's state changes."""

    reason: Annotated[str, Field(max_length=REASON_LENGTH)] = Field(
        "",
        description="It stays in the project's history; pausing, closing and resuming need one.",
        examples=["The file was wrong."],
    )


class QuestionIn(Into):
    """The new question; earlier answers keep the version they were given under."""

    # `schema` is a name of pydantic's own; in JSON the field is called so all the same.
    asked: dict[str, Any] = Field(
        alias="schema",
        examples=[
            {
                "questions": [
                    {
                        "id": "q",
                        "kind": "choice",
                        "ask": "Positive or negative?",
                        "multiple": False,
                        "choices": [{"value": "positive"}, {"value": "negative"}],
                    }
                ],
                "show": [{"column": "text", "as": "text"}],
            }
        ],
    )
    instructions: Text = ""


class RateIn(Into):
    """The price of an answer, or an hourly price and the time of a task."""

    currency: Annotated[str, Field(min_length=3, max_length=3)] = Field(examples=["CAD"])
    piece_micro: Whole = Field(0, description="Millionths of the currency.", examples=[210_000])
    hourly_micro: Whole = 0
    task_ms: Annotated[int, Field(ge=0, le=86_400_000)] = 0
    floor_micro: Whole | None = Field(None, description="The least an hour may bring.")


class RiskIn(Into):
    """How hard the material is to look at."""

    severity: Annotated[int, Field(ge=0, le=4)] = Field(examples=[0])
    categories: Annotated[list[Short], Field(max_length=40)] = Field(default_factory=list)
    modality: Literal["text", "audio", "image", "video"] = "text"
    column: Short = Field("", description="The column that says it of each task.")


class PartyIn(Into):
    """An intermediary between the client and the worker."""

    role: Literal["intermediary", "operator", "undisclosed"]
    share_micro: Whole
    name: Short = ""
    country: Annotated[str, Field(max_length=2)] = ""


class ChainBody(Into):
    """Who pays, and the intermediaries."""

    client: Short = Field(examples=["Les Soies"])
    country: Annotated[str, Field(max_length=2)] = Field("", examples=["CA"])
    price_micro: Whole | None = None
    between: Annotated[list[PartyIn], Field(max_length=12)] = Field(default_factory=list)
    purpose_hidden: Short = ""


class QuestionOut(Out):
    """One version of the question."""

    version: int
    asked: dict[str, Any] = Field(alias="schema")
    instructions: str
    at: str = Field(examples=[EXAMPLE_MOMENT])


class RateOut(Out):
    """One version of the price of an answer, in millionths of the currency."""

    version: int
    piece_micro: int
    hourly_micro: int
    task_ms: int
    currency: str
    at: str


class ProgressOut(Out):
    """Published tasks by what they still need; `people` hold leases."""

    to_do: int
    in_hand: int
    closed: int
    people: int


class ProjectLine(Out):
    """A project in a list."""

    project: str = Field(description="Its name in addresses.", examples=["reviews"])
    title: str
    state: Literal["draft", "pilot", "open", "paused", "closed"]
    organisation: Named
    overlap: int
    lease_seconds: int
    own_staff: bool
    simulated: bool
    created_at: str
    opened_at: str | None


class ProjectOut(ProjectLine):
    """A project with its question, pay and aims."""

    aims: dict[str, str]
    severity: int | None
    question: QuestionOut | None
    rate: RateOut | None
    progress: ProgressOut


class ProjectPage(Out):
    """Projects, newest first."""

    items: list[ProjectLine]
    next: str | None


class Organisations(Out):
    """The organisations in whose name the key may create projects."""

    items: list[Named]


class EstimateOut(Out):
    """What the last estimate used; large projects are estimated by a job."""

    state: Literal["waiting", "done"]
    answers: int = Field(description="0 before the first estimate is there.")
    tasks: int
    at: str | None


class AskedOut(Out):
    """The maximum number of answers, by purpose."""

    tasks: int = Field(description="Asked like any other; each gets `least` to `most` answers.")
    least: int
    most: int
    likely_each: float = Field(description="Answers a task is likely to get.")
    more: int = Field(description="Asked of single tasks beyond that.")
    practice: int
    gold: int
    audits: int = Field(description="To closed tasks that are asked once more.")


class LooksOut(Out):
    """The maximum number of reviews and their cost."""

    count: int
    share: float = Field(description="The part of the tasks that is expected to be reviewed.")
    look_ms: int = Field(description="How long one takes; 0 where nobody knows.")
    is_measured: bool
    micro: int


class NeedOut(Out):
    """The required funds by part, in millionths of the currency."""

    answers: int = Field(description="How many may be paid, at most.")
    asked: AskedOut
    pay_micro: int
    hours_micro: int
    top_up_micro: int = Field(description="Reserve for who would stay under their floor.")
    basis: Literal["declared", "pilot", "no-floor"] = Field(description="What that rests on.")
    reviews: LooksOut | None = Field(description="None where nobody is paid to review.")
    contributions_micro: int
    total_micro: int
    likely_micro: int | None = Field(description="Less, where tasks are asked until sure.")


class CostOut(Out):
    """The required funds before work can start, and the available ones."""

    currency: str | None = Field(description="None where nobody is paid here.")
    need: NeedOut | None
    deposited_micro: int
    locked_micro: int
    spent_micro: int
    free_micro: int
    missing_micro: int = Field(description="What must still come in.")
