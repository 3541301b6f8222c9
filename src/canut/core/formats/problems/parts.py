"""The words for problems of pictures beside a table, of pre-labels and of other platforms' forms.

``problems`` puts them with its own.
"""

from typing import NamedTuple


class Bilingual(NamedTuple):
    """The same sentence in both languages."""

    en: str
    fr: str


ROWS: dict[str, Bilingual] = {
    "picture-not-beside": Bilingual(
        "No file beside the table is called “{file}”.",
        "Aucun fichier à côté du tableau ne s’appelle « {file} ».",
    ),
    "prelabel-unknown": Bilingual(
        "“{seen}” is not among the answers of the question: {known}.",
        "« {seen} » n’est pas parmi les réponses de la question : {known}.",
    ),
    "prelabel-score": Bilingual(
        "“{seen}” is no share from 0 to 1.", "« {seen} » n’est pas une part de 0 à 1."
    ),
    "prelabel-no-task": Bilingual(
        "No task of this project is called “{seen}”.",
        "Aucune tâche de ce projet ne s’appelle « {seen} ».",
    ),
    "prelabel-task-twice": Bilingual(
        "Several tasks are called “{seen}”.", "Plusieurs tâches s’appellent « {seen} »."
    ),
}

REFUSALS: dict[str, Bilingual] = {
    "zip-grows": Bilingual(
        "The zip would grow more than {limit} times, to {bytes_size}; it was not opened.",
        "Le zip grossirait plus de {limit} fois, à {bytes_size} ; il n’a pas été ouvert.",
    ),
    "tables-several": Bilingual(
        "There are {seen} tables ({names}); leave the one with the tasks.",
        "Il y a {seen} tableaux ({names}) ; ne laissez que celui des tâches.",
    ),
    "table-unsafe-name": Bilingual(
        "{file} leads out of its folder; it was not opened. Make the zip again.",
        "{file} mène hors de son dossier ; il n’a pas été ouvert. Refaites le zip.",
    ),
    "table-zip-locked": Bilingual(
        "{file} is locked by a password; make the zip again without one.",
        "{file} est protégé par un mot de passe ; refaites le zip sans.",
    ),
    "table-zip-ratio": Bilingual(
        "{file} grows more than {limit} times when opened; it was not.",
        "{file} grossirait plus de {limit} fois à l’ouverture ; il n’a pas été ouvert.",
    ),
    "prelabel-refused": Bilingual(
        "Row {line}, column “{column}”: “{seen}” is not among the answers of the question: "
        "{known}. Add it to the question, or choose the columns again.",
        "Rangée {line}, colonne « {column} » : « {seen} » n’est pas parmi les réponses de la "
        "question : {known}. Ajoutez-la à la question, ou choisissez d’autres colonnes.",
    ),
    "template-free-text": Bilingual(
        "Line {line}, <{tag}>: the field “{name}” takes free text, which cannot be asked yet; "
        "leave it out with --without {name}.",
        "Ligne {line}, <{tag}> : le champ « {name} » demande un texte libre, ce qui ne peut pas "
        "encore se demander ; laissez-le avec --without {name}.",
    ),
    "template-element": Bilingual(
        "Line {line}, <{tag}>: this element cannot become a choice among answers.",
        "Ligne {line}, <{tag}> : cet élément ne peut pas devenir un choix entre des réponses.",
    ),
    "template-several": Bilingual(
        "Line {line}, <{tag}>: one question is asked about each task, and the form has several "
        "fields: {name}. Leave all but one out with --without.",
        "Ligne {line}, <{tag}> : une seule question se pose sur chaque tâche, et le formulaire "
        "a plusieurs champs : {name}. Laissez-en tous sauf un avec --without.",
    ),
    "template-no-field": Bilingual(
        "The form has no choice among answers.",
        "Le formulaire n’a aucun choix entre des réponses.",
    ),
    "template-no-name": Bilingual(
        "Line {line}, <{tag}>: the field has no name.",
        "Ligne {line}, <{tag}> : le champ n’a pas de nom.",
    ),
    "template-categories": Bilingual(
        "Line {line}, <{tag}>: the categories of “{name}” are no list of texts.",
        "Ligne {line}, <{tag}> : les catégories de « {name} » ne sont pas une liste de textes.",
    ),
    "template-variable": Bilingual(
        "Line {line}, <{tag}>: the input file has no column “{name}”.",
        "Ligne {line}, <{tag}> : le fichier d’entrée n’a pas de colonne « {name} ».",
    ),
    "template-shows-nothing": Bilingual(
        "The form shows no column of the file: it has no ${{variable}}.",
        "Le formulaire ne montre aucune colonne du fichier : il n’a pas de ${{variable}}.",
    ),
    "template-media": Bilingual(
        "Line {line}, <{tag}>: sound and video cannot be shown yet (“{name}”).",
        "Ligne {line}, <{tag}> : le son et la vidéo ne peuvent pas encore être montrés (« "
        "{name} »).",
    ),
    "template-too-large": Bilingual(
        "The form is over one mebibyte.",
        "Le formulaire dépasse un mébioctet.",
    ),
    "template-pictures": Bilingual(
        "Line {line}, <{tag}>: “{name}” shows pictures or sounds; give them with --media, a zip "
        "or a folder.",
        "Ligne {line}, <{tag}> : « {name} » montre des images ou des sons ; donnez-les avec "
        "--media, un zip ou un dossier.",
    ),
    "import-of-results": Bilingual(
        "This is a file of finished work, not of tasks; canut audit reads it.",
        "C’est un fichier de travail fini, pas de tâches ; canut audit le lit.",
    ),
}
