"""Name the risks of content: five severities and the categories, with their texts.

People read these texts before they accept anything; ``exposure`` limits how much of it they see.
"""

from canut.core.bilingual import Bilingual
from canut.core.errors import BadInput
from canut.core.protection.exposure import MOST_SEVERE

SEVERITIES: tuple[Bilingual, ...] = (
    Bilingual("calm: nothing hard to look at", "calme : rien d’éprouvant"),
    Bilingual("mild: may be unpleasant at times", "léger : parfois désagréable"),
    Bilingual("moderate: upsetting for many people", "modéré : pénible pour beaucoup"),
    Bilingual("strong: violence, hatred or suffering", "fort : violence, haine ou souffrance"),
    Bilingual("extreme: lasting marks are possible", "extrême : peut marquer durablement"),
)

CATEGORIES: dict[str, Bilingual] = {
    "violence": Bilingual("violence and injuries", "violence et blessures"),
    "hate": Bilingual("hatred and insults", "haine et insultes"),
    "sexual": Bilingual("sexual content", "contenus sexuels"),
    "abuse": Bilingual("abuse of people", "maltraitance de personnes"),
    "self-harm": Bilingual("suicide and self-harm", "suicide et automutilation"),
    "death": Bilingual("death and accidents", "mort et accidents"),
    "animals": Bilingual("cruelty to animals", "cruauté envers les animaux"),
    "medical": Bilingual("illness and surgery", "maladie et chirurgie"),
    "other": Bilingual("other hard material", "autres contenus éprouvants"),
}


def check_risk(severity: int, categories: list[str]) -> list[str]:
    """Return the categories in order, without duplicates.

    Raises:
        BadInput: a severity or category is unknown, or a severity of 1 or more has no category.
    """
    if not 0 <= severity <= MOST_SEVERE:
        raise BadInput(
            f"severity {severity}; choose one of 0 to {MOST_SEVERE}", code="risk-severity"
        )
    unknown = set(categories) - CATEGORIES.keys()
    if unknown:
        raise BadInput(
            f"no category {', '.join(sorted(unknown))}; choose among {', '.join(CATEGORIES)}",
            code="risk-category",
        )
    if severity and not categories:
        raise BadInput(
            "say what kind of material is hard to look at, so that people can choose",
            code="risk-category-missing",
        )
    return [name for name in CATEGORIES if name in categories] if severity else []
