"""Register every automated system that decides something about a person.

A system or version that is not listed here may not decide: ``actions.decisions.decisions`` refuses
it. People read the list before a system is used and whenever it changes. The module of each system
contains its rule.
"""

from dataclasses import dataclass

from canut.core.bilingual import Bilingual
from canut.core.errors import Missing


@dataclass(frozen=True, slots=True)
class System:
    """One automated system.

    Args:
        version: version of its rule; raised with every change of what it decides.
        purpose: its purpose, in English and French.
        data: its inputs, in English and French.
        effect: its possible effects on a person, in English and French.
        name: its name on pages, in English and French.
        parameters: its settings, in English and French; a policy that people are consulted on is
            its name in braces, replaced by ``policies_in_force.written``.
    """

    version: str
    purpose: tuple[str, str]
    data: tuple[str, str]
    effect: tuple[str, str]
    name: tuple[str, str] = ("", "")
    parameters: tuple[str, str] = ("", "")


SYSTEMS = {
    "caps": System(
        "caps/4",
        Bilingual(
            "Hold back time far beyond what the work usually takes, or beyond the hours of a day "
            "or a week, for a person to look at.",
            "Mettre de côté le temps bien au-delà de l’habituel, ou des heures d’un jour ou d’une "
            "semaine, pour qu’une personne le regarde.",
        ),
        Bilingual(
            "Measured time of a person’s tasks in a pay period, and of everybody’s; time measured "
            "in a day and a week on all pages; time that a person adds.",
            "Le temps mesuré des tâches d’une personne dans une période de paie, et de toutes ; le "
            "temps mesuré d’un jour et d’une semaine sur toutes les pages ; le temps ajouté.",
        ),
        (
            "Time waits up to 7 days for a person, then is paid.",
            "Du temps attend une personne 7 jours au plus, puis il est payé.",
        ),
        name=("Limits on time", "Limites de temps"),
        parameters=Bilingual(
            "{item_cap} times the usual time of a task; {period_cap} times the expected time of a "
            "period; from 30 known tasks on. Both widen for who was granted more time or has "
            "silence counted twice, never by the time taken. {hours_day} a day and {hours_week} a "
            "week; 30 min of added time a pay period.",
            "{item_cap} fois le temps habituel d’une tâche ; {period_cap} fois le temps attendu "
            "d’une période ; à partir de 30 tâches connues. Les deux s’élargissent pour qui a reçu "
            "plus de temps ou compte le silence double, jamais par le temps pris. {hours_day} par "
            "jour et {hours_week} par semaine ; 30 min de temps ajouté par période de paie.",
        ),
    ),
    "exposure": System(
        "exposure/2",
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
            "Les tâches éprouvantes attendent ; ni la paie ni l’évaluation ne changent.",
        ),
        name=("Exposure", "Exposition"),
        parameters=Bilingual(
            "Dose by severity and length: {exposure_day} a day, {exposure_week} a week, a paid "
            "break after {exposure_run} in a row. A person may set less for themselves.",
            "Dose selon la gravité et la durée : {exposure_day} par jour, {exposure_week} par "
            "semaine, une pause payée après {exposure_run} de suite. Chaque personne peut se "
            "fixer moins.",
        ),
    ),
    "hours": System(
        "hours/2",
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
            "Aucune nouvelle tâche avant le repos ; ce qui est commencé se finit, payé.",
        ),
        name=("Working hours", "Heures de travail"),
        parameters=Bilingual(
            "{hours_day} a day, {hours_week} a week, 30 min for a meal after 5 h, 32 h of rest a "
            "week.",
            "{hours_day} par jour, {hours_week} par semaine, 30 min de repas après 5 h, 32 h de "
            "repos par semaine.",
        ),
    ),
    "careless": System(
        "careless/1",
        (
            "Point out answers that look like chance, for a person to look at.",
            "Signaler des réponses qui ressemblent au hasard, pour qu’une personne les relise.",
        ),
        (
            "A person’s answers beside those of others to the same tasks.",
            "Les réponses d’une personne à côté de celles des autres aux mêmes tâches.",
        ),
        (
            "None by itself: evidence shown to reviewers and to the person.",
            "Aucun par elle-même : des indices, montrés pour une relecture et à la personne.",
        ),
        name=("Answers to look into", "Réponses à relire"),
        parameters=Bilingual(
            "From 20 answers that can be compared: agreement more than ten points below the "
            "usual, with its 90 % interval, or no better than chance.",
            "À partir de 20 réponses comparables : accord de plus de dix points sous l’habituel, "
            "avec son intervalle à 90 %, ou pas mieux que le hasard.",
        ),
    ),
    "known": System(
        "known/1",
        Bilingual(
            "Point out work that misses gold tasks, for a person to look at.",
            "Signaler un travail qui manque des tâches témoins, pour qu’une personne le relise.",
        ),
        Bilingual(
            "A person’s answers to gold tasks, and everybody’s.",
            "Les réponses d’une personne aux tâches témoins, et celles de toutes.",
        ),
        Bilingual(
            "None by itself: a flag shown to reviewers and to the person.",
            "Aucun par elle-même : un signalement, montré pour une relecture et à la personne.",
        ),
        name=("Gold tasks", "Tâches témoins"),
        parameters=Bilingual(
            "From 10 gold tasks on: the whole 90 % interval lies more than ten points below "
            "the project’s usual share.",
            "À partir de 10 tâches témoins : tout l’intervalle à 90 % est à plus de dix points "
            "sous la part habituelle du projet.",
        ),
    ),
    "practice": System(
        "practice/1",
        Bilingual(
            "Let people new to a project try one task first, with its answer explained.",
            "Donner d’abord une tâche d’essai, expliquée, à qui commence dans un projet.",
        ),
        Bilingual(
            "Whether the person has done the project’s practice task.",
            "Si la personne a fait la tâche d’essai du projet.",
        ),
        Bilingual(
            "The first task is for practice: paid, never counted. Skipping it ends practice.",
            "La première tâche est un essai : payée, jamais comptée. La passer met fin à l’essai.",
        ),
        name=("Practice first", "Essai d’abord"),
        parameters=("One task a project, once.", "Une tâche par projet, une fois."),
    ),
    "eligibility": System(
        "eligibility/2",
        Bilingual(
            "Lend the tasks of a project to those it asks for.",
            "Prêter les tâches d’un projet à qui il s’adresse.",
        ),
        Bilingual(
            "Languages a person says they work in, their score on tasks whose answer is known, "
            "whether they are of the team, a qualification the client gave them; a place only "
            "where a law asks for it.",
            "Les langues que la personne dit pratiquer, son score aux tâches témoins, si elle est "
            "de l’équipe, une qualification donnée par le client ; un lieu seulement quand une "
            "loi le demande.",
        ),
        Bilingual(
            "No task of that project is lent; other projects, pay and record stay.",
            "Aucune tâche de ce projet n’est prêtée ; autres projets, paie et dossier restent.",
        ),
        name=("Who may work", "Qui peut travailler"),
        parameters=Bilingual(
            "What each project says. A score counts by the low end of its 95 % interval.",
            "Ce que dit chaque projet. Un score compte par le bas de son intervalle à 95 %.",
        ),
    ),
}


def system_named(name: str) -> System:
    """Return a registered system.

    Raises:
        Missing: no system of this name is registered.
    """
    system = SYSTEMS.get(name)
    if system is None:
        raise Missing(
            f"no automated system {name!r} is registered; add it to SYSTEMS first",
            code="system-unknown",
            seen=name,
        )
    return system
