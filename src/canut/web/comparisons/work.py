"""What a worker reads and says of a comparison in their project."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.comparisons.presentation import ask_usual, report_harm, say_strain
from canut.actions.platform.system_clock import now_ms
from canut.core.comparisons.anchoring import measure_anchoring
from canut.core.outside_text import read_whole
from canut.store.comparisons.anchoring import own_counts, planted_now
from canut.store.comparisons.comparisons import comparisons_of, live_comparison, place_in
from canut.store.models import Comparison, Worker
from canut.web.comparisons.wording import anchoring_in_words, words_of_comparison
from canut.web.kit.access import get_person
from canut.web.kit.fields import select, tick
from canut.web.kit.forms import PlainForm, attempt, words
from canut.web.kit.messages import lazy_message, message_now

LONGEST = 400
ENDED_SHOWN = 3


class StrainForm(PlainForm):
    """How hard the work is, where somebody wishes to say it."""

    strain = select(
        lazy_message("form.comparisons.strain"),
        [
            ("", lazy_message("form.comparisons.unsaid")),
            ("1", lazy_message("form.comparisons.strain_1")),
            ("2", lazy_message("form.comparisons.strain_2")),
            ("3", lazy_message("form.comparisons.strain_3")),
            ("4", lazy_message("form.comparisons.strain_4")),
            ("5", lazy_message("form.comparisons.strain_5")),
        ],
        required=False,
    )
    uses_aid = select(
        lazy_message("form.comparisons.uses_aid"),
        [
            ("", lazy_message("form.comparisons.unsaid")),
            ("yes", lazy_message("common.yes")),
            ("no", lazy_message("common.no")),
        ],
        lazy_message("form.comparisons.uses_aid_hint"),
        required=False,
    )


class HarmForm(PlainForm):
    """What is wrong with a presentation."""

    words = words(
        lazy_message("form.comparisons.what_happened"),
        lazy_message("form.comparisons.what_happened_hint"),
        area=True,
        max_length=LONGEST,
    )
    access_failed = tick(lazy_message("form.comparisons.access_failed"))


def comparison(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Show what is compared here and what one may do; keep how hard the work is."""
    live = live_comparison(worker.project_id)
    place = place_in(live.pk, worker.pk) if live else None
    initial = {}
    if place is not None:
        aid = {True: "yes", False: "no", None: ""}[place.uses_aid]
        initial = {"strain": str(place.strain or ""), "uses_aid": aid}
    form = StrainForm(request.POST or None, initial=initial)
    if request.method == "POST" and attempt(form, lambda: _say(worker, form)):
        messages.success(request, message_now("page.work_comparison.kept"))
        return redirect("work_comparison", worker.project.slug)
    return _page(request, worker, form, HarmForm())


def usual(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Give the usual presentation."""
    ask_usual(worker, now_ms())
    messages.success(request, message_now("page.work_comparison.usual_now"))
    return redirect("work_comparison", worker.project.slug)


def harm(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Hold the comparison, on one person's word."""
    form = HarmForm(request.POST)

    def hold() -> None:
        fields = form.cleaned_data
        report_harm(
            worker,
            get_person(request),
            fields["words"],
            now_ms(),
            access_failed=fields["access_failed"],
        )

    if attempt(form, hold):
        messages.success(request, message_now("page.work_comparison.held_now"))
        return redirect("work_comparison", worker.project.slug)
    return _page(request, worker, StrainForm(), form)


def _say(worker: Worker, form: StrainForm) -> None:
    fields = form.cleaned_data
    aid = {"yes": True, "no": False}.get(fields["uses_aid"])
    say_strain(worker, read_whole(fields["strain"]), uses_aid=aid)


def _page(
    request: HttpRequest, worker: Worker, form: StrainForm, harm_form: HarmForm
) -> HttpResponse:
    live = live_comparison(worker.project_id)
    place = place_in(live.pk, worker.pk) if live else None
    ended = [row for row in comparisons_of(worker.project_id) if row.state not in {"open", "held"}][
        :ENDED_SHOWN
    ]
    own = measure_anchoring(*own_counts(worker.pk))
    context = {
        "project": worker.project,
        "live": words_of_comparison(live) if live else None,
        "is_held": live is not None and live.state == Comparison.State.HELD,
        "place": place,
        "form": form,
        "harm_form": harm_form,
        "ended": [words_of_comparison(row) for row in ended],
        "is_planted": bool(planted_now(worker.project_id)),
        "own": anchoring_in_words(own) if own.shown or own.hidden else "",
    }
    is_refused = bool(form.errors or harm_form.errors)
    return render(request, "comparisons/work.html", context, status=422 if is_refused else 200)
