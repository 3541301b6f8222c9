"""The words for problems of pictures beside a table, of pre-labels and of other platforms' forms.

``problems`` puts them with its own.
"""

from typing import NamedTuple


class Words(NamedTuple):
    """The same sentence in both languages."""

    en: str
    fr: str


ROWS: dict[str, Words] = {
    "picture-not-beside": Words(
        "No picture beside the table is called “{file}”.",
        "Aucune image à côté du tableau ne s’appelle « {file} ».",
    ),
    "prelabel-unknown": Words(
        "“{seen}” is not among the answers of the question: {known}.",
        "« {seen} » n’est pas parmi les réponses de la question : {known}.",
    ),
    "prelabel-score": Words(
        "“{seen}” is no share from 0 to 1.", "« {seen} » n’est pas une part de 0 à 1."
    ),
    "prelabel-no-task": Words(
        "No task of this project is called “{seen}”.",
        "Aucune tâche de ce projet ne s’appelle « {seen} ».",
    ),
    "prelabel-task-twice": Words(
        "Several tasks are called “{seen}”.", "Plusieurs tâches s’appellent « {seen} »."
    ),
}

REFUSALS: dict[str, Words] = {
    "zip-grows": Words(
        "The zip would grow more than {limit} times, to {bytes_size}; it was not opened.",
        "Le zip grossirait plus de {limit} fois, à {bytes_size} ; il n’a pas été ouvert.",
    ),
    "tables-several": Words(
        "There are {seen} tables ({names}); leave the one with the tasks.",
        "Il y a {seen} tableaux ({names}) ; ne laissez que celui des tâches.",
    ),
    "table-unsafe-name": Words(
        "{file} leads out of its folder; it was not opened. Make the zip again.",
        "{file} mène hors de son dossier ; il n’a pas été ouvert. Refaites le zip.",
    ),
    "table-zip-locked": Words(
        "{file} is locked by a password; make the zip again without one.",
        "{file} est protégé par un mot de passe ; refaites le zip sans.",
    ),
    "table-zip-ratio": Words(
        "{file} grows more than {limit} times when opened; it was not.",
        "{file} grossirait plus de {limit} fois à l’ouverture ; il n’a pas été ouvert.",
    ),
    "prelabel-refused": Words(
        "Row {line}, column “{column}”: “{seen}” is not among the answers of the question: "
        "{known}. Add it to the question, or choose the columns again.",
        "Rangée {line}, colonne « {column} » : « {seen} » n’est pas parmi les réponses de la "
        "question : {known}. Ajoutez-la à la question, ou choisissez d’autres colonnes.",
    ),
}
