"""The words for files that models are trained from: what cannot be read, written or held.

``problems`` puts them with its own. ``{where}`` names the entry or line, ``{field}`` what is in it.
"""

from canut.core.formats.problems.parts import Bilingual

_AT = "{file}, {where}: "
_SEEN_EN = _AT + "“{field}” is {seen}; expected "
_SEEN_FR = _AT + "« {field} » est {seen} ; attendu : "


def _expected(en: str, fr: str) -> Bilingual:
    return Bilingual(f"{_SEEN_EN}{en}.", f"{_SEEN_FR}{fr}.")


def _at(en: str, fr: str) -> Bilingual:
    return Bilingual(_AT + en, _AT + fr)


REFUSALS: dict[str, Bilingual] = {
    "entry-object": _expected("an object", "un objet"),
    "entry-list": _expected("a list", "une liste"),
    "entry-text": _expected("a text that is not empty", "un texte non vide"),
    "entry-number": _expected("a finite number", "un nombre fini"),
    "entry-whole": _expected("a whole number of 0 or more", "un entier de 0 ou plus"),
    "entry-size": _expected("a size of 1 to {limit} pixels", "une taille de 1 à {limit} pixels"),
    "entry-positive": _expected("more than 0", "plus de 0"),
    "entry-share": _expected("a share from 0 to 1", "une part de 0 à 1"),
    "entry-numbers": _expected("{wanted} numbers", "{wanted} nombres"),
    "entry-columns": _expected("{wanted} columns", "{wanted} colonnes"),
    "entry-points": _expected(
        "x and y of at least {least} points", "x et y d’au moins {least} points"
    ),
    "entry-visibility": _expected("0, 1 or 2", "0, 1 ou 2"),
    "entry-known": _expected("one of: {known}", "l’un de : {known}"),
    "entry-missing": _at(
        "“{field}” is not there; write it.", "« {field} » est absent ; écrivez-le."
    ),
    "entry-twice": _at(
        "“{field}” {seen} is there twice; give each its own.",
        "« {field} » {seen} y est deux fois ; donnez à chacun le sien.",
    ),
    "entry-nowhere": _at(
        "“{field}” {seen} names nothing in the file.",
        "« {field} » {seen} ne désigne rien dans le fichier.",
    ),
    "json-broken": _at(
        "this is not JSON; it goes wrong at character {character} of the entry.",
        "ce n’est pas du JSON ; l’erreur est au caractère {character} de l’entrée.",
    ),
    "json-too-large": _at(
        "one entry is over {limit_size}; split it.",
        "une entrée dépasse {limit_size} ; divisez-la.",
    ),
    "file-bad-byte": _at(
        "there are bytes that are no UTF-8 text; save it as UTF-8.",
        "il y a des octets qui ne sont pas du texte UTF-8 ; enregistrez-le en UTF-8.",
    ),
    "mask-counts": _at(
        "the run lengths of “{field}” do not fill the {expected} pixels of the mask.",
        "les longueurs de « {field} » ne remplissent pas les {expected} pixels du masque.",
    ),
    "mask-hole": _at(
        "the mask has a hole, which polygons cannot say; split the shape or fill the hole.",
        "le masque a un trou, qu’un polygone ne peut pas dire ; coupez la forme ou bouchez-le.",
    ),
    "box-rotated": _at(
        "the box is turned by {seen} degrees, which this form cannot say; choose the one for "
        "rotated boxes.",
        "le cadre est tourné de {seen} degrés, ce que cette forme ne peut pas dire ; choisissez "
        "celle des cadres tournés.",
    ),
    "box-crooked": _at(
        "the four corners are no rectangle; read the file as polygons.",
        "les quatre coins ne font pas un rectangle ; lisez le fichier en polygones.",
    ),
    "kind-unheld": Bilingual(
        "{format} cannot hold answers of the kind “{kind}”; it holds: {known}.",
        "{format} ne peut pas contenir de réponses du genre « {kind} » ; il contient : {known}.",
    ),
    "picture-size-unknown": _at(
        "the size of the picture is not known, and the file writes shares of it.",
        "la taille de l’image n’est pas connue, et le fichier écrit des parts de celle-ci.",
    ),
    "yaml-broken": Bilingual(
        "{file} is not YAML that can be read: {reason}.",
        "{file} n’est pas du YAML lisible : {reason}.",
    ),
    "spans-overlap": _at(
        "the spans {first} and {second} overlap, which one column of tags cannot say; export them "
        "in a format that can: spaCy, Label Studio, Parquet.",
        "les passages {first} et {second} se chevauchent, ce qu’une colonne d’étiquettes ne peut "
        "pas dire ; exportez-les dans un format qui le peut : spaCy, Label Studio, Parquet.",
    ),
    "span-outside": _at(
        "the span from {start} to {end} is empty or outside of the text, which has {length} "
        "characters.",
        "le passage de {start} à {end} est vide ou hors du texte, qui a {length} caractères.",
    ),
    "span-text": _at(
        "the span from {start} to {end} reads “{seen}” where the file says “{expected}”; the text "
        "has changed since.",
        "le passage de {start} à {end} contient « {seen} » là où le fichier dit « {expected} » ; "
        "le texte a changé depuis.",
    ),
    "label-unwritable": _at(
        "the label “{seen}” holds a space or nothing, which a column cannot; rename it.",
        "l’étiquette « {seen} » contient une espace ou rien, ce qu’une colonne ne peut pas ; "
        "renommez-la.",
    ),
    "tag-unread": _at(
        "the tag “{seen}” is none of O, B-, I-, E-, S-, L-, U- and a label.",
        "la marque « {seen} » n’est ni O, ni B-, I-, E-, S-, L-, U- et une étiquette.",
    ),
    "tokens-astray": _at(
        "the token “{seen}” does not come next in the text; give the text the tokens were made of.",
        "le mot « {seen} » ne vient pas ensuite dans le texte ; donnez le texte d’où viennent les "
        "mots.",
    ),
    "xml-broken": _at("this is not XML: {reason}.", "ce n’est pas du XML : {reason}."),
    "xml-unsafe": _at(
        "a document type or an entity is declared, which is never read; remove it.",
        "un type de document ou une entité est déclaré, ce qui n’est jamais lu ; retirez-le.",
    ),
    "xml-too-large": Bilingual(
        "{file} is over {limit_size}; it was not read.", "{file} dépasse {limit_size} ; non lu."
    ),
    "config-empty": Bilingual(
        "{file} asks nothing: no control that can be answered was found.",
        "{file} ne demande rien : aucun contrôle auquel répondre n’a été trouvé.",
    ),
    "keypoints-labels": Bilingual(
        "Label Studio names points, not whom they belong to: {seen} labels cannot be told apart.",
        "Label Studio nomme des points, pas à qui ils sont : {seen} étiquettes ne se distinguent "
        "pas.",
    ),
    "column-none": Bilingual(
        "No column is shown as {wanted}, which the question “{field}” is about.",
        "Aucune colonne n’est montrée comme {wanted}, sur quoi porte la question « {field} ».",
    ),
    "column-nested": Bilingual(
        "Label Studio reads “{column}” as a field inside of another; rename the column.",
        "Label Studio lit « {column} » comme un champ dans un autre ; renommez la colonne.",
    ),
    "column-type": Bilingual(
        "The column “{column}” of {file} is {seen}, which no kind of question has.",
        "La colonne « {column} » de {file} est {seen}, ce qu’aucun genre de question n’a.",
    ),
}

