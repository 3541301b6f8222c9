"""``canut lessons``: list the lessons, check or add a folder, print how far markers agree."""

import argparse
import json
from pathlib import Path

from canut.commands.instance_options import add_data, set_up
from canut.core.errors import BadInput
from canut.core.lessons.figures import LEAST_SCRIPTS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the action, its folder, and whether facts are listed."""
    parser.add_argument(
        "what",
        choices=["list", "check", "add", "figures"],
        help="list: number, version, minutes and who wrote each; check FOLDER: say what is wrong"
        " with one; add FOLDER: check it and copy it into CANUT_LESSONS;"
        " figures: how far markers agree, by lesson, from 20 cases marked by two on",
    )
    parser.add_argument("of", nargs="?", metavar="FOLDER", help="the folder of a lesson")
    parser.add_argument(
        "--facts", action="store_true", help="with list: each fact with its mark and source"
    )
    parser.add_argument("--json", action="store_true", help="with figures: as JSON")
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Run the action; return 1 where a check finds something."""
    if args.what in {"check", "add"} and not args.of:
        raise BadInput("say which folder", code="lesson-unsaid")
    if args.what == "check":
        return _check(Path(args.of))
    set_up(args)
    from canut.actions.lessons.catalogue import add_lesson, list_lessons

    if args.what == "figures":
        return _figures(as_json=args.json)
    if args.what == "add":
        lesson = add_lesson(Path(args.of))
        print(
            f"lesson {lesson.number} {lesson.id} version {lesson.version} added; restart to see it"
        )
        return 0
    for lesson in list_lessons():
        authors = ", ".join(lesson.authors)
        print(
            f"{lesson.number:>2} {lesson.id} v{lesson.version} {lesson.minutes} min"
            f" {lesson.title.fr} / {lesson.title.en} ({authors}) {lesson.sha256[:12]}"
        )
        for fact in lesson.facts if args.facts else ():
            print(f"   {fact.id} {fact.mark.value} {fact.source} {fact.url}".rstrip())
    return 0


def _figures(*, as_json: bool) -> int:
    """Print the agreement of markers by lesson."""
    from canut.actions.lessons.figures import all_figures

    rows = all_figures()
    if as_json:
        print(json.dumps([row.as_fields() for row in rows], indent=2))
        return 0
    for row in rows:
        fields, name = row.as_fields(), f"{row.lesson.number:>2} {row.lesson.id}"
        if not row.measured.is_enough:
            print(f"{name}: {fields['cases']} cases marked by two; published from {LEAST_SCRIPTS}")
            continue
        alphas = zip(row.lesson.case.criteria, row.measured.criteria, strict=True)
        by_criterion = ", ".join(
            f"{criterion.id} {'-' if alpha is None else f'{alpha:.3f}'}"
            for criterion, alpha in alphas
        )
        back = "; the rubric goes back to its author" if row.measured.is_low else ""
        print(
            f"{name}: {fields['cases']} cases, alpha {fields['alpha_total']} ({by_criterion}),"
            f" third marker {fields['third_marker_percent']}%{back}"
        )
    return 0


def _check(folder: Path) -> int:
    """Print what is wrong with a lesson; return 1 where something is."""
    from canut.core.lessons.checks import problems
    from canut.core.lessons.reading import read_lesson

    lesson = read_lesson(folder)
    lines = list(problems(lesson))
    for line in lines:
        print(line)
    print(
        f"{lesson.id} version {lesson.version}: {len(lesson.screen_ids())} screens,"
        f" {len(lesson.items)} items, {len(lines)} problems"
    )
    return int(bool(lines))
