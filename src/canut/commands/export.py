"""``canut export PROJECT``: write labels or answers to a file; works next to a running server.

Each file comes with a pay summary (who paid, the intermediaries, what people earned) and, if the
project has one, its newest labour card. ``--bundle`` writes a whole dataset with a new card, to be
checked by anyone with ``canut verify``.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from canut.actions.platform.system_clock import now_ms
from canut.commands.instance_options import add_data, set_up
from canut.core.errors import BadInput, Missing
from canut.store.platform.synced_file import SyncedWriter

if TYPE_CHECKING:
    from canut.core.formats.training.labelled_items import Notes

FORMATS = ("csv", "xlsx", "jsonl", "json", "parquet", "tsv", "conll", "conllup", "zip", "xml")
YOLO = ("yolo-detect", "yolo-obb", "yolo-segment", "yolo-pose")
OF_LABELS = (
    *("labels", "segments", "conll", "spacy", "coco", "coco-split", *YOLO),
    *("huggingface", "label-studio"),
)
WHATS = (*OF_LABELS, "answers", "prelabels", "mturk", "toloka", "ground-truth")
ONLY = {
    "mturk": "csv",
    "toloka": "tsv",
    "ground-truth": "jsonl",
    "coco": "json",
    **dict.fromkeys(("coco-split", *YOLO), "zip"),
}
FIRST = {"conll": "conll", "spacy": "json", "label-studio": "json", "huggingface": "parquet"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the project, what to export, and the output file."""
    parser.add_argument("project", help="the project's address, as after /projects/")
    parser.add_argument("--what", choices=WHATS, default="labels", help="default: %(default)s")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="file to write; its suffix gives the format; without it, or -: standard output",
    )
    parser.add_argument("--format", choices=FORMATS, help="default: of the file, else csv")
    parser.add_argument(
        "--bundle", metavar="DIR", help="write the dataset with its labour card into a new folder"
    )
    parser.add_argument(
        "--public", action="store_true", help="of a bundle: show its card to anyone under /cards/"
    )
    parser.add_argument("--licence", default="", help="of a bundle: its SPDX name, CC-BY-4.0")
    parser.add_argument(
        "--with-media",
        action="store_true",
        help="of a bundle: add typed labels by split, with pictures and sounds, for load_dataset",
    )
    parser.add_argument(
        "--no-estimate", action="store_true", help="do not estimate the labels anew first"
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Write the export to the file, or to standard output."""
    set_up(args)

    from canut.actions.datasets.bundles import write_bundle
    from canut.actions.pay.bills import summary_of
    from canut.actions.quality.estimates import estimate_labels
    from canut.commands.labels.question import tell_notes
    from canut.core.formats.training.labelled_items import Notes
    from canut.store.datasets.card_figures import last_card
    from canut.store.models import Answer, Project
    from canut.store.platform.instance import check_database

    check_database()
    project = Project.objects.filter(slug=args.project).first()
    if project is None:
        slugs = ", ".join(Project.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise Missing(f"no project {args.project!r} here; there are: {slugs or 'none'}")
    form = args.format or _format_of(args.what, args.output or "")
    answered = Answer.objects.filter(project=project, counted=True).exists()
    if (args.what in OF_LABELS or args.bundle) and answered and not args.no_estimate:
        estimate_labels(project.id, now_ms())
    if args.bundle:
        bundle = write_bundle(
            project,
            Path(args.bundle),
            now_ms(),
            args.licence,
            is_public=args.public,
            with_media=args.with_media,
        )
        text = f"Wrote {len(bundle.files) + 1} files and labour card {bundle.card.number} into"
        print(f"{text} {bundle.folder}.", file=sys.stderr)
        if bundle.lack:
            print(
                f"Not witnessed: {bundle.lack}. This instance's own policy refuses this bundle: "
                "start the witnesses, then export it again.",
                file=sys.stderr,
            )
        return 0
    notes = Notes()
    export = _exports(notes)[args.what]
    if args.output in {None, "", "-"}:
        for chunk in export(project.id, form=form):
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        tell_notes(notes)
        return 0
    _write(Path(args.output), export(project.id, form=form))
    tell_notes(notes)
    summary = _beside(args.output, ".summary.json")
    pay_summary = summary_of(project, now_ms())
    summary.write_text(json.dumps(pay_summary, ensure_ascii=False, indent=2) + "\n", "utf-8")
    beside = str(summary)
    if (card := last_card(project)) is not None:
        file = _beside(args.output, ".labour-card.json")
        file.write_text(card.content, "utf-8")
        beside += f", its labour card {card.number}: {file}"
    print(f"Wrote {args.output} ({args.what}, {form}) and {beside}.", file=sys.stderr)
    return 0


def _format_of(what: str, output: str) -> str:
    """Return the format that an output file's ending names, or the usual one where it has none.

    Raises:
        BadInput: the ending names no format, or one that this export is not written in.
    """
    suffix = Path(output).suffix.lstrip(".").lower()
    only = ONLY.get(what)
    if only and suffix in FORMATS and suffix != only:
        raise BadInput(
            f"{output} ends in .{suffix}, and {what} is written as {only}; "
            f"end it in .{only}, or give --format {only}",
            code="export-ending",
        )
    if only:
        return only
    if suffix and suffix not in FORMATS:
        endings = ", ".join(f".{name}" for name in FORMATS)
        raise BadInput(
            f"{output} ends in .{suffix}, which is no format; "
            f"end it in one of {endings}, or give --format",
            code="export-ending",
        )
    return suffix or FIRST.get(what, "csv")


def _write(output: Path, chunks: Iterable[bytes]) -> None:
    """Write a file whole or not at all: a refused export leaves an older file as it was."""
    if output.exists() and not output.is_file():  # a pipe takes what comes
        with SyncedWriter(output) as out:
            out.writelines(chunks)
        return
    part = output.with_name(f"{output.name}.part")
    try:
        with SyncedWriter(part) as out:
            out.writelines(chunks)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def _beside(output: str, ending: str) -> Path:
    """Name a file beside an export; two exports of one name and other suffixes have two."""
    return Path(f"{output}{ending}")


def _exports(notes: "Notes") -> dict[str, Callable[..., Iterator[bytes]]]:
    """List the exports; what a format cannot hold is added to the notes."""
    from canut.actions.datasets import coco_yolo_exports
    from canut.actions.datasets.ground_truth_exports import export_ground_truth
    from canut.actions.datasets.huggingface_exports import export_huggingface
    from canut.actions.datasets.label_exports import export_answers, export_labels
    from canut.actions.datasets.label_studio_exports import export_label_studio
    from canut.actions.datasets.mturk_toloka_exports import export_mturk, export_toloka
    from canut.actions.datasets.span_exports import export_passages, export_segments
    from canut.actions.learning.prelabels import export_prelabels

    return {
        "labels": export_labels,
        "answers": export_answers,
        "prelabels": export_prelabels,
        "mturk": export_mturk,
        "toloka": export_toloka,
        "ground-truth": export_ground_truth,
        "segments": export_segments,
        "conll": partial(export_passages, name="conll"),
        "spacy": partial(export_passages, name="spacy"),
        "huggingface": export_huggingface,
        "label-studio": partial(export_label_studio, notes=notes),
        **{
            name: partial(export, notes=notes) for name, export in coco_yolo_exports.EXPORTS.items()
        },
    }
