"""What a comparison may be of, what it may measure, and what has to be fixed before it opens.

Speed, time on the page, pay, appeals and refusals are no measures here: a presentation is not made
better by any of them. The number of people is computed before, and the result is looked at once.
"""

from dataclasses import dataclass
from enum import StrEnum

from canut.core.comparisons.welch import people_needed
from canut.core.errors import BadInput, Incomplete
from canut.core.participation.message_deadlines import plain_text

LONGEST_HYPOTHESIS, LONGEST_INSTRUCTIONS = 400, 20_000
LEAST_PEOPLE = 20
"""With fewer people in a group it is a try-out: nothing is claimed."""
MOST_PEOPLE = 2_000


class Subject(StrEnum):
    """What differs between the two presentations."""

    INSTRUCTIONS = "instructions"
    ORDER = "order"
    """The order of the choices."""
    PROPOSALS = "proposals"
    """Models' proposals, shown (A) or hidden (B)."""


class PersonMeasure(StrEnum):
    """What may be measured of each person."""

    RIGHT = "right"
    """Share right on tasks whose answer is known."""
    AGREEMENT = "agreement"
    """Share of answers that equal the label most others gave."""
    SKIPS = "skips"
    """Share of lent tasks skipped with a reason."""
    QUESTIONS = "questions"
    """Questions asked, of a hundred answers."""
    STRAIN = "strain"
    """How hard the work was, 1 to 5, where the person says it."""
    CHANGES = "changes"
    """Share of answers the person changed on reading again."""
    ANCHORING = "anchoring"
    """Share of planted wrong proposals that the person followed."""
    ACCESS = "access"
    """Of people with assistive technology, who finished."""


REFUSED = ("speed", "engagement", "pay", "appeals", "refusals")
"""What somebody may ask to measure, and is refused with ``measure-`` and this name."""
LOWER_IS_BETTER = frozenset(
    {PersonMeasure.SKIPS, PersonMeasure.QUESTIONS, PersonMeasure.STRAIN, PersonMeasure.ANCHORING}
)
RANGES: dict[PersonMeasure, float] = {PersonMeasure.STRAIN: 4.0, PersonMeasure.QUESTIONS: 100.0}
"""Between the lowest and the highest score of a measure; 1 for shares."""


@dataclass(frozen=True, slots=True)
class ComparisonPlan:
    """A comparison as it is fixed before it opens.

    Args:
        instructions: those of B, where instructions are compared; else empty.
        hypothesis: what is expected, and why, in a sentence or two.
        measure: a name of ``PersonMeasure``.
        margin: smallest difference that matters, in the unit of the measure.
        spread: expected standard deviation of people's scores.
    """

    subject: str
    instructions: str
    hypothesis: str
    measure: str
    margin: float
    spread: float

    @property
    def people(self) -> int:
        """People that each group needs."""
        return people_needed(self.spread, self.margin)


def check_plan(plan: ComparisonPlan, usual_instructions: str) -> ComparisonPlan:
    """Return a plan with its texts cleaned.

    Args:
        plan: as typed.
        usual_instructions: those people read now.

    Raises:
        Incomplete: no hypothesis, or no instructions to compare with.
        TooLarge: a text is too long.
        BadInput: ``measure-…`` for a measure that is refused; ``comparison-measure``,
            ``comparison-subject``, ``comparison-same``, ``comparison-margin`` or
            ``comparison-people``.
    """
    if plan.measure in REFUSED:
        raise BadInput(
            f"{plan.measure} is no measure of a presentation; choose another one",
            code=f"measure-{plan.measure}",
            field="measure",
        )
    if plan.measure not in list(PersonMeasure):
        raise BadInput(
            f"there is no measure {plan.measure!r}", code="comparison-measure", field="measure"
        )
    if plan.subject not in list(Subject):
        raise BadInput(
            f"there is nothing to compare named {plan.subject!r}",
            code="comparison-subject",
            field="subject",
        )
    hypothesis = _needed(plan.hypothesis, LONGEST_HYPOTHESIS, "hypothesis")
    instructions = ""
    if plan.subject == Subject.INSTRUCTIONS:
        instructions = _needed(plan.instructions, LONGEST_INSTRUCTIONS, "instructions")
        if instructions == usual_instructions.strip():
            raise BadInput(
                "both instructions are the same", code="comparison-same", field="instructions"
            )
    widest = RANGES.get(PersonMeasure(plan.measure), 1.0)
    if not 0 < plan.margin < widest or not 0 < plan.spread <= widest:
        raise BadInput(
            f"margin {plan.margin}, spread {plan.spread}; expected above 0, up to {widest:g}",
            code="comparison-margin",
            field="margin",
        )
    if plan.people > MOST_PEOPLE:
        raise BadInput(
            f"{plan.people} people in each group; at most {MOST_PEOPLE}: choose a larger margin",
            code="comparison-people",
            field="margin",
            needed=plan.people,
            limit=MOST_PEOPLE,
        )
    return ComparisonPlan(
        plan.subject, instructions, hypothesis, plan.measure, plan.margin, plan.spread
    )


def _needed(text: str, most: int, field: str) -> str:
    """Return a text cleaned; refuse an empty one."""
    if not text.strip():
        raise Incomplete(f"{field} is empty; write it", code="comparison-unsaid", field=field)
    return plain_text(text, most)
