"""List the changes of each version of the automated systems, in plain words.

People a system may decide about are notified of a new version until they confirm that they have
read it, for thirty days at most. ``automated_systems`` describes each system as it is now; a test
checks that no version lacks its entry here.
"""

from datetime import date
from typing import NamedTuple

from canut.core.bilingual import Bilingual
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
    """The change made by a version, and its date."""

    system: str
    version: str
    on: date
    what: Bilingual


CHANGES: tuple[Changed, ...] = (
    Changed(
        "eligibility",
        "eligibility/2",
        date(2026, 11, 30),
        Bilingual(
            "A task sent by a program may ask for a qualification that the client gives; who lacks "
            "it reads why, and can appeal.",
            "Une tâche envoyée par un programme peut demander une qualification que le client "
            "donne\u202f; qui ne l’a pas lit pourquoi, et peut contester.",
        ),
    ),
    Changed(
        "caps",
        "caps/4",
        date(2026, 11, 29),
        Bilingual(
            "A person looks at time beyond the hours of a day or a week, on any page, and at time"
            " you add beyond 30 min a pay period. What is usual is the middle of everybody’s tasks."
            " The time a person took no longer widens their own limit; what a named person granted"
            " does, and silence counted twice doubles it.",
            "Une personne regarde le temps au-delà des heures d’un jour ou d’une semaine, sur toute"
            " page, et le temps que vous ajoutez au-delà de 30 min par période de paie. L’habituel"
            " est le milieu du temps de toutes et tous. Le temps pris n’élargit plus la limite"
            " d’une personne\u202f; ce que quelqu’un a accordé l’élargit, et le silence compté"
            " double la double.",
        ),
    ),
    Changed(
        "caps",
        "caps/3",
        date(2026, 11, 29),
        Bilingual(
            "Time that reached the server hours later is looked at where no task was given out to"
            " work on, such as after the end of an offline pack.",
            "Le temps arrivé au serveur des heures plus tard est regardé là où aucune tâche n’était"
            " confiée, par exemple après la fin d’un lot hors ligne.",
        ),
    ),
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
        Missing: the system has no versions.

    Example:
        >>> [one.version for one in changes_of("practice")]
        ['practice/1']
    """
    changes = [change for change in CHANGES if change.system == system]
    if not changes:
        raise Missing(f"no version of {system!r} is told of", code="system-unknown", seen=system)
    return changes
