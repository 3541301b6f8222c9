"""Places of work that a page offers, by name, and the one to propose to who joins a project."""

from django.utils.translation import get_language

from canut.core.messages import FALLBACK
from canut.core.places.names import place_name
from canut.store.models import Project
from canut.store.pay.places import places


def place_choices() -> list[tuple[str, str]]:
    """List the places whose law is described here, by name."""
    language = get_language() or FALLBACK
    return [(code, place_name(code, language)) for code in sorted(places().by_code)]


def likely_place(project: Project) -> str:
    """Return the place to propose to who joins a project: of its client's country; "" if none."""
    country = project.client_country or project.organisation.country
    codes = sorted(places().by_code)
    within = [code for code in codes if country and code.startswith(f"{country}-")]
    if len(within) == 1:
        return within[0]
    return country if country in codes else ""
