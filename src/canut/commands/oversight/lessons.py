"""``canut lessons``: list the lessons, check the folder of one, or add it to this instance."""

import argparse
from pathlib import Path

from canut.commands.instance_options import add_data, set_up
from canut.core.errors import BadInput


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the action, its folder, and whether facts are listed."""
    parser.add_argument(
        "what",
        choices=["list", "check", "add"],
        help="list: number, version, minutes and who wrote each; check FOLDER: say what is wrong"
        " with one; add FOLDER: check it and copy it into CANUT_LESSONS",
    )
    parser.add_argument("of", nargs="?", metavar="FOLDER", help="the folder of a lesson")
    parser.add_argument(
        "--facts", action="store_true", help="with list: each fact with its mark and source"
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Run the action; return 1 where a check finds something."""
    if args.what != "list" and not args.of:
        raise BadInput("say which folder", code="lesson-unsaid")
    if args.what == "check":
        return _check(Path(args.of))
    set_up(args)
    from canut.actions.lessons.catalogue import add_lesson, list_lessons

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
