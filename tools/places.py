"""The table of minimum wages in the docs: cog puts it into ``labour/pay.md`` of both languages."""

from canut.core.pay.floor import LEGAL, LIVING
from canut.core.places.parameters import Parameter, PlaceRules
from canut.core.places.reader import shipped_places

WORDS = {
    "en": {"to_verify": "**to verify**"},
    "fr": {
        "Place": "Lieu",
        "Minimum": "Minimum",
        "Since": "Depuis",
        "Hours": "Heures",
        "Confidence": "Confiance",
        "Review by": "À revoir le",
        "Refused from": "Refusé dès le",
        "living": "coût de la vie",
        "unknown": "inconnu",
        "to_verify": "**à vérifier**",
        "official": "officiel",
        "secondary": "secondaire",
        "hour": "heure",
        "day": "jour",
        "month": "mois",
    },
}
HEAD = ("Place", "Minimum", "Hours", "Since", "Confidence", "Review by", "Refused from")


def minimums(language: str) -> str:
    """Table the last minimum of every place, how sure it is, and until when it may be used."""
    rows = [
        _row(place, place.parameters[name], language)
        for _code, place in sorted(shipped_places().by_code.items())
        for name in (LEGAL, LIVING)
        if name in place.parameters
        and (name == LEGAL or place.parameters[name].entries[-1].value is not None)
    ]
    lines = [tuple(_say(word, language) for word in HEAD), tuple("---" for _ in HEAD), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _say(word: str, language: str) -> str:
    return WORDS[language].get(word, word)


def _row(place: PlaceRules, parameter: Parameter, language: str) -> tuple[str, ...]:
    """Show one parameter; why it is not surer is written in English, in its file."""
    last = parameter.entries[-1]
    living = f" ({_say('living', language)})" if parameter.name == LIVING else ""
    sure = _say(last.confidence.value, language)
    ends = (str(parameter.review_by), str(parameter.hard_stop))
    if last.value is None:
        return (f"`{place.code}`", sure, "", "", "", *ends)
    if last.note and language == "en":
        sure += f": {last.note}"
    currency, _, period = parameter.unit.partition("/")
    value, hours = str(last.value), ""
    if basis := place.hours.get(period):
        hours = f"{basis.hours} ({_say(basis.confidence.value, language)})"
    if language == "fr":
        value, hours = value.replace(".", ","), hours.replace(".", ",")
    unit = f"{currency}/{_say(period, language)}"
    return (f"`{place.code}`{living}", f"{value} {unit}", hours, str(last.since), sure, *ends)
