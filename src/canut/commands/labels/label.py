"""``canut label FILE``: label your own data in the browser, alone, without an account.

The same file and question again continue where they stopped. The server listens on loopback only;
the address that is printed works once.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from canut.actions.platform import system_clock
from canut.actions.platform.system_clock import now_ms
from canut.commands.instance_options import (
    add_address,
    add_data,
    check_port,
    migrate_if_new,
    set_up,
    speaks_french,
    when_ready,
)
from canut.core.errors import Incomplete

if TYPE_CHECKING:
    from canut.core.formats import ReadOptions
    from canut.core.formats.platforms.mturk_question import ParsedPage
    from canut.store.models import Person, Project


class LabelTexts(NamedTuple):
    """Messages and default texts of the command."""

    question: str
    page: str
    aims: tuple[str, str, str]
    unknown: str
    ready: str
    set_aside: str
    again: str
    export: str


FRENCH = LabelTexts(
    "Que choisissez-vous ?",
    "Répondez sur la page.",
    (
        "Étiqueter ses propres données.",
        "La personne qui a lancé cette commande.",
        "Rien n’a été dit en ligne de commande : --risk permet de l’écrire.",
    ),
    "inconnu",
    "Ouvrez une fois cette adresse : {url}  (Ctrl-C pour arrêter)",
    "{bad} rangées mises de côté (les voir : {url}/projects/{slug}/). "
    "Les {good} autres sont gardées.",
    "On continue « {title} ».",
    "Projet : {url}/projects/{slug}/\n"
    "Pour prendre les étiquettes : canut export {slug} -o {slug}.csv{data}",
)
ENGLISH = LabelTexts(
    "Which do you choose?",
    "Answer on the page.",
    (
        "Label one's own data.",
        "The person who ran this command.",
        "Nothing was said on the command line: write it with --risk.",
    ),
    "unknown",
    "Open this address once: {url}  (Ctrl-C to stop)",
    "{bad} rows were set aside (see {url}/projects/{slug}/). The other {good} are kept.",
    "Continuing “{title}”.",
    "Project: {url}/projects/{slug}/\nTo take the labels: canut export {slug} -o {slug}.csv{data}",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the data, the question, and the aims."""
    parser.add_argument(
        "file", nargs="?", help="a CSV, Excel, JSONL or Parquet file, or a zip of images"
    )
    parser.add_argument("--images", metavar="FOLDER", help="a folder of images instead of a file")
    parser.add_argument("--text", metavar="COLUMN", help="the column to judge")
    parser.add_argument("--choices", metavar="A,B,C", help="the possible answers")
    parser.add_argument("--page", metavar="FILE", help="a page of your own that asks, as HTML")
    parser.add_argument("--multiple", action="store_true", help="several answers may be chosen")
    parser.add_argument("--question", help="what to ask")
    parser.add_argument("--id", metavar="COLUMN", help="the column that names each row")
    parser.add_argument("--title", help="the project's title (default: the file's name)")
    parser.add_argument("--aim", help="what the labels are for")
    parser.add_argument("--for", dest="whom", metavar="WHOM", help="for whom")
    parser.add_argument("--risk", help="what could go wrong for people, and what is done about it")
    parser.add_argument("--origin", help="whose words, images or gestures these are")
    add_data(parser)
    add_address(parser)


def run(args: argparse.Namespace) -> int:
    """Create or find the project, print the one-time link, serve until Ctrl-C."""
    source = Path(args.images or args.file or "")
    if bool(args.images) == bool(args.file):
        raise Incomplete("give either a file or --images FOLDER", field="file")
    if bool(args.choices) == bool(args.page):
        raise Incomplete("give either --choices A,B,C or --page FILE", field="choices")
    if not source.exists():
        raise Incomplete(f"there is no {source}; check the path", field="file")
    url = f"http://127.0.0.1:{args.port}"
    data = set_up(args, url=url)
    check_port("127.0.0.1", args.port)
    migrate_if_new()

    from canut.actions.people.accounts import make_one_time_link
    from canut.web.platform.server import serve

    words = FRENCH if speaks_french() else ENGLISH
    person = _me()
    project = find_or_create(args, source, person, words, url)
    token = make_one_time_link(person, f"/work/{project.slug}/", now_ms())
    address = f"{url}/enter/{token}"
    say = words.ready.format(url=address)
    where = f" --data {data}" if args.data else ""
    export = words.export.format(url=url, slug=project.slug, data=where)
    print(export, flush=True)
    when_ready(url, say, browser=not args.no_browser, opens=address)
    try:
        serve(host="127.0.0.1", port=args.port, with_jobs=True, data=data)
    finally:
        print(export, flush=True)
    return 0


def _me() -> "Person":
    """Return the only person of this machine, created without a password."""
    from canut.actions.people.accounts import add_operator
    from canut.store.models import Person

    person = Person.objects.filter(username="me").first()
    return person or add_operator("me", None, "Canut", now_ms())


