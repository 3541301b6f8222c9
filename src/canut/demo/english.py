"""The demo's texts in English, by the French that is stored: what an English reader is shown.

The demo's projects are written in French, as a requester's are written in the requester's language.
A demo has readers of both, so its pages show these instead (``reader_language``); what is stored,
signed or downloaded stays as written. Texts of several lines are given line by line, as pages break
them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from canut.demo import comment_texts, month, paid_month, sample_projects, sample_reviews, texts

ALONE = {
    "sans objet": "not applicable",
    "Bobine": "Bobbin",
    "Personne": "Person",
    "Lieu": "Place",
}
"""Short texts that are also words of other sentences: replaced only where nothing else stands."""
_TITLES = {
    texts.TITLE: "Handwritten digits",
    texts.ORGANISATION: "The digit workshop (simulated)",
    texts.OPERATOR: "Canut, demonstration",
    sample_reviews.TITLE: "Visitors’ reviews",
    sample_reviews.ORGANISATION: "Office of outings (simulated)",
    comment_texts.TITLE: "Comments to moderate",
}
_PEOPLE = {
    "Camille (démo)": "Camille (demo)",
    "Dominique (démo)": "Dominique (demo)",
    "Alix (démo)": "Alix (demo)",
    paid_month.COMMITTEE_NAME: "Sacha (appeals committee)",
    "Mois, ": "Month, ",
    "(démonstration)": "(demonstration)",
}
_LABELS = {
    "Illisible": "Unreadable",
    "Du bien": "Good things",
    "Du mal": "Bad things",
    "Les deux": "Both",
    "Le publier": "Publish it",
    "Le masquer": "Hide it",
    "Alerter une personne": "Alert a person",
    "Métier qui bat": "Loom beating",
}
_DIGIT_AIMS = {
    "business": "Label 1,797 digits to train and measure a model that reads forms. Demonstration: "
    "nobody waits for the result.",
    "social": "For whoever discovers Canut: see the whole way, from the file to labels that are "
    "checked and paid. People and amounts are simulated.",
    "ethical": "Risk: repetitive work that is paid too little, and handwriting used again without "
    "its authors knowing. Here: short tasks, “Unreadable” accepted and paid, a break at any time; "
    "each picture is reduced to 64 points, without name or letter.",
    "whose": "The handwriting of 43 people, collected for this set: Optical Recognition of "
    "Handwritten Digits, E. Alpaydin and C. Kaynak (1998), UCI Machine Learning Repository, "
    "CC BY 4.0, as scikit-learn distributes it.",
}
_REVIEW_AIMS = {
    "business": "Sort 5,400 reviews so that the office knows where to act. Demonstration: nobody "
    "waits for the result.",
    "social": "Show a month of paid work: time, pay, statements, a decision that is contested. "
    "People and amounts are simulated.",
    "ethical": "Risk: reading fast to earn more. Here, time is measured, and paid at the floor at "
    "least.",
    "whose": "Texts made by Canut, from parts of sentences.",
}
_COMMENT_AIMS = {
    "business": "Choose which comments of a local paper appear. Demonstration: nobody waits for "
    "the result.",
    "social": "Show how hard content is announced, limited and chosen. People and amounts are "
    "simulated.",
    "ethical": "Risk: reading insults all day. Here, each comment has its level, a calm one comes "
    "between two others, and limits hold for each person.",
    "whose": "Texts made by Canut, from parts of sentences.",
}
_SAMPLE_AIMS = {
    "business": "Try other kinds of question than a choice. Demonstration: nobody waits for the "
    "result.",
    "social": "For whoever discovers Canut: mark a picture, a text, a sound.",
    "ethical": "Nothing sensitive, nobody is described in it.",
    "whose": "Made by Canut: drawings, sentences and sounds come from a program.",
}
_DIGIT_INSTRUCTIONS = """\
Say which digit was written by hand.

The picture is 8 points wide: it is enlarged and stays blurred. Look at the stroke as a whole.