NOTES: dict[str, Bilingual] = {
    "note-crowd": Bilingual(
        "{count} regions mark a crowd; that is given beside the answers, which do not say it.",
        "{count} régions marquent une foule ; c’est donné à côté des réponses, qui ne le disent "
        "pas.",
    ),
    "note-parts": Bilingual(
        "{count} regions are made of several polygons; each became a polygon of its own.",
        "{count} régions sont faites de plusieurs polygones ; chacun est devenu un polygone.",
    ),
    "note-mask": Bilingual(
        "{count} masks were read as the polygons around their pixels.",
        "{count} masques ont été lus comme les polygones autour de leurs pixels.",
    ),
    "note-not-of-kind": Bilingual(
        "{count} entries hold no {field}; they were passed over. The first: {where}.",
        "{count} entrées n’ont pas de {field} ; elles ont été passées. La première : {where}.",
    ),
    "note-field": Bilingual(
        "“{field}” was not read ({count} times, first in {where}): answers have no place for it.",
        "« {field} » n’a pas été lu ({count} fois, d’abord dans {where}) : les réponses n’ont pas "
        "de place pour cela.",
    ),
    "note-incomplete": Bilingual(
        "“{field}” was left out ({count} times, first in {where}): it does not answer all that is "
        "asked.",
        "« {field} » a été laissé de côté ({count} fois, d’abord dans {where}) : tout ce qui est "
        "demandé n’y a pas de réponse.",
    ),
    "note-unwritten": Bilingual(
        "{count} × “{field}” was not written: {format} has no place for it. The first: {where}.",
        "{count} × « {field} » n’a pas été écrit : {format} n’a pas de place pour cela. Le "
        "premier : {where}.",
    ),
    "note-unlabelled": Bilingual(
        "{count} pictures have no label file: nobody has looked at them yet.",
        "{count} images n’ont pas de fichier d’étiquettes : personne ne les a encore regardées.",
    ),
    "note-clipped": Bilingual(
        "{count} shapes of {field} stick out of it; they were cut at its edge.",
        "{count} formes dépassent de {field} ; elles ont été coupées au bord.",
    ),
    "note-trimmed": Bilingual(
        "{count} spans began or ended in white space, which no token holds; it was left out. The "
        "first: {where}.",
        "{count} passages commençaient ou finissaient par une espace, qu’aucun mot ne contient ; "
        "elle a été laissée. Le premier : {where}.",
    ),
    "note-overlap": Bilingual(
        "{count} texts hold spans that overlap; they stand under spans.sc. The first: {where}.",
        "{count} textes contiennent des passages qui se chevauchent ; ils sont sous spans.sc. Le "
        "premier : {where}.",
    ),
    "note-spacing": Bilingual(
        "The spaces between words are not in the file: one space and one line end were put.",
        "Les espaces entre les mots ne sont pas dans le fichier : une espace et une fin de ligne "
        "ont été mises.",
    ),
    "note-skipped": Bilingual(
        "{count} answers were skipped or cancelled; they hold nothing.",
        "{count} réponses ont été passées ou annulées ; elles ne contiennent rien.",
    ),
    "note-result": Bilingual(
        "{count} results of the type “{seen}” were not read: no question of the configuration "
        "asks for them. The first: {where}.",
        "{count} résultats du type « {seen} » n’ont pas été lus : aucune question de la "
        "configuration ne les demande. Le premier : {where}.",
    ),
    "note-tag-same": Bilingual(
        "{count} × <{tag}> says the same on each task; put it in the instructions. The first: "
        "{where}.",
        "{count} × <{tag}> dit la même chose à chaque tâche ; mettez-le dans les consignes. Le "
        "premier : {where}.",
    ),
    "note-tag-sound": Bilingual(
        "{count} × <{tag}>, {where}: only its sound is played.",
        "{count} × <{tag}>, {where} : seul le son est joué.",
    ),
    "note-tag-usage": Bilingual(
        "{count} × <{tag}> limits how often it is used, which is not kept. The first: {where}.",
        "{count} × <{tag}> limite combien de fois elle sert, ce qui n’est pas gardé. Le premier : "
        "{where}.",
    ),
    "note-lines": Bilingual(
        "{count} answers hold several texts; they were put one a line.",
        "{count} réponses contiennent plusieurs textes ; ils ont été mis un par ligne.",
    ),
}
