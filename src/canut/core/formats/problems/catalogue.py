"""Every problem a file may have, in words: one table, used by pages, commands and downloads.

A code is a stable name; its sentences are filled with the facts of the problem. What a whole file
is refused for has its own codes in ``REFUSALS``, with the same facts as the refusal.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from canut.core.errors import Fact
from canut.core.formats.problems import labelled, parts, tags
from canut.core.formats.problems.parts import Bilingual
from canut.core.formats.tables.rows import Problem
from canut.core.formats.tables.writing import safe_cell

ROWS: dict[str, Bilingual] = {
    "row-short": Bilingual(
        "The row has {seen} cells where {expected} are expected.",
        "La rangée a {seen} cellules au lieu de {expected}.",
    ),
    "row-long": Bilingual(
        "The row has {seen} cells where {expected} are expected; quote cells that hold the "
        "separator.",
        "La rangée a {seen} cellules au lieu de {expected} ; mettez entre guillemets les cellules "
        "qui contiennent le séparateur.",
    ),
    "row-empty": Bilingual("The row is empty.", "La rangée est vide."),
    "row-too-large": Bilingual(
        "The row is over {limit_size}; a quote may never be closed.",
        "La rangée dépasse {limit_size} ; un guillemet n’est peut-être jamais fermé.",
    ),
    "quote-unclosed": Bilingual(
        "A quote opened here is never closed: nothing was read up to line {last}.",
        "Un guillemet ouvert ici n’est jamais fermé : rien n’a été lu jusqu’à la ligne {last}.",
    ),
    "quote-inside": Bilingual(
        "A quote stands inside a quoted cell; write it twice.",
        "Un guillemet se trouve dans une cellule entre guillemets ; doublez-le.",
    ),
    "zero-byte": Bilingual("The cell holds a zero byte.", "La cellule contient un octet nul."),
    "bad-byte": Bilingual(
        "The cell holds bytes that are no text.",
        "La cellule contient des octets qui ne sont pas du texte.",
    ),
    "bad-json": Bilingual(
        "The line is not JSON: it goes wrong at character {character}.",
        "La ligne n’est pas du JSON : l’erreur est au caractère {character}.",
    ),
    "bad-number": Bilingual(
        "NaN and Infinity are not JSON.", "NaN et Infinity ne sont pas du JSON."
    ),
    "bad-key": Bilingual(
        "A key is empty or over {limit} characters.",
        "Une clé est vide ou dépasse {limit} caractères.",
    ),
    "key-twice": Bilingual(
        "The same key stands twice in one object.", "La même clé figure deux fois dans un objet."
    ),
    "too-many-keys": Bilingual(
        "The object has {seen} keys, at most {limit} can be read.",
        "L’objet a {seen} clés, au plus {limit} peuvent être lues.",
    ),
    "too-deep": Bilingual("Values are nested too deep.", "Les valeurs sont trop imbriquées."),
    "not-an-object": Bilingual(
        'The line is not an object such as {{"text": "…"}}.',
        'La ligne n’est pas un objet tel que {{"texte": "…"}}.',
    ),
    "cell-missing": Bilingual(
        "The row does not say this column.", "La rangée ne dit rien de cette colonne."
    ),
    "same-as": Bilingual("The same row as line {line}.", "La même rangée qu’à la ligne {line}."),
    "same-id": Bilingual(
        "The same id as line {line}, with other content.",
        "Le même identifiant qu’à la ligne {line}, avec un autre contenu.",
    ),
    "task-already": Bilingual(
        "It is a task already: the same as line {line} of “{earlier}”, published before.",
        "C’est déjà une tâche : la même qu’à la ligne {line} de « {earlier} », publié avant.",
    ),
    "id-already": Bilingual(
        "A task has this id already, with other content: line {line} of “{earlier}”, published "
        "before.",
        "Une tâche a déjà cet identifiant, avec un autre contenu : la ligne {line} de "
        "« {earlier} », publié avant.",
    ),
    "picture-already": Bilingual(
        "{file}: it is a task already, like picture {line} of “{earlier}”, published before.",
        "{file} : c’est déjà une tâche, comme l’image {line} de « {earlier} », publié avant.",
    ),
    "id-empty": Bilingual("The id is empty.", "L’identifiant est vide."),
    "id-too-long": Bilingual(
        "The id is over {limit} characters.", "L’identifiant dépasse {limit} caractères."
    ),
    "no-task": Bilingual("The row does not say which task.", "La rangée ne dit pas quelle tâche."),
    "no-worker": Bilingual("The row does not say who.", "La rangée ne dit pas qui."),
    "bad-date": Bilingual(
        "“{seen}” is no date and time that can be read.",
        "« {seen} » n’est pas une date et une heure lisibles.",
    ),
    "bad-seconds": Bilingual(
        "“{seen}” is no time in seconds.", "« {seen} » n’est pas un temps en secondes."
    ),
    "bad-pay": Bilingual("“{seen}” is no amount of money.", "« {seen} » n’est pas un montant."),
    "status-unknown": Bilingual(
        "“{seen}” says neither accepted nor rejected; taken as waiting.",
        "« {seen} » ne dit ni accepté ni refusé ; compté comme en attente.",
    ),
    "same-picture": Bilingual(
        "{file}: the same picture as {first}.", "{file} : la même image que {first}."
    ),
    "not-a-picture": Bilingual(
        "{file} is no picture (PNG, JPEG, WebP, GIF) nor sound (WAV, MP3, Ogg, FLAC, M4A, WebM).",
        "{file} n’est ni une image (PNG, JPEG, WebP, GIF) ni un son"
        " (WAV, MP3, Ogg, FLAC, M4A, WebM).",
    ),
    "picture-damaged": Bilingual("{file} is a damaged picture.", "{file} est une image abîmée."),
    "not-a-sound": Bilingual(
        "{file} is no sound that can be played: WAV, MP3, Ogg (Opus, Vorbis), FLAC, M4A or WebM.",
        "{file} n’est pas un son lisible : WAV, MP3, Ogg (Opus, Vorbis), FLAC, M4A ou WebM.",
    ),
    "sound-damaged": Bilingual(
        "{file} is a damaged sound; save it again.",
        "{file} est un son abîmé ; enregistrez-le de nouveau.",
    ),
    "sound-too-long": Bilingual(
        "{file} lasts {seconds_count} s, at most {limit_count} can be imported; cut it into parts.",
        "{file} dure {seconds_count} s, au plus {limit_count} peuvent être importées ; coupez-le.",
    ),
    "video-refused": Bilingual(
        "{file} is a video; give its sound alone, or single pictures.",
        "{file} est une vidéo ; donnez son seul son, ou des images.",
    ),
    "picture-too-large": Bilingual(
        "{file} is {bytes_size}, at most {limit_size} can be read.",
        "{file} fait {bytes_size}, au plus {limit_size} peuvent être lus.",
    ),
    "picture-too-many-pixels": Bilingual(
        "{file} has {pixels_count} pixels, at most {limit_count} can be shown.",
        "{file} a {pixels_count} pixels, au plus {limit_count} peuvent être affichés.",
    ),
    "unsafe-name": Bilingual(
        "{file} leads out of its folder; it was not opened.",
        "{file} mène hors de son dossier ; il n’a pas été ouvert.",
    ),
    "unreadable": Bilingual(
        "{file} cannot be read: {reason}.", "{file} ne peut pas être lu : {reason}."
    ),
    "zip-locked": Bilingual(
        "{file} is locked by a password.", "{file} est protégé par un mot de passe."
    ),
    "zip-ratio": Bilingual(
        "{file} grows more than {limit} times when opened; it was not.",
        "{file} grossirait plus de {limit} fois à l’ouverture ; il n’a pas été ouvert.",
    ),
}

WARNINGS: dict[str, Bilingual] = {
    "encoding-cp1252": Bilingual(
        "The file is not UTF-8 (line {line}): it was read as Windows text (cp1252). "
        "Check the accents.",
        "Le fichier n’est pas en UTF-8 (ligne {line}) : il a été lu comme du texte Windows "
        "(cp1252). Vérifiez les accents.",
    ),
    "some-bytes-unknown": Bilingual(
        "{bytes} bytes are not UTF-8, the first on line {line}: their rows are set aside.",
        "{bytes} octets ne sont pas de l’UTF-8, le premier à la ligne {line} : leurs rangées sont "
        "mises de côté.",
    ),
    "column-skipped": Bilingual(
        "The column “{column}” holds {type}, which cannot be shown: it was left out.",
        "La colonne « {column} » contient {type}, qui ne peut pas être affiché : elle a été omise.",
    ),
}

REFUSALS: dict[str, Bilingual] = {
    "file-missing": Bilingual("There is no such file.", "Ce fichier n’existe pas."),
    "file-empty": Bilingual(
        "The file is empty; choose another.", "Le fichier est vide ; choisissez-en un autre."
    ),
    "file-unknown": Bilingual(
        "This is not text; CSV, JSONL, Parquet and pictures can be imported.",
        "Ce n’est pas du texte ; CSV, JSONL, Parquet et images peuvent être importés.",
    ),
    "file-is-excel": Bilingual(
        "This is an Excel workbook; in Excel, save the sheet as CSV UTF-8 and import that.",
        "C’est un classeur Excel ; dans Excel, enregistrez la feuille en CSV UTF-8 et importez-la.",
    ),
    "file-is-json": Bilingual(
        "This is one JSON list; write one object a line (JSONL) and import that.",
        "C’est une seule liste JSON ; écrivez un objet par ligne (JSONL) et importez ce fichier.",
    ),
    "file-changed": Bilingual(
        "The file has changed since it was first read; import it again.",
        "Le fichier a changé depuis sa première lecture ; importez-le à nouveau.",
    ),
    "file-lost": Bilingual(
        "The file is no longer there; import it again.",
        "Le fichier n’est plus là ; importez-le à nouveau.",
    ),
    "folder-empty": Bilingual(
        "There is no file here; choose a folder with pictures.",
        "Il n’y a aucun fichier ici ; choisissez un dossier avec des images.",
    ),
    "files-too-many": Bilingual(
        "{seen_count} files, at most {limit_count} can be imported at once; split them.",
        "{seen_count} fichiers, au plus {limit_count} peuvent être importés à la fois ; "
        "divisez-les.",
    ),
    "upload-too-large": Bilingual(
        "The file is over {limit_size}; split it, or import it by command.",
        "Le fichier dépasse {limit_size} ; divisez-le, ou importez-le par la commande.",
    ),
    "zip-damaged": Bilingual(
        "The zip cannot be opened; make it again.",
        "Le zip ne peut pas être ouvert ; refaites-le.",
    ),
    "header-missing": Bilingual(
        "The first line holds no column name; write one above each column.",
        "La première ligne ne contient aucun nom de colonne ; écrivez-en un par colonne.",
    ),
    "header-empty": Bilingual(
        "Column {number} has no name in the first line; name it or remove it.",
        "La colonne {number} n’a pas de nom en première ligne ; nommez-la ou supprimez-la.",
    ),
    "header-twice": Bilingual(
        "Columns {first} and {second} are both named “{column}”; rename one.",
        "Les colonnes {first} et {second} s’appellent toutes deux « {column} » ; renommez-en une.",
    ),
    "header-bad-name": Bilingual(
        "The name of column {number} is over {limit} characters or holds unknown ones; shorten it.",
        "Le nom de la colonne {number} dépasse {limit} caractères ou en contient d’inconnus ; "
        "raccourcissez-le.",
    ),
    "columns-too-many": Bilingual(
        "{seen} columns, at most {limit} can be read; remove some.",
        "{seen} colonnes, au plus {limit} peuvent être lues ; supprimez-en.",
    ),
    "column-unknown": Bilingual(
        "The file has no column “{column}”.", "Le fichier n’a pas de colonne « {column} »."
    ),
    "jsonl-no-object": Bilingual(
        "None of the first lines holds a JSON object; write one object a line.",
        "Aucune des premières lignes ne contient un objet JSON ; écrivez un objet par ligne.",
    ),
    "parquet-damaged": Bilingual(
        "The Parquet file is damaged after row {row}; write it again.",
        "Le fichier Parquet est abîmé après la rangée {row} ; écrivez-le à nouveau.",
    ),
    "import-broken": Bilingual(
        "Reading stopped on a fault of the machine ({reason}); nothing was kept, try again.",
        "La lecture s’est arrêtée sur une panne ({reason}) ; rien n’a été gardé, réessayez.",
    ),
    "nothing-good": Bilingual(
        "No row of the file can be used; see the problems.",
        "Aucune rangée du fichier n’est utilisable ; voyez les problèmes.",
    ),
}

ROWS.update(parts.ROWS)
REFUSALS.update(parts.REFUSALS)
REFUSALS.update(labelled.REFUSALS | tags.REFUSALS)
PROBLEMS: dict[str, Bilingual] = ROWS | WARNINGS | REFUSALS | labelled.NOTES


class _Facts(dict[str, Fact]):
    """Facts by name, as sizes or counts where asked; one not given stays visible by its name."""

    def __init__(self, facts: Mapping[str, Fact], *, french: bool) -> None:
        super().__init__(facts)
        self.french = french

    def __missing__(self, name: str) -> str:
        fact, _, shape = name.rpartition("_")
        if shape == "size" and fact in self:
            return self._size(int(self[fact]))
        if shape == "count" and fact in self:
            return self._grouped(int(self[fact]))
        return f"{{{name}}}"

    def _size(self, size: int) -> str:
        units = ("octets", "Kio", "Mio", "Gio") if self.french else ("bytes", "KiB", "MiB", "GiB")
        power = min(max(size.bit_length() - 1, 0) // 10, 3)
        number = f"{size / 1024**power:.1f}".removesuffix(".0")
        return f"{number.replace('.', ',') if self.french else number}\u00a0{units[power]}"

    def _grouped(self, number: int) -> str:
        grouped = f"{number:,}"
        return grouped.replace(",", "\u202f") if self.french else grouped


def words(code: str, facts: Mapping[str, Fact], language: str) -> str:
    """Say a problem, a warning or a refusal in French (``fr``) or in English.

    >>> words("same-as", {"line": 12}, "fr")
    'La même rangée qu’à la ligne 12.'
    """
    known = PROBLEMS.get(code)
    if known is None:
        return code
    french = language.startswith("fr")
    return (known.fr if french else known.en).format_map(_Facts(facts, french=french))


def words_of(problem: Problem, language: str) -> str:
    """Say one problem, its own line and column among the facts unless the facts name others."""
    facts = {"line": problem.line, "column": problem.column, **problem.facts}
    return words(problem.code, facts, language)


HEADINGS = {
    "en": ("line", "column", "code", "problem"),
    "fr": ("ligne", "colonne", "code", "problème"),
}


def write_problem_rows(problems: Iterable[Problem], language: str, out: BinaryIO) -> None:
    """Write problems as a CSV that Excel opens: BOM, and ``;`` in French."""
    short = "fr" if language.startswith("fr") else "en"
    text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";" if short == "fr" else ",")
    writer.writerow(HEADINGS[short])
    for problem in problems:
        column = safe_cell(problem.column)
        said = safe_cell(words_of(problem, short))
        writer.writerow((problem.line or "", column, problem.code, said))
    text.detach()
