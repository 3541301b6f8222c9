"""The lien of the sample model that reads handwritten digits, in both languages."""

from canut.actions.learning.liens import write_lien
from canut.core.clock import Ms
from canut.core.learning.lien import LienText
from canut.store.models import Project

LINES: dict[str, LienText] = {
    "decides": LienText(
        "Il propose un chiffre de 0 à 9 pour une image. Il ne décide rien seul : une "
        "personne répond.",
        "It proposes a digit from 0 to 9 for a picture. It decides nothing alone: a person "
        "answers.",
    ),
    "sees": LienText(
        "Il lit l’image, réduite à 256 points gris. Il ne lit ni la clé de la tâche, ni le "
        "nom du fichier, ni rien des personnes.",
        "It reads the picture, reduced to 256 grey points. It reads neither the task’s key, "
        "nor the file’s name, nor anything of people.",
    ),
    "how": LienText(
        "Chaque point de l’image compte un peu pour ou contre chaque chiffre. Le modèle "
        "additionne, et propose le chiffre qui a la plus grande somme. Il dit aussi à quel "
        "point il en est sûr.",
        "Each point of the picture counts a little for or against each digit. The model adds "
        "them up and proposes the digit with the largest sum. It also says how sure it is.",
    ),
    "touches": LienText(
        "Les personnes qui lisent des chiffres ici : elles voient « proposé par » et le nom "
        "du modèle à côté de la réponse. Personne d’autre : les images viennent d’un jeu "
        "public.",
        "People who read digits here: they see “proposed by” and the model’s name beside the "
        "answer. Nobody else: the pictures come from a public set.",
    ),
    "answers": LienText(
        "La personne qui a ouvert le projet. On lui écrit par « Messages ».",
        "The person who opened the project. Write to them in “Messages”.",
    ),
    "oppose": LienText(
        "Répondre autre chose suffit : votre réponse compte, pas la proposition. Pour une "
        "image à retirer, la page du matériel mène à la demande ; réponse en 30 jours.",
        "Answering otherwise is enough: your answer counts, not the proposal. To take a "
        "picture out, the page of the material leads to the request; it is answered within "
        "30 days.",
    ),
    "stop": LienText(
        "La personne qui a ouvert le projet et l’administration, à la page « Qui a fait le "
        "travail ».",
        "The person who opened the project and the operator, on the page “Who did the work”.",
    ),
    "limit": LienText(
        "Moins de 90 réponses justes sur 100 aux tâches cachées, ou un ancrage montré de "
        "plus de 10 points.",
        "Fewer than 90 of 100 right on hidden tasks, or anchoring shown above 10 points.",
    ),
}


def tie_model(project: Project, now_ms: Ms) -> None:
    """Write the lines; the same ones again change nothing."""
    by = project.created_by
    write_lien(project, LINES, str(by), by=by, now_ms=now_ms)
