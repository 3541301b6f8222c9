"""The words for tags of a Label Studio configuration that have no counterpart, and why.

``problems`` puts them with its own.
"""

from canut.core.formats.problems.parts import Bilingual


def _tag(en: str, fr: str) -> Bilingual:
    return Bilingual(
        f"{{file}}, {{where}}: the tag <{{tag}}> has no counterpart: {en}.",
        f"{{file}}, {{where}} : la balise <{{tag}}> n’a pas d’équivalent : {fr}.",
    )


def _said(en: str, fr: str) -> Bilingual:
    return Bilingual(
        f"{{file}}, {{where}}: <{{tag}}> has {{field}}=“{{seen}}”: {en}.",
        f"{{file}}, {{where}} : <{{tag}}> a {{field}}=« {{seen}} » : {fr}.",
    )


REFUSALS: dict[str, Bilingual] = {
    "tag-series": _tag(
        "values over time are not a kind of task",
        "les valeurs dans le temps ne sont pas un genre de tâche",
    ),
    "tag-film": _tag("films are not shown", "les films ne sont pas montrés"),
    "tag-pixels": _tag(
        "masks of pixels are not asked for; use polygons",
        "les masques de pixels ne sont pas demandés ; utilisez des polygones",
    ),
    "tag-shape": _tag(
        "this shape is not asked for; use polygons",
        "cette forme n’est pas demandée ; utilisez des polygones",
    ),
    "tag-markup": _tag(
        "pages of HTML are not shown, as nothing that is imported is ever run; use plain texts",
        "les pages HTML ne sont pas montrées, car rien de ce qui est importé n’est exécuté ; "
        "utilisez des textes simples",
    ),
    "tag-pdf": _tag(
        "PDF files are not shown; import their pages as pictures",
        "les fichiers PDF ne sont pas montrés ; importez leurs pages comme images",
    ),
    "tag-dialogue": _tag(
        "dialogues are not marked by part", "les dialogues ne sont pas marqués par partie"
    ),
    "tag-date": _tag(
        "dates are not asked for; use a text", "les dates ne sont pas demandées ; utilisez un texte"
    ),
    "tag-list": _tag(
        "each task brings a list of its own, and a ranking asks for the same items of all",
        "chaque tâche apporte sa propre liste, et un classement demande les mêmes à toutes",
    ),
    "tag-repeated": _tag(
        "questions are not repeated by the data of a task; write each out",
        "les questions ne sont pas répétées par les données d’une tâche ; écrivez chacune",
    ),
    "tag-code": _tag(
        "code in a configuration is never run",
        "le code d’une configuration n’est jamais exécuté",
    ),
    "tag-unknown": _tag("it is not known here", "elle n’est pas connue ici"),
    "tag-shows-other": _tag(
        "it marks what <{seen}> shows, which cannot be marked so",
        "elle marque ce que <{seen}> montre, qui ne se marque pas ainsi",
    ),
    "tag-no-spans": _tag(
        "no spans are asked for that could be related",
        "aucun passage à relier n’est demandé",
    ),
    "tag-pages": _said(
        "several pictures are not shown as pages; make a task of each",
        "plusieurs images ne sont pas montrées en pages ; faites une tâche de chacune",
    ),
    "tag-address": _said(
        "texts are not fetched from addresses; import the texts",
        "les textes ne sont pas cherchés à des adresses ; importez les textes",
    ),
    "tag-nested": _said(
        "fields inside of others are not read; import them as columns of their own",
        "les champs dans d’autres ne sont pas lus ; importez-les en colonnes",
    ),
    "tag-from-data": _said(
        "labels and choices are written in the configuration, at least one",
        "les étiquettes et les choix s’écrivent dans la configuration, au moins un",
    ),
    "tag-when": _said(
        "a question is shown by the answer to an earlier one, and by nothing else",
        "une question apparaît selon la réponse à une précédente, et rien d’autre",
    ),
    "tag-per-item": _said(
        "an answer for each picture of a list has no counterpart",
        "une réponse par image d’une liste n’a pas d’équivalent",
    ),
    "tag-per-region": _said(
        "it needs one control that marks regions of the same object, and to be a choice, a "
        "rating, a number or a text",
        "il faut un contrôle qui marque des régions du même objet, et un choix, une note, un "
        "nombre ou un texte",
    ),
}
