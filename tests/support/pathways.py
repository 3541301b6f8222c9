"""An opening of an organisation, and what one says."""

from datetime import date, timedelta
from typing import Any

from canut.actions.pathways.openings import day_of_openings, publish_opening
from canut.actions.platform.system_clock import now_ms
from canut.core.pathways.openings import OpeningTerms
from canut.store.models import Opening, Person

MICRO = 1_000_000


def terms(today: date, **changes: Any) -> OpeningTerms:
    """Return an opening for a translator of analyses."""
    fields: dict[str, Any] = {
        "occupation": "TRA",
        "title_en": "Analytics translator",
        "title_fr": "Traductrice, traducteur d’analyses",
        "text_en": "You explain results to people outside the trade.",
        "text_fr": "Vous expliquez des résultats à des personnes d’un autre métier.",
        "place": "Montréal, Canada",
        "low_micro": 58_000 * MICRO,
        "high_micro": 71_000 * MICRO,
        "currency": "CAD",
        "per": "year",
        "hours_week": 35,
        "apply_to": "jobs@example.org",
        "until": today + timedelta(days=30),
    }
    return OpeningTerms(**fields | changes)


def make_opening(
    person: Person, organisation: int, at_ms: int | None = None, **changes: Any
) -> Opening:
    """Publish an opening of an organisation."""
    moment = now_ms() if at_ms is None else at_ms
    return publish_opening(person, organisation, terms(day_of_openings(moment), **changes), moment)