- A 7 may be crossed, a 1 may have a foot.
- An open 9 looks like a 3, a narrow 8 like a 1: take the likelier.
- If two digits seem equally likely, answer “Unreadable”: it is a real answer, paid like the others.
"""
_REVIEW_INSTRUCTIONS = """\
Read the whole review, then say what the person thinks of the place on the whole.

- A polite reservation does not make a review mixed.
- If there is as much good as bad, say “Both”.
"""
_COMMENT_INSTRUCTIONS = """\
Read the comment, then say what the editors should do with it.

- Criticism, even sharp, is published.
- An insult is hidden.
- A threat is reported to a person.
- A comment weighs on you? Skip it, take a paid break or stop seeing this content: nobody holds it \
against you.
"""
_SAMPLES = {
    "bobines": (
        "Drawn bobbins",
        "Draw a box around each bobbin.",
        "The box follows the wooden rims. A bobbin that is partly hidden gets a box too.",
    ),
    "noms": (
        "Names and places",
        "Mark the names.",
        "First and last name together. A place is marked without “in”.",
    ),
    "metiers": (
        "Looms by ear",
        "Mark when the loom beats.",
        "From the first beat to the last; a silence of under half a second does not cut.",
    ),
}
_DECISIONS = {
    paid_month.SAYS: "The reviews are not read to the end.",
    paid_month.OBJECTS: "I read every review in full; read the last sentence again, it says the "
    "opposite.",
    paid_month.ANSWERS: "Read again: the answer follows the instructions. The decision is undone.",
    paid_month.NOTE: "transfer, demonstration",
    month.DEPOSIT: "Demonstration, invented money",
    month.MADE_UP: "demonstration, invented rate",
    month.EMPLOYER["name"]: "Canut (demonstration)",
    month.EMPLOYER["address"]: "invented address, Montreal (Quebec)",
    str(month.RULES.job): "Data labelling",
}
VALUES = {
    sample_reviews.GOOD: "favourable",
    sample_reviews.BAD: "unfavourable",
    sample_reviews.MIXED: "mixed",
    comment_texts.FINE: "publish",
    comment_texts.HIDE: "hide",
    comment_texts.ALERT: "alert",
}
"""Names of labels in the stored answers: replaced only where one is all that an element shows."""


def english_texts() -> dict[str, str]:
    """Return the English of each stored text, longest French first."""
    pairs = dict(_pairs())
    return {french: pairs[french] for french in sorted(pairs, key=len, reverse=True)}


def _pairs() -> Iterator[tuple[str, str]]:
    for some in (_TITLES, _PEOPLE, _LABELS, _DECISIONS):
        yield from some.items()
    for french, english in (
        (texts.AIMS, _DIGIT_AIMS),
        (sample_reviews.AIMS, _REVIEW_AIMS),
        (comment_texts.AIMS, _COMMENT_AIMS),
        (sample_projects.AIMS, _SAMPLE_AIMS),
    ):
        yield from ((french[name], english[name]) for name in english)
    for stored, lines in (
        (texts.INSTRUCTIONS, _DIGIT_INSTRUCTIONS),
        (sample_reviews.INSTRUCTIONS, _REVIEW_INSTRUCTIONS),
        (comment_texts.INSTRUCTIONS, _COMMENT_INSTRUCTIONS),
    ):
        for line, other in zip(stored.splitlines(), lines.splitlines(), strict=True):
            if line:
                yield line.removeprefix("- "), other.removeprefix("- ")
    yield _asked(texts.SCHEMA), "Which digit do you see?"
    yield _asked(sample_reviews.SCHEMA), "What does the person think of the place?"
    yield _asked(comment_texts.SCHEMA), "What should be done with this comment?"
    for sample in sample_projects.TRIES:
        title, ask, instructions = _SAMPLES[sample.slug]
        yield sample.title, title
        yield str(sample.question["ask"]), ask
        yield sample.instructions, instructions


def _asked(schema: Mapping[str, Any]) -> str:
    return str(schema["questions"][0]["ask"])
