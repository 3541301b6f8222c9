"""Register every automated system that decides something about a person.

What is not listed here, in the version listed, may not decide: ``actions.decisions`` refuses it.
People read the list before a system is used and whenever it changes. What each one decides is
written in its own module.
"""

from dataclasses import dataclass

from canut.core.errors import Missing


@dataclass(frozen=True, slots=True)
class System:
    """One automated system.

    Args:
        version: of its rule; raised with every change of what it decides.
        purpose: what it is for, in English and French.
        data: what it looks at, in English and French.
        effect: what it can do to a person, in English and French.
    """

    version: str
    purpose: tuple[str, str]
    data: tuple[str, str]
    effect: tuple[str, str]


SYSTEMS = {
    "caps": System(
        "caps/1",
        (
            "Hold back time far beyond what the work usually takes, for a human to look at.",
            "Mettre de côté le temps bien au-delà de l’habituel, pour qu’un humain le regarde.",
        ),
        (
            "Measured time of a person’s tasks in a pay period, and of everybody’s.",
            "Le temps mesuré des tâches d’une personne dans une période de paie, et de toutes.",
        ),
        (
            "Time waits up to 7 days for a human, then is paid.",
            "Du temps attend un humain 7 jours au plus, puis il est payé.",
        ),
    ),
    "exposure": System(
        "exposure/1",
        (
            "Keep each person’s contact with disturbing material within limits.",
            "Garder dans des limites le contact de chaque personne avec des contenus éprouvants.",
        ),
        (
            "Severity and length of the tasks lent in the last day and week.",
            "La gravité et la durée des tâches prêtées depuis un jour et une semaine.",
        ),
        (
            "Disturbing tasks are not offered until later; pay and rating do not change.",
            "Les tâches éprouvantes attendent ; ni la paie ni l’évaluation ne changent.",
        ),
    ),
    "hours": System(
        "hours/1",
        (
            "Keep working hours within a day’s and a week’s limits.",
            "Garder les heures de travail dans les limites du jour et de la semaine.",
        ),
        (
            "Measured time of the day and the week.",
            "Le temps mesuré du jour et de la semaine.",
        ),
        (
            "No new task is offered until rest is taken; what is begun may be finished, paid.",
            "Aucune nouvelle tâche avant le repos ; ce qui est commencé se finit, payé.",
        ),
    ),
    "careless": System(
        "careless/1",
        (
            "Point out answers that look like chance, for a human to look at.",
            "Signaler des réponses qui ressemblent au hasard, pour qu’un humain les regarde.",
        ),
        (
            "A person’s answers beside those of others to the same tasks.",
            "Les réponses d’une personne à côté de celles des autres aux mêmes tâches.",
        ),
        (
            "None by itself: evidence shown to reviewers.",
            "Aucun par lui-même : des indices montrés à qui vérifie.",
        ),
    ),
}


def system_named(name: str) -> System:
    """Return a registered system.

    Raises:
        Missing: nothing of this name may decide.
    """
    found = SYSTEMS.get(name)
    if found is None:
        raise Missing(
            f"no automated system {name!r} is registered; add it to core.labour.systems first",
            code="system-unknown",
            seen=name,
        )
    return found
