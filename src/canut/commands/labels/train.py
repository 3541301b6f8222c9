"""``canut train PROJECT``: train a model on people's answers and measure it."""

import argparse
import sys
from pathlib import Path

from canut.actions.platform import system_clock
from canut.commands.instance_options import add_data, set_up
from canut.core.errors import Missing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the project, and the model if it is not the default."""
    parser.add_argument("project", help="the project's address, as after /projects/")
    parser.add_argument(
        "--model",
        metavar="CLASS",
        help="a Python class of your own, as package.module:Class, with fit and predict",
    )
    parser.add_argument(
        "--endpoint", metavar="URL", help="the address of a model that answers over HTTP"
    )
    parser.add_argument("--name", default="model", help="what the model is called")
    parser.add_argument(
        "--base", default="", help="the foreign model it stands on, whose labour nobody here knows"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write the model with its card into this file"
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Train a new version and print its accuracy."""
    set_up(args)

    from canut.actions.learning.model_cards import export_model, model_card
    from canut.actions.learning.remote_model_client import RemoteModel
    from canut.actions.learning.training import Own, class_named, train
    from canut.actions.learning.training_data import subject_of
    from canut.store.models import Project
    from canut.store.platform.instance import check_database

    check_database()
    project = Project.objects.filter(slug=args.project).first()
    if project is None:
        slugs = ", ".join(Project.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise Missing(f"no project {args.project!r} here; there are: {slugs or 'none'}")
    own = None
    if args.model:
        own = Own(class_named(args.model), args.name, args.base)
    elif args.endpoint:
        labels = subject_of(project).labels
        own = Own(lambda: RemoteModel(args.endpoint, labels), args.name, args.base)
    now_ms = system_clock.now_ms()
    trained = train(project, now_ms, own=own)
    card = model_card(trained)
    held_out, labour = card["held_out"], card["labour"]
    print(f"{card['model']} {card['version']} learnt from {labour['answers']} answers")
    print(f"  people's time inside: {labour['ms'] / 3_600_000:.2f} h", end="")
    print(f"; {labour['unknown']['en']} in {trained.base}" if trained.base else "")
    print(f"  right on {held_out['right']} of {held_out['tasks']} held-out tasks", end="")
    print(f": {held_out['accuracy']:.3f} [{held_out['low']:.3f}, {held_out['high']:.3f}]")
    if held_out["ece"] is not None:
        print(f"  error of its chances (ECE): {held_out['ece']:.3f}")
    for answers, right, total in trained.curve:
        print(f"  after {answers} answers: {right / total:.3f}")
    if args.output:
        Path(args.output).write_bytes(export_model(trained, now_ms))
        print(f"Wrote {args.output}.", file=sys.stderr)
    return 0
