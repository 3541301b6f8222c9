"""What somebody writes for a recognition of their skills: purpose, competencies, examples, letter.

A draft is never refused for what is missing: it is kept as it stands. Only a text over its length
is, and then the page shows it again, so that nothing typed is lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from canut.core.errors import BadInput
from canut.core.outside_text import is_storable, read_whole

PURPOSES = ("rac", "rcmo", "other")
PROMPTS = ("context", "did", "knew", "learnt")
"""What an example says: the situation, what the person did, how they knew that it was right, what
they learnt."""
EXAMPLES = 2
MOST_COMPETENCIES = 8
LONGEST_LINE, LONGEST_TEXT = 200, 2_000


@dataclass(frozen=True, slots=True)
class Competency:
    """One competency of a programme or a norm, and what the person says of it.

    Args:
        name: as the programme or the person words it.
        skill: the skill of the passport that is set beside it; empty for none.
        witnesses: who can speak of it, one to a line.
        examples: two, each with a text for each of ``PROMPTS``.
    """

    name: str
    skill: str
    witnesses: str
    examples: tuple[Mapping[str, str], ...]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was written or picked."""
        texts = [text for example in self.examples for text in example.values()]
        return not any((self.name, self.skill, self.witnesses, *texts))


@dataclass(frozen=True, slots=True)
class Recognition:
    """A draft of the file: whom it is for, what it is for, and its competencies.

    Args:
        purpose: one of ``PURPOSES``.
        language: of the file, ``fr`` or ``en``.
        programme: programme or occupation.
        name: how the person wants to be named.
        languages: in which they work, by their own word.
        adviser, organisation: whom the letter is to.
        letter: what the person adds to it.
        credentials: numbers of the credentials to enclose; none unless ticked.
        competencies: those written so far.
    """

    purpose: str = PURPOSES[0]
    language: str = "fr"
    programme: str = ""
    name: str = ""
    languages: str = ""
    adviser: str = ""
    organisation: str = ""
    letter: str = ""
    credentials: tuple[int, ...] = ()
    competencies: tuple[Competency, ...] = ()

    def with_room(self) -> "Recognition":
        """Return it with one empty competency more, as far as there is room."""
        if len(self.competencies) >= MOST_COMPETENCIES:
            return self
        return replace(self, competencies=(*self.competencies, empty_competency()))


def empty_competency() -> Competency:
    """Return a competency of which nothing is written."""
    return Competency("", "", "", tuple(dict.fromkeys(PROMPTS, "") for _ in range(EXAMPLES)))


def read_form(form: Mapping[str, str], credentials: Sequence[str]) -> Recognition:
    """Return what a form says; names are ``name``, ``c0_name``, ``c0_e1_context``.

    Args:
        form: its fields.
        credentials: the ticked numbers, as texts.
    """

    def text(name: str) -> str:
        value = form.get(name, "").replace("\r\n", "\n").strip()
        return value if is_storable(value) else ""

    competencies = (
        Competency(
            text(f"c{at}_name"),
            text(f"c{at}_skill"),
            text(f"c{at}_witnesses"),
            tuple(
                {prompt: text(f"c{at}_e{number}_{prompt}") for prompt in PROMPTS}
                for number in range(EXAMPLES)
            ),
        )
        for at in range(MOST_COMPETENCIES)
    )
    numbers = [read_whole(number) for number in credentials]
    purpose = text("purpose")
    return Recognition(
        purpose=purpose if purpose in PURPOSES else PURPOSES[0],
        language="en" if text("language") == "en" else "fr",
        programme=text("programme"),
        name=text("name"),
        languages=text("languages"),
        adviser=text("adviser"),
        organisation=text("organisation"),
        letter=text("letter"),
        credentials=tuple(number for number in numbers if number is not None),
        competencies=tuple(each for each in competencies if not each.is_empty),
    )


def check_lengths(draft: Recognition) -> None:
    """Check that no text is over its length.

    Raises:
        BadInput: a line is over 200 characters, or a text over 2,000.
    """
    lines = [draft.programme, draft.name, draft.languages, draft.adviser, draft.organisation]
    texts = [draft.letter]
    for competency in draft.competencies:
        lines.append(competency.name)
        texts.append(competency.witnesses)
        texts += [text for example in competency.examples for text in example.values()]
    for longest, group in ((LONGEST_LINE, lines), (LONGEST_TEXT, texts)):
        over = max(map(len, group)) - longest
        if over > 0:
            raise BadInput(
                f"a text is {over} characters over {longest}",
                code="recognition-long",
                limit=longest,
                over=over,
            )


def write_draft(draft: Recognition) -> dict[str, Any]:
    """Return a draft as JSON holds it."""
    return asdict(draft)


def read_draft(stored: Mapping[str, Any]) -> Recognition:
    """Return a draft that ``write_draft`` wrote; an empty mapping is an empty draft."""
    if not stored:
        return Recognition()
    competencies = tuple(
        Competency(each["name"], each["skill"], each["witnesses"], tuple(each["examples"]))
        for each in cast("list[dict[str, Any]]", stored["competencies"])
    )
    fields: dict[str, Any] = {
        **stored,
        "competencies": competencies,
        "credentials": tuple(stored["credentials"]),
    }
    return Recognition(**fields)
