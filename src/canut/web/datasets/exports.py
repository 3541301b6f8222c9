"""Labels and answers as files, streamed while they are read."""

from collections.abc import Callable, Iterator

from babel.numbers import get_decimal_symbol
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.datasets.coco_yolo_exports import EXPORTS as TRAINING
from canut.actions.datasets.coco_yolo_exports import FORMS as TRAINED_FROM
from canut.actions.datasets.coco_yolo_exports import training_of_project
from canut.actions.datasets.export_jobs import OF_LABELS
from canut.actions.datasets.ground_truth_exports import export_ground_truth, has_manifest
from canut.actions.datasets.huggingface_exports import FORMS as HUGGINGFACE_FORMS
from canut.actions.datasets.huggingface_exports import (
    HUGGINGFACE,
    export_huggingface,
    huggingface_holds,
)
from canut.actions.datasets.label_exports import (
    export_answers,
    export_labels,
    separator_for_excel,
)
from canut.actions.datasets.label_studio_exports import FORMS as LABEL_STUDIO_FORMS
from canut.actions.datasets.label_studio_exports import (
    LABEL_STUDIO,
    export_label_studio,
    label_studio_holds,
)
from canut.actions.datasets.mturk_toloka_exports import export_mturk, export_toloka
from canut.actions.datasets.span_exports import FORMS as PASSAGES
from canut.actions.datasets.span_exports import (
    WITH_OVERLAPS,
    export_passages,
    export_segments,
    segments_asked,
)
from canut.actions.learning.prelabels import export_prelabels
from canut.actions.ledger.entry_types import inscribed
from canut.actions.operations.jobs import are_jobs_run, is_estimate_waiting, refresh_labels
from canut.actions.pay.bills import summary_of
from canut.actions.platform import system_clock
from canut.core.errors import Missing
from canut.store.datasets.card_figures import last_card
from canut.store.learning.prelabels import has_prelabels
from canut.store.models import Project
from canut.store.pay.pay_lines import spend_by_currency
from canut.store.projects.versions import first_question
from canut.store.quality import results
from canut.web.datasets.bundles import about_releases
from canut.web.kit.formatting import locale
from canut.web.kit.messages import message_now

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json; charset=utf-8",
    "conll": "text/plain; charset=utf-8",
    "conllup": "text/plain; charset=utf-8",
    "zip": "application/zip",
    "xml": "application/xml; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EXPORTS: dict[str, Callable[..., Iterator[bytes]]] = {
    "labels": export_labels,
    "answers": export_answers,
    "prelabels": export_prelabels,
    "mturk": export_mturk,
    "toloka": export_toloka,
    "ground-truth": export_ground_truth,
    "segments": export_segments,
    HUGGINGFACE: export_huggingface,
    LABEL_STUDIO: export_label_studio,
    **TRAINING,
}
USUAL = ("csv", "xlsx", "jsonl", "parquet")
FORMS = {
    "mturk": ("csv",),
    "toloka": ("tsv",),
    "ground-truth": ("jsonl",),
    **PASSAGES,
    HUGGINGFACE: HUGGINGFACE_FORMS,
    LABEL_STUDIO: LABEL_STUDIO_FORMS,
    **{what: (form,) for what, form in TRAINED_FROM.items()},
}
NAMES = {
    "coco": "COCO",
    "coco-split": "COCO train, val",
    "yolo-detect": "YOLO detect",
    "yolo-obb": "YOLO OBB",
    "yolo-segment": "YOLO segment",
    "yolo-pose": "YOLO pose",
}
"""The names that the formats themselves have, the same in every language."""
AS_THEY_ARE = "as-they-are"
"""What ``labels`` of an export's query says to take the labels of the last estimate."""


def exports(request: HttpRequest, project: Project) -> HttpResponse:
    """Show what can be exported, in which formats, and from which estimate."""
    is_estimating, estimate = is_estimate_waiting(project.id), results.last_estimate(project.id)
    context = {
        "project": project,
        "progress": results.progress(project.id),
        "estimate": estimate,
        "answers_since": results.answers_since_estimate(project.id, estimate),
        "is_estimating": is_estimating,
        "are_jobs_run": are_jobs_run(),
        "as_they_are": f"labels={AS_THEY_ARE}" if is_estimating else "",
        "costs": spend_by_currency(project.id),
        "has_prelabels": has_prelabels(project.id),
        "has_manifest": has_manifest(project.id),
        **about_releases(project),
        "passages": _passages(project),
        "has_segments": segments_asked(project.id) is not None,
        "to_huggingface": huggingface_holds(project.id),
        "to_label_studio": label_studio_holds(project.id),
        "training": [
            (form, TRAINED_FROM[form], NAMES[form]) for form in training_of_project(project.id)
        ],
    }
    return render(request, "datasets/export.html", context)


def _passages(project: Project) -> list[tuple[str, str, str]]:
    """List the available files of marked texts: name, format and title."""
    question = first_question(project.id, "spans")
    formats = [
        ("spacy", "json", "spaCy, JSON"),
        ("spacy", "jsonl", "spaCy, JSONL"),
        ("conll", "conll", "CoNLL-2003"),
        ("conll", "conllup", "CoNLL-U Plus"),
    ]
    return [
        row for row in formats if question and (not question["overlap"] or row[1] in WITH_OVERLAPS)
    ]


def _separator(project: Project) -> str:
    """Return the separator of a CSV for Excel in the reader's language."""
    return separator_for_excel(project.id, has_decimal_commas=get_decimal_symbol(locale()) == ",")


def summary(request: HttpRequest, project: Project) -> JsonResponse:
    """Send the pay summary as a file: who paid, the intermediaries, what people earned."""
    data = summary_of(project, system_clock.now_ms())
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="{project.slug}-summary.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def export_file(
    request: HttpRequest, project: Project, what: str, form: str
) -> HttpResponse | StreamingHttpResponse:
    """Stream labels or answers in one format, with a link to the newest card.

    Labels are estimated first where something changed since they were; where that takes a job, the
    page of exports says so and offers the labels of the last estimate meanwhile.
    """
    if what not in {*EXPORTS, *PASSAGES} or form not in FORMS.get(what, USUAL):
        raise Missing(f"no export {what}.{form}; there are {', '.join([*EXPORTS, *PASSAGES])}")
    is_taken_as_is = request.GET.get("labels") == AS_THEY_ARE
    if what in OF_LABELS and not is_taken_as_is and not refresh_labels(project.id):
        messages.info(request, message_now("page.export.labels_are_being_estimated"))
        return redirect("project_export", project.slug)
    if what in PASSAGES:
        stream = export_passages(project.id, what, form)
    else:
        is_for_excel = request.GET.get("excel") == "1"
        separator = _separator(project) if is_for_excel else ""
        stream = EXPORTS[what](project.id, form, for_excel=separator)
    now_ms = system_clock.now_ms()
    answer = StreamingHttpResponse(
        inscribed(stream, project.id, what, form, now_ms), content_type=TYPES[form]
    )
    answer["Content-Disposition"] = f'attachment; filename="{project.slug}-{what}.{form}"'
    if (card := last_card(project)) is not None:
        beside = reverse("project_card_as", args=[project.slug, card.number, "json"])
        answer["Link"] = f'<{beside}>; rel="describedby"; type="application/vc"'
    answer["Cache-Control"] = "private, no-store"
    return answer
