"""The class of each automated system under the European rules on artificial intelligence.

It is our own reading of Regulation (EU) 2024/1689, and says why; no jurist has confirmed it. A rule
that people wrote and that infers nothing is no AI system (article 3(1)); what watches or rates
people at work is high-risk (annex III, 4(b)), and a system that might be is treated as one.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from canut.core.bilingual import Bilingual


class AiClass(StrEnum):
    """The classes that occur here."""

    NOT_AI = "not_ai"
    MINIMAL = "minimal"
    HIGH_RISK = "high_risk"


class AiReading(NamedTuple):
    """A class, and why."""

    ai_class: AiClass
    reason: Bilingual


_LIMIT = Bilingual(
    "A fixed limit that people wrote; it infers nothing.",
    "Une limite fixe, écrite par des personnes ; elle n’infère rien.",
)
_RATES = Bilingual(
    "It estimates from answers how carefully a person works. A person reads it before anything"
    " follows, but it watches people at work.",
    "Elle estime, d’après les réponses, le soin d’une personne. Une personne la lit avant toute"
    " suite, mais elle surveille des personnes au travail.",
)
READINGS: Mapping[str, AiReading] = {
    "caps": AiReading(AiClass.NOT_AI, _LIMIT),
    "exposure": AiReading(AiClass.NOT_AI, _LIMIT),
    "hours": AiReading(AiClass.NOT_AI, _LIMIT),
    "careless": AiReading(AiClass.HIGH_RISK, _RATES),
    "known": AiReading(AiClass.HIGH_RISK, _RATES),
    "practice": AiReading(
        AiClass.NOT_AI,
        Bilingual(
            "The first task is for practice, for everybody alike.",
            "La première tâche est un essai, pour tout le monde.",
        ),
    ),
    "eligibility": AiReading(
        AiClass.NOT_AI,
        Bilingual(
            "It compares what a client asks for with what a person said; it infers nothing.",
            "Elle compare ce qu’un client demande à ce qu’une personne a dit ; elle n’infère rien.",
        ),
    ),
    "model": AiReading(
        AiClass.MINIMAL,
        Bilingual(
            "It learns labels and proposes them; it rates nobody and shares out no work by"
            " behaviour. What a client uses it for may have another class.",
            "Il apprend des étiquettes et en propose ; il ne note personne et ne répartit pas le"
            " travail d’après le comportement. L’usage qu’en fait un client peut relever d’une"
            " autre classe.",
        ),
    ),
}
