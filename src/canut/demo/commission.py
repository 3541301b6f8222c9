"""Write the commission of the demo's moderation project: its material is hard to look at.

It has one contradiction, answered in words: fewer hidden known comments than the test asks for.
"""

from canut.actions.commissions.commission import (
    CommissionWords,
    answer_contradiction,
    contradictions_of,
    set_acceptance,
    write_commission,
)
from canut.core.clock import Ms
from canut.core.commissions.commission import Aim
from canut.demo import comment_texts
from canut.store.models import Project

BAR, SLIPS = 900, 1
WHO = "Direction du journal (simulée)"
AIMS = {
    "business": Aim(
        comment_texts.AIMS["business"], "La rédaction du journal", "Commentaires lus chaque jour"
    ),
    "social": Aim(
        comment_texts.AIMS["social"],
        "Les personnes qui lisent les commentaires",
        "Part de personnes qui disent avoir pu choisir",
    ),
    "ethical": Aim(
        comment_texts.AIMS["ethical"],
        "Les représentantes et représentants",
        "Minutes de contenu éprouvant par personne et par jour",
    ),
}
WORDS = CommissionWords(
    need="Nous voulons savoir quels commentaires cacher, sans que personne en lise trop.",
    decision_served="Cacher un commentaire, ou le laisser paraître",
    aims=AIMS,
    touched="Autrices et auteurs de commentaires",
    harm_if_wrong="Une parole juste disparaît, ou une insulte reste en ligne.",
    redress="Qui a écrit peut écrire à la rédaction, qui relit sous deux jours.",
    is_about_people=True,
    person_named=WHO,
)
ANSWER = "Le journal ajoutera des commentaires déjà jugés avant la fin du projet."


def write_demo_commission(project: Project, now_ms: Ms) -> None:
    """Write the commission, fix its test, and answer what the rules find."""
    by = project.created_by
    write_commission(project, WORDS, by=by, now_ms=now_ms)
    commission = set_acceptance(project, BAR, SLIPS, WHO, by=by)
    for number, line in enumerate(contradictions_of(project, commission, now_ms)):
        if line.answer is None:
            answer_contradiction(project, number, ANSWER, by=by, now_ms=now_ms)
