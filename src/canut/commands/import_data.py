"""``canut import``: import tasks or pre-labels, publish; works next to a running server.

The subcommands and their options stand in ``import_options``. Texts marked elsewhere, of CoNLL or
spaCy, become rows whose spans stand in a column ``spans``.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from canut.actions.platform import system_clock
from canut.actions.platform.system_clock import now_ms
from canut.commands.import_options import SUBCOMMANDS, add_subcommands
from canut.commands.instance_options import set_up, speaks_french, stand_back
from canut.core.errors import BadInput, Incomplete, Missing

__all__ = ["SUBCOMMANDS", "add_arguments", "run"]
if TYPE_CHECKING:
    from canut.core.formats import Problem
    from canut.store.models import Import, Organisation, Person, Project


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the input, its columns, and what to do with bad rows."""
    add_subcommands(parser)


def run(args: argparse.Namespace) -> int:
    """Run the import that the arguments describe."""
    stand_back()
    set_up(args)
    from canut.store.platform.instance import check_database

    check_database()
    if args.what in {"publish", "discard"}:
        return _settle(args, _waiting(args))
    return _bring(args, Path(args.file))


def _bring(args: argparse.Namespace, source: Path) -> int:
    match args.what:
        case "mturk":
            return _batch(args, source, Path(args.template))
        case "label-studio":
            return _label_studio(args, source)
        case "predictions":
            return _prelabels(args, _project(args.project), source)
        case "coco" | "yolo":
            return _marked(args, args.what, _project(args.project), source)
        case _ if args.project:
            return _tasks_or_passages(args, _project(args.project), source)
        case _:
            return _draft(args, source)


def _tasks_or_passages(args: argparse.Namespace, project: "Project", source: Path) -> int:
    """Import rows; annotated texts are converted to rows first."""
    from tempfile import TemporaryDirectory

    from canut.actions.imports.span_files import reader_of, write_rows
    from canut.commands.labels.question import tell_notes
    from canut.core.formats.training.labelled_items import Notes

    reader = reader_of(source)
    if reader is None:
        return _tasks(args, project, source)
    notes = Notes()
    with TemporaryDirectory() as folder:
        rows = Path(folder) / f"{source.name}.jsonl"
        write_rows(project.pk, source, reader, rows, notes)
        tell_notes(notes)
        return _tasks(args, project, rows)


def _tasks(args: argparse.Namespace, project: "Project", source: Path) -> int:
    """Read, report, then publish or discard; refuse bad rows unless told otherwise."""
    from dataclasses import replace

    from canut.actions.imports.lifecycle import (
        ImportOptions,
        discard_import,
        publish_import,
        read_import,
        start_import,
        write_problems,
    )
    from canut.actions.imports.workbooks import table_of
    from canut.actions.learning.prelabels import NAMELESS, PrelabelColumns
    from canut.actions.platform.uploads import forget_upload
    from canut.actions.projects.from_platform_batch import options_of_pool, refuse_results
    from canut.core.formats import sniff

    now_ms, table = system_clock.now_ms(), table_of(source)
    try:
        reading = sniff(table)
        refuse_results(reading)
        columns_named = ImportOptions(id_column=args.id, known_column=args.known)
        options = options_of_pool(reading, columns_named)
        if args.label:
            name = args.model or NAMELESS
            columns = PrelabelColumns(args.label, args.score, args.source, name, args.model_version)
            options = replace(options, prelabel=columns)
        new_import = start_import(
            project.pk, table, source.name, reading, options, by=project.created_by, now_ms=now_ms
        )
    except BaseException:
        if table != source:
            forget_upload(table)
        raise
    read_import(new_import.pk, now_ms)
    new_import.refresh_from_db()
    if args.problems:
        with Path(args.problems).open("wb") as out:
            write_problems(new_import.pk, "fr" if speaks_french() else "en", out)
    if new_import.rows_bad and args.keep == "nothing":
        discard_import(new_import.pk, now_ms)
        raise BadInput(
            f"{new_import.rows_bad} rows cannot be used and nothing was kept; see them with "
            "--problems FILE, or keep the others with --keep good",
            code="rows-bad",
        )
    publish_import(new_import.pk, now_ms)
    _say(f"{new_import.rows_good} tasks published, {new_import.rows_bad} set aside.")
    return 0


def _settle(args: argparse.Namespace, source: "Import") -> int:
    """Publish an import, or discard it; the rows set aside are written first, if asked for."""
    from canut.actions.imports.lifecycle import discard_import, read_import, write_problems
    from canut.actions.imports.publishing import publish_waiting

    if args.what == "discard":
        discard_import(source.pk, now_ms())
        _say(f"{source.name} was discarded.")
        return 0
    if source.state == source.State.READING:
        source = read_import(source.pk, now_ms())
    if args.problems:
        with Path(args.problems).open("wb") as out:
            write_problems(source.pk, "fr" if speaks_french() else "en", out)
    source.refresh_from_db()
    source = publish_waiting(source, now_ms(), keeps_good=args.keep == "good", at_once=True)
    _say(f"{source.rows_good} tasks published, {source.rows_bad} set aside.")
    return 0