def find_or_create(
    args: argparse.Namespace, source: Path, person: "Person", words: LabelTexts, url: str
) -> "Project":
    """Find the project of this file and question, or create it; a workbook is read as a table."""
    from canut.actions.imports.workbooks import table_of
    from canut.actions.platform.uploads import forget_upload

    table = table_of(source)
    try:
        return _project_of(args, table, person, words, url)
    finally:
        if table != source:
            forget_upload(table)


def _project_of(
    args: argparse.Namespace, table: Path, person: "Person", words: LabelTexts, url: str
) -> "Project":
    """Find the project of this file and question, or create it from the table."""
    from canut.actions.imports.lifecycle import (
        ImportOptions,
        publish_import,
        read_import,
        start_import,
    )
    from canut.actions.own_pages.pages import add_page
    from canut.actions.people.accounts import join_as_worker
    from canut.actions.projects.setup import (
        create_project,
        open_project,
        set_rate,
        write_aims,
        write_question,
    )
    from canut.actions.work.overlap import set_overlap
    from canut.core.formats import sniff
    from canut.core.kinds import check_schema
    from canut.store.models import Import, Organisation
    from canut.store.projects.versions import current_question

    now_ms, source = system_clock.now_ms(), Path(args.images or args.file)
    reading = sniff(table)
    page = _page(args, reading.columns) if args.page else None
    schema = _page_schema(args, words, page) if page else _schema(args, words, reading)
    normal = check_schema(schema)
    size = _size(table)
    for earlier in Import.objects.filter(
        name=source.name, bytes_total=size, state=Import.State.PUBLISHED, created_by=person
    ).select_related("project"):
        if check_schema(current_question(earlier.project_id).schema) == normal:
            _say(words.again.format(title=earlier.project.title))
            return earlier.project
    organisation = Organisation.objects.get(membership__person=person, membership__role="requester")
    project = create_project(
        organisation, args.title or source.stem, by=person, now_ms=now_ms, own_staff=True
    )
    if page is not None:
        add_page(project.pk, page, now_ms)
    write_question(project, schema, "", by=person, now_ms=now_ms)
    set_rate(project, 0, "CAD", by=person, now_ms=now_ms)
    business, social, ethical = words.aims
    write_aims(
        project,
        business=args.aim or business,
        social=args.whom or social,
        ethical=args.risk or ethical,
        whose=args.origin or words.unknown,
        consent=words.unknown,
        paid=words.unknown,
    )
    options = ImportOptions(id_column=args.id)
    new_import = start_import(
        project.id, table, source.name, reading, options, by=person, now_ms=now_ms
    )
    read_import(new_import.id, now_ms)
    new_import.refresh_from_db()
    if new_import.rows_bad:
        _say(
            words.set_aside.format(
                bad=new_import.rows_bad, good=new_import.rows_good, url=url, slug=project.slug
            )
        )
    set_overlap(project.id, 1, now_ms)
    publish_import(new_import.id, now_ms)
    open_project(project, now_ms)
    join_as_worker(project, person, now_ms)
    return project


def _schema(
    args: argparse.Namespace, words: LabelTexts, reading: "ReadOptions"
) -> dict[str, object]:
    """Return a choice about one column."""
    column = _column(args, reading.columns)
    question = {
        "id": "q",
        "kind": "choice",
        "ask": args.question or words.question,
        "multiple": args.multiple,
        "choices": [{"value": c.strip()} for c in args.choices.split(",") if c.strip()],
    }
    return {
        "questions": [question],
        "show": [{"column": column, "as": _shown_as(reading, column)}],
    }


def _page(args: argparse.Namespace, columns: Sequence[str]) -> "ParsedPage":
    """Return the page of ``--page``, whose columns the file must have."""
    from canut.core.formats.platforms.mturk_question import parse_layout
    from canut.core.formats.platforms.own_pages import check_columns

    path = Path(args.page)
    if not path.is_file():
        raise Incomplete(f"there is no {path}; check the path", field="page")
    page, facts = parse_layout(path.read_text("utf-8-sig", "replace"))
    check_columns(facts, columns)
    return page


def _page_schema(
    args: argparse.Namespace, words: LabelTexts, page: "ParsedPage"
) -> dict[str, object]:
    """Return the question that is answered on a page."""
    from canut.actions.own_pages.pages import page_digest

    question = {
        "id": "q",
        "kind": "page",
        "ask": args.question or words.page,
        "page": page_digest(page.form, page.body),
    }
    return {"questions": [question], "show": []}


def _column(args: argparse.Namespace, columns: Sequence[str]) -> str:
    if args.images:
        return columns[0]
    if args.text in columns:
        return str(args.text)
    if args.text is None and len(columns) == 1:
        return columns[0]
    listed = ", ".join(columns)
    raise Incomplete(
        f"the file has no column {args.text!r}; it has: {listed}. Choose one with --text",
        field="text",
    )


def _shown_as(reading: "ReadOptions", column: str) -> str:
    is_picture = reading.format == "images" or column in reading.media
    return "image" if is_picture else "text"


def _size(source: Path) -> int:
    files = source.rglob("*") if source.is_dir() else [source]
    return sum(f.stat().st_size for f in files if f.is_file())


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
