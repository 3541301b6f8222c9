"""Tell what changed in each version of the automated systems, in words people read.

Everybody a system may decide about is told of a new version until they say that they have read it,
for thirty days at most. What each system is now stands in ``systems``; a test holds the two
together: no version without its line here.
"""

from datetime import date
from typing import NamedTuple

from canut.core.decisions.automated_systems import Bilingual
from canut.core.errors import Missing

TOLD_DAYS = 30
FIRST = Bilingual("The first version.", "La première version.")
HEARD = Bilingual(
    "The limits are no longer fixed in the program: a change that the representatives were heard"
    " about takes effect here, from its own day on.",
    "Les limites ne sont plus fixées dans le programme\u202f: un changement sur lequel les"
    " représentantes et représentants ont été entendus s’applique ici, à partir de son jour.",
)


class Changed(NamedTuple):
    """What a version changed, and the day it was written."""

    system: str
    version: str
    on: date
    what: Bilingual


CHANGES: tuple[Changed, ...] = (
    Changed(
        "caps",
        "caps/2",
        date(2026, 11, 25),
        Bilingual(
            f"{HEARD.en} Time already looked at stays as it is.",
            f"{HEARD.fr} Le temps déjà regardé reste comme il est.",
        ),
    ),
    Changed(
        "exposure",
        "exposure/2",
        date(2026, 11, 25),
        Bilingual(
            f"{HEARD.en} Reading an appeal about hard material counts as well.",
            f"{HEARD.fr} Lire un recours sur un contenu éprouvant compte aussi.",
        ),
    ),
    Changed("hours", "hours/2", date(2026, 11, 25), HEARD),
    Changed("caps", "caps/1", date(2026, 11, 25), FIRST),
    Changed("exposure", "exposure/1", date(2026, 11, 25), FIRST),
    Changed("hours", "hours/1", date(2026, 11, 25), FIRST),
    Changed("careless", "careless/1", date(2026, 11, 25), FIRST),
    Changed("known", "known/1", date(2026, 11, 25), FIRST),
    Changed("practice", "practice/1", date(2026, 11, 25), FIRST),
    Changed("eligibility", "eligibility/1", date(2026, 11, 25), FIRST),
)


def changes_of(system: str) -> list[Changed]:
    """List the versions of a system, the newest first.

    Raises:
        Missing: it has none.

    Example:
        >>> [one.version for one in changes_of("practice")]
        ['practice/1']
    """
    found = [one for one in CHANGES if one.system == system]
    if not found:
        raise Missing(f"no version of {system!r} is told of", code="system-unknown", seen=system)
    return found
