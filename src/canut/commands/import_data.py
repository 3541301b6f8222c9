"""``canut import``: bring tasks, or what a model said of them, also beside a running server.

``canut import PROJECT FILE`` brings tasks into a project, also texts marked elsewhere, of CoNLL or
spaCy, whose spans then stand in a column ``spans``; ``canut import FILE`` begins a project;
``canut import mturk INPUT.csv TEMPLATE.html`` begins one from a batch of Mechanical Turk;
``canut import label-studio EXPORT.json --config CONFIG.xml`` one from Label Studio;
``canut import prelabels PROJECT FILE`` brings what a model said of tasks that are there;
``canut import coco PROJECT FILE.json`` and ``canut import yolo PROJECT FOLDER`` what it marked in
their pictures.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from canut.commands.instance_options import add_data, set_up, speaks_french, stand_back
from canut.core.errors import BadInput, Incomplete, Missing

if TYPE_CHECKING:
    from canut.core.formats import Problem
    from canut.store.models import Organisation, Person, Project


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is brought, its columns, and what to do with bad rows."""
    parser.add_argument(
        "what",
        nargs="+",
        metavar="WHAT",
        help="PROJECT FILE, FILE alone, mturk INPUT.csv TEMPLATE.html, label-studio EXPORT.json, "
        "prelabels PROJECT FILE, coco PROJECT FILE.json, or yolo PROJECT FOLDER; a file is CSV, "
        "JSONL, Parquet, a zip or a folder",
    )
    parser.add_argument("--id", metavar="COLUMN", help="the column that names each row")
    parser.add_argument("--known", metavar="COLUMN", help="the column of known answers")
    parser.add_argument("--label", metavar="COLUMN", help="the column of what a model said")
    parser.add_argument("--score", metavar="COLUMN", help="how sure the model was, from 0 to 1")
    parser.add_argument("--source", metavar="COLUMN", help="the column that names the model")
    parser.add_argument("--model", default="", help="the model's name, where no column says it")
    parser.add_argument("--model-version", default="", help="the model's version")
    parser.add_argument("--config", metavar="FILE", help="label-studio: its configuration, XML")
    parser.add_argument(
        "--media",
        metavar="PATH",
        help="mturk, label-studio: a zip or folder of its pictures and sounds",
    )
    parser.add_argument(
        "--without", action="append", default=[], metavar="FIELD", help="mturk: a field not asked"
    )
    parser.add_argument("--title", help="the project's title (default: the file's name)")
    parser.add_argument("--by", metavar="NAME", help="who asks: the name they sign in with")
    parser.add_argument(
        "--keep",
        choices=("good", "nothing"),
        default="nothing",
        help="when rows are bad: keep the good ones, or nothing (default)",
    )
    parser.add_argument("--problems", metavar="FILE", help="write the rows set aside, with reasons")
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Do what the words say."""
    stand_back()
    set_up(args)
    from canut.store.platform.instance import check_database

    check_database()
    match args.what:
        case ["mturk", rows, template]:
            return _batch(args, Path(rows), Path(template))
        case ["label-studio", file]:
            return _label_studio(args, Path(file))
        case ["prelabels", project, file]:
            return _prelabels(args, _project(project), Path(file))
        case ["coco" | "yolo" as format_, project, file]:
            return _marked(args, format_, _project(project), Path(file))
        case [project, file]:
            return _tasks_or_passages(args, _project(project), Path(file))
        case [file]:
            return _draft(args, Path(file))
        case _:
            raise Incomplete("give PROJECT FILE, or FILE; see canut import --help", field="what")


def _tasks_or_passages(args: argparse.Namespace, project: "Project", source: Path) -> int:
    """Bring rows; texts marked elsewhere become rows first."""
    from tempfile import TemporaryDirectory

    from canut.actions.imports.span_files import reader_of, write_rows
    from canut.commands.labels.question import tell_notes
    from canut.core.formats.training.labelled_items import Notes

    read = reader_of(source)
    if read is None:
        return _tasks(args, project, source)
    notes = Notes()
    with TemporaryDirectory() as folder:
        rows = Path(folder) / f"{source.name}.jsonl"
        write_rows(project.pk, source, read, rows, notes)
        tell_notes(notes)
        return _tasks(args, project, rows)


def _tasks(args: argparse.Namespace, project: "Project", source: Path) -> int:
    """Read, report, then publish or discard; refuses when rows are bad and nothing was said."""
    from dataclasses import replace

    from django.utils import timezone

    from canut.actions.imports.lifecycle import (
        ImportOptions,
        discard_import,
        publish_import,
        read_import,
        start_import,
        write_problems,
    )
    from canut.actions.learning.prelabels import NAMELESS, PrelabelColumns
    from canut.actions.projects.from_platform_batch import options_of_pool, refuse_results
    from canut.core.formats import sniff

    now, reading = timezone.now(), sniff(source)
    refuse_results(reading)
    options = options_of_pool(reading, ImportOptions(id_column=args.id, known_column=args.known))
    if args.label:
        name = args.model or NAMELESS
        said = PrelabelColumns(args.label, args.score, args.source, name, args.model_version)
        options = replace(options, prelabel=said)
    begun = start_import(
        project.pk, source, source.name, reading, options, by=project.created_by, now=now
    )
    read_import(begun.pk, now)
    begun.refresh_from_db()
    if args.problems:
        with Path(args.problems).open("wb") as out:
            write_problems(begun.pk, "fr" if speaks_french() else "en", out)
    if begun.rows_bad and args.keep == "nothing":
        discard_import(begun.pk, now)
        raise BadInput(
            f"{begun.rows_bad} rows cannot be used and nothing was kept; see them with "
            "--problems FILE, or keep the others with --keep good",
            code="rows-bad",
        )
    publish_import(begun.pk, now)
    _say(f"{begun.rows_good} tasks published, {begun.rows_bad} set aside.")
    return 0


def _draft(args: argparse.Namespace, source: Path) -> int:
    from django.utils import timezone

    from canut.actions.projects.from_platform_batch import begin_draft

    person, organisation = _asker(args)
    title = args.title or source.stem
    made = begin_draft(organisation, title, source, by=person, now=timezone.now())
    return _go_on(made)


def _batch(args: argparse.Namespace, rows: Path, template: Path) -> int:
    """Begin a project from a batch; its rows are read and its question is written."""
    from django.utils import timezone

    from canut.actions.imports.lifecycle import write_problems
    from canut.actions.projects.drafts import keep_good_rows
    from canut.actions.projects.from_platform_batch import PlatformBatch, begin_batch

    person, organisation = _asker(args)
    pictures = Path(args.media) if args.media else None
    files = PlatformBatch(rows, template, pictures, tuple(args.without))
    title = args.title or rows.stem
    made, form, source = begin_batch(organisation, title, files, by=person, now=timezone.now())
    source.refresh_from_db()
    for line, tag in form.passed_over:
        _say(f"line {line}: <{tag}> was left out; nothing of the form is run.")
    if args.problems:
        with Path(args.problems).open("wb") as out:
            write_problems(source.pk, "fr" if speaks_french() else "en", out)
    if source.rows_bad and args.keep == "good":
        keep_good_rows(source)
    _say(f"{form.ask!r}: {', '.join(value for value, _ in form.choices)}")
    _say(f"{source.rows_good} rows read, {source.rows_bad} to look at.")
    return _go_on(made)


def _label_studio(args: argparse.Namespace, tasks: Path) -> int:
    """Begin a project from one of Label Studio; what cannot be asked here is refused in words."""
    from django.utils import timezone

    from canut.actions.projects.drafts import keep_good_rows
    from canut.actions.projects.from_label_studio import LabelStudioExport, bring_label_studio
    from canut.commands.labels.question import tell_notes
    from canut.core.formats.training.labelled_items import words_of_refusal

    if not args.config:
        raise Incomplete("give its configuration with --config CONFIG.xml", field="config")
    person, organisation = _asker(args)
    media = Path(args.media) if args.media else None
    files = LabelStudioExport(tasks, Path(args.config), media)
    title = args.title or tasks.stem
    try:
        came = bring_label_studio(organisation, title, files, by=person, now=timezone.now())
    except BadInput as refusal:
        print(
            f"canut import: {words_of_refusal(refusal, 'fr' if speaks_french() else 'en')}",
            file=sys.stderr,
        )
        return 2
    tell_notes(came.notes)
    source = came.source
    if source.rows_bad and args.keep == "good":
        keep_good_rows(source)
    _say(f"{source.rows_good} tasks read, {source.rows_bad} to look at.")
    if came.answers:
        _say(
            f"{came.answers} answers of {came.people} people stay with their tasks, in the column "
            "ls_answers; none of them counts here."
        )
    return _go_on(came.project)


def _prelabels(args: argparse.Namespace, project: "Project", source: Path) -> int:
    """Keep what a model said of tasks that are there; nothing where a row cannot be kept."""
    from canut.actions.learning.prelabels import NAMELESS, PrelabelColumns, bring_prelabels

    if not (args.id and args.label):
        raise Incomplete("name the columns: --id COLUMN --label COLUMN", field="label")
    name = args.model or NAMELESS
    columns = PrelabelColumns(args.label, args.score, args.source, name, args.model_version)
    brought = bring_prelabels(project, source, args.id, columns)
    if brought.problems:
        return _refuse(args, brought.problems)
    _say(f"{brought.kept} labels of a model kept, apart from people's answers.")
    return 0


def _marked(args: argparse.Namespace, format_: str, project: "Project", source: Path) -> int:
    """Keep what a model marked in pictures of tasks that are there."""
    from canut.actions.imports.prelabel_files import Origin, bring_coco, bring_yolo
    from canut.actions.learning.prelabels import NAMELESS
    from canut.commands.labels.question import tell_notes
    from canut.core.formats.training.labelled_items import Notes

    notes, origin = Notes(), Origin(args.model or NAMELESS, args.model_version)
    bring = bring_coco if format_ == "coco" else bring_yolo
    brought = bring(project, source, origin, notes)
    tell_notes(notes)
    if brought.problems:
        return _refuse(args, brought.problems)
    _say(f"{brought.kept} pictures marked by a model kept, apart from people's answers.")
    return 0


def _refuse(args: argparse.Namespace, problems: "list[Problem]") -> int:
    from canut.core.formats.problems.catalogue import words_of, write_problem_rows

    language, first = "fr" if speaks_french() else "en", problems[0]
    if args.problems:
        with Path(args.problems).open("wb") as out:
            write_problem_rows(problems, language, out)
    raise BadInput(
        f"{len(problems)} rows cannot be used and nothing was kept; the first: line {first.line}, "
        f"column {first.column!r}: {words_of(first, language)} --problems FILE writes them all",
        code="rows-bad",
    )


def _project(slug: str) -> "Project":
    from canut.store.models import Project

    found = Project.objects.filter(slug=slug).first()
    if found is None:
        raise Missing(f"no project {slug!r} in this instance")
    return found


def _asker(args: argparse.Namespace) -> "tuple[Person, Organisation]":
    """Return who asks, and in whose name; the only one where nobody is named."""
    from canut.store.models import Membership, Role

    held = Membership.objects.filter(
        role__in=(Role.REQUESTER, Role.OPERATOR), ended_at=None, organisation__isnull=False
    ).select_related("person", "organisation")
    if args.by:
        held = held.filter(person__username=args.by)
    found = sorted(held, key=lambda one: (one.role != Role.REQUESTER, one.pk))
    people = sorted({one.person.username for one in found})
    if not found or (len(people) > 1 and not args.by):
        raise Incomplete(f"say who asks with --by NAME; there are: {', '.join(people)}", field="by")
    organisation = found[0].organisation
    if organisation is None:
        raise Missing("they ask in no organisation's name")
    return found[0].person, organisation


def _go_on(made: "Project") -> int:
    from django.conf import settings

    _say(f"{made.title} is a draft: say what it is for and what it pays, then open it.")
    print(f"{settings.URL}/projects/{made.slug}/setup")
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr)
