"""Names of the figures listed one per line, on the page and in the chapter."""

from canut.core.portrait.facts import Text

INSIDE = (
    (
        "inside",
        Text(
            "Hours of people inside models, in all",
            "Heures de travail humain dans les modèles, en tout",
        ),
    ),
)
LOAD = (
    ("load.exposed", Text("Hours beside hard material", "Heures près de contenus durs")),
    ("load.breaks", Text("Hours of paid breaks", "Heures de pauses payées")),
    ("load.breaks_refused", Text("Breaks refused", "Pauses refusées")),
    ("appeals.opened", Text("Appeals made", "Recours déposés")),
    ("appeals.won", Text("Appeals won", "Recours gagnés")),
    ("appeals.days", Text("Days until the answer", "Jours jusqu’à la réponse")),
    ("load.incidents", Text("Incidents of models repaired", "Incidents de modèles réparés")),
)
POPULATION = (
    ("population.active", Text("Answered in the quarter", "Ont répondu dans le trimestre")),
    ("population.new", Text("For the first time", "Pour la première fois")),
    ("population.returning", Text("Came before", "Déjà venues")),
    ("population.left", Text("Only in the quarter before", "Seulement au trimestre d’avant")),
)