def _waiting(args: argparse.Namespace) -> "Import":
    from canut.store.models import Import
    from canut.store.projects.drafts import current_import

    project = _project(args.project)
    numbered = Import.objects.filter(project=project, pk=args.number or 0).first()
    source = numbered if args.number else current_import(project)
    if source is None:
        raise Missing(f"{project.slug} has no such import", code="import-missing")
    return source


def _draft(args: argparse.Namespace, source: Path) -> int:

    from canut.actions.projects.from_platform_batch import begin_draft

    person, organisation = _asker(args)
    title = args.title or source.stem
    project = begin_draft(organisation, title, source, by=person, now_ms=now_ms())
    return _go_on(project)


def _batch(args: argparse.Namespace, rows: Path, template: Path) -> int:
    """Create a project from a platform batch, with its rows and its question."""
    from canut.actions.imports.lifecycle import write_problems
    from canut.actions.projects.drafts import keep_good_rows
    from canut.actions.projects.from_platform_batch import PlatformBatch, begin_batch

    person, organisation = _asker(args)
    pictures = Path(args.media) if args.media else None
    files = PlatformBatch(rows, template, pictures, tuple(args.without))
    title = args.title or rows.stem
    project, form, source = begin_batch(organisation, title, files, by=person, now_ms=now_ms())
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
    return _go_on(project)


def _label_studio(args: argparse.Namespace, tasks: Path) -> int:
    """Create a project from Label Studio; refuse what cannot be asked here."""
    from canut.actions.projects.drafts import keep_good_rows
    from canut.actions.projects.from_label_studio import LabelStudioExport, bring_label_studio
    from canut.commands.labels.question import tell_notes
    from canut.core.formats.training.labelled_items import words_of_refusal

    person, organisation = _asker(args)
    media = Path(args.media) if args.media else None
    files = LabelStudioExport(tasks, Path(args.config), media)
    title = args.title or tasks.stem
    try:
        came = bring_label_studio(organisation, title, files, by=person, now_ms=now_ms())
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
    """Store pre-labels of existing tasks; none if a row is invalid."""
    from canut.actions.learning.prelabels import NAMELESS, PrelabelColumns, bring_prelabels

    name = args.model or NAMELESS
    columns = PrelabelColumns(args.label, args.score, args.source, name, args.model_version)
    report = bring_prelabels(project, source, args.id, columns)
    if report.problems:
        return _refuse(args, report.problems)
    _say(f"{report.kept} labels of a model kept, apart from people's answers.")
    return 0


def _marked(args: argparse.Namespace, format_: str, project: "Project", source: Path) -> int:
    """Store pre-labels of pictures of existing tasks."""
    from canut.actions.imports.prelabel_files import Origin, bring_coco, bring_yolo
    from canut.actions.learning.prelabels import NAMELESS
    from canut.commands.labels.question import tell_notes
    from canut.core.formats.training.labelled_items import Notes

    notes, origin = Notes(), Origin(args.model or NAMELESS, args.model_version)
    bring = bring_coco if format_ == "coco" else bring_yolo
    report = bring(project, source, origin, notes)
    tell_notes(notes)
    if report.problems:
        return _refuse(args, report.problems)
    _say(f"{report.kept} pictures marked by a model kept, apart from people's answers.")
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

    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise Missing(f"no project {slug!r} in this instance")
    return project


def _asker(args: argparse.Namespace) -> "tuple[Person, Organisation]":
    """Return the requester and organisation; the only one if none is named."""
    from canut.store.models import Membership, Role

    memberships = Membership.objects.filter(
        role__in=(Role.REQUESTER, Role.OPERATOR), ended_at=None, organisation__isnull=False
    ).select_related("person", "organisation")
    if args.by:
        memberships = memberships.filter(person__username=args.by)
    candidates = sorted(
        memberships, key=lambda membership: (membership.role != Role.REQUESTER, membership.pk)
    )
    people = sorted({membership.person.username for membership in candidates})
    if not candidates or (len(people) > 1 and not args.by):
        raise Incomplete(f"say who asks with --by NAME; there are: {', '.join(people)}", field="by")
    organisation = candidates[0].organisation
    if organisation is None:
        raise Missing("they ask in no organisation's name")
    return candidates[0].person, organisation


def _go_on(project: "Project") -> int:
    from django.conf import settings

    _say(f"{project.title} is a draft: say what it is for and what it pays, then open it.")
    print(f"{settings.URL}/projects/{project.slug}/setup")
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr)
