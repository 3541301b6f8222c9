"""Import model pre-labels of pictures from a COCO document or a zip of YOLO labels."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language

from canut.actions.imports.prelabel_files import Origin, bring_coco, bring_yolo
from canut.actions.learning.prelabels import NAMELESS, PrelabelReport
from canut.actions.platform.uploads import forget_upload, keep_upload, upload_at
from canut.core.errors import BadInput
from canut.core.formats.problems.catalogue import is_training_refusal
from canut.core.formats.problems.catalogue import words_of as words_of_problem
from canut.core.formats.training.labelled_items import Notes, words_of_refusal
from canut.store.models import Project
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of

BRINGS = {"coco": bring_coco, "yolo": bring_yolo}
LONGEST_NAME = 100
NOTES_SHOWN = 5


def import_prelabels(request: HttpRequest, project: Project) -> HttpResponse:
    """Store the file's pre-labels and show how many, or why none was stored."""
    back = redirect("project_tasks", project.slug)
    back["Location"] += "#marked"
    sent, form = request.FILES.get("marked"), request.POST.get("form", "")
    if sent is None or form not in BRINGS:
        messages.error(request, message_now("page.prelabel_files.choose_the_file_first"))
        return back
    notes = Notes()
    name = request.POST.get("model", "").strip()[:LONGEST_NAME]
    path = upload_at(keep_upload(sent.name or form, sent.chunks()))
    try:
        _tell(request, BRINGS[form](project, path, Origin(name or NAMELESS), notes))
    except BadInput as refusal:
        messages.error(request, _why(refusal))
    finally:
        forget_upload(path)
    for note, _number in zip(notes, range(NOTES_SHOWN), strict=False):
        messages.info(request, note.words(get_language() or "fr"))
    return back


def _tell(request: HttpRequest, report: PrelabelReport) -> None:
    """Show the result of an import: all of the file is stored, or nothing."""
    if report.problems:
        reason = words_of_problem(report.problems[0], get_language() or "fr")
        text = message_now(
            "page.prelabel_files.nothing_is_kept_pictures", n=len(report.problems), why=reason
        )
        messages.error(request, text)
        return
    if not report.kept:
        messages.error(request, message_now("page.prelabel_files.the_file_marks_nothing"))
        return
    text = message_now("page.prelabel_files.pictures_marked", n=report.kept)
    messages.success(request, text)


def _why(refusal: BadInput) -> str:
    """Describe in the page's language what is wrong with a file."""
    if is_training_refusal(refusal.case):
        return words_of_refusal(refusal, get_language() or "fr")
    return words_of(refusal).detail
