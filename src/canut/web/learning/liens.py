"""The public lien of a model, and where its lines are written."""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.learning.liens import Lien, lien_of, write_lien
from canut.actions.platform.system_clock import now_ms
from canut.core.learning.lien import (
    LINES,
    LONGEST,
    LONGEST_NAME,
    RECKONED,
    WRITTEN,
    LienText,
)
from canut.store.learning.liens import liens_of, missing_of, newest_lien, texts_of
from canut.store.learning.loop import last_trained
from canut.store.models import Project
from canut.web.kit.access import get_person
from canut.web.kit.forms import PlainForm, attempt, words
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import lazy_message, message_now
from canut.web.learning.slice_names import slice_name

TITLES = {
    "decides": lazy_message("lien.decides"),
    "sees": lazy_message("lien.sees"),
    "how": lazy_message("lien.how"),
    "learnt_from": lazy_message("lien.learnt_from"),
    "wrong": lazy_message("lien.wrong"),
    "touches": lazy_message("lien.touches"),
    "answers": lazy_message("lien.answers"),
    "oppose": lazy_message("lien.oppose"),
    "stop": lazy_message("lien.stop"),
    "limit": lazy_message("lien.limit"),
}
FIELDS = {
    "decides_fr": (
        lazy_message("form.lien.decides_fr"),
        lazy_message("form.lien.decides_hint"),
    ),
    "decides_en": (
        lazy_message("form.lien.decides_en"),
        lazy_message("form.lien.decides_hint"),
    ),
    "sees_fr": (
        lazy_message("form.lien.sees_fr"),
        lazy_message("form.lien.sees_hint"),
    ),
    "sees_en": (
        lazy_message("form.lien.sees_en"),
        lazy_message("form.lien.sees_hint"),
    ),
    "how_fr": (
        lazy_message("form.lien.how_fr"),
        lazy_message("form.lien.how_hint"),
    ),
    "how_en": (
        lazy_message("form.lien.how_en"),
        lazy_message("form.lien.how_hint"),
    ),
    "touches_fr": (
        lazy_message("form.lien.touches_fr"),
        lazy_message("form.lien.touches_hint"),
    ),
    "touches_en": (
        lazy_message("form.lien.touches_en"),
        lazy_message("form.lien.touches_hint"),
    ),
    "answers_fr": (
        lazy_message("form.lien.answers_fr"),
        lazy_message("form.lien.answers_hint"),
    ),
    "answers_en": (
        lazy_message("form.lien.answers_en"),
        lazy_message("form.lien.answers_hint"),
    ),
    "oppose_fr": (
        lazy_message("form.lien.oppose_fr"),
        lazy_message("form.lien.oppose_hint"),
    ),
    "oppose_en": (
        lazy_message("form.lien.oppose_en"),
        lazy_message("form.lien.oppose_hint"),
    ),
    "stop_fr": (
        lazy_message("form.lien.stop_fr"),
        lazy_message("form.lien.stop_hint"),
    ),
    "stop_en": (
        lazy_message("form.lien.stop_en"),
        lazy_message("form.lien.stop_hint"),
    ),
    "limit_fr": (
        lazy_message("form.lien.limit_fr"),
        lazy_message("form.lien.limit_hint"),
    ),
    "limit_en": (
        lazy_message("form.lien.limit_en"),
        lazy_message("form.lien.limit_hint"),
    ),
}


class LienLine(NamedTuple):
    """One line as it is shown: its title, its text, whether it is reckoned or missing."""

    name: str
    title: str
    text: str
    is_reckoned: bool
    is_missing: bool


class LienForm(PlainForm):
    """The written lines, in both languages, and who answers for them."""

    responsible = words(
        lazy_message("form.lien.responsible"),
        lazy_message("form.lien.responsible_hint"),
        required=False,
        max_length=LONGEST_NAME,
    )

    def add_lines(self) -> None:
        """Add a field for each written line in each language."""
        for name, (label, hint) in FIELDS.items():
            self.fields[name] = words(label, hint, area=True, required=False, max_length=LONGEST)

    def lines(self) -> dict[str, LienText]:
        """Return the submitted lines."""
        fields = self.cleaned_data
        return {name: LienText(fields[f"{name}_fr"], fields[f"{name}_en"]) for name in WRITTEN}


def show_lien(request: HttpRequest, number: int) -> HttpResponse:
    """Show the lien of a model to anybody."""
    lien = lien_of(number, now_ms())
    language = two_sided()
    lines = [
        LienLine(
            name,
            str(TITLES[name]),
            "" if name in RECKONED else getattr(lien.texts[name], language),
            name in RECKONED,
            name in lien.missing,
        )
        for name in LINES
    ]
    context = {
        "lien": lien,
        "lines": lines,
        "model_name": f"{lien.trained.author.name} {lien.trained.author.version}".strip(),
        "missing": [str(TITLES[name]) for name in lien.missing],
        "worst": _worst_name(lien),
    }
    return render(request, "learning/lien.html", context)


def write(request: HttpRequest, project: Project) -> HttpResponse:
    """Write the lines of a project's model; each change is a version."""
    newest = newest_lien(project.pk)
    initial: dict[str, str] = {"responsible": newest.responsible if newest else ""}
    for name, text in texts_of(newest).items():
        initial |= {f"{name}_fr": text.fr, f"{name}_en": text.en}
    form = LienForm(request.POST or None, initial=initial)
    form.add_lines()

    def keep() -> None:
        responsible = form.cleaned_data["responsible"]
        write_lien(project, form.lines(), responsible, by=get_person(request), now_ms=now_ms())

    if request.method == "POST" and attempt(form, keep):
        messages.success(request, message_now("page.lien.kept"))
        return redirect("project_lien", project.slug)
    context = {
        "project": project,
        "form": form,
        "missing": [str(TITLES[name]) for name in missing_of(project.pk)],
        "versions": liens_of(project.pk),
        "trained": last_trained(project.pk),
    }
    return render(request, "learning/write_lien.html", context, status=422 if form.errors else 200)


def _worst_name(lien: Lien) -> str:
    worst = lien.wrong.worst
    return slice_name(worst.name) if worst else ""
