"""Messages about work: questions with a clock, their answers, and the workers' own channel."""

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.participation.messages import answer_thread, ask_about, say_in_channel, write_to
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import BadInput
from canut.store.models import Project, Thread
from canut.store.participation.messages import channel, messages_of
from canut.store.sql.seats import Seat
from canut.web.kit.access import get_person, get_thread, list_threads, list_worked_projects
from canut.web.kit.forms import attempt
from canut.web.kit.json_body import read_json
from canut.web.kit.messages import message_now
from canut.web.participation.forms import MessageAnswerForm, SayForm, WriteForm


class AskIn(msgspec.Struct):
    """A question about a task."""

    lease: int
    text: str = ""


def talk(request: HttpRequest) -> HttpResponse:
    """List what I wrote and what waits for me; write something new."""
    person = get_person(request)
    number = request.GET.get("of", "")
    if number.isdigit():
        return _thread(request, get_thread(person, int(number)), MessageAnswerForm())
    form = WriteForm(request.POST or None)
    projects = list_worked_projects(person)
    form.offer_projects(projects)

    def write() -> None:
        to, project = _meant(form.cleaned_data["to"], projects)
        write_to(person, to, project, form.cleaned_data["text"], now_ms())

    if request.method == "POST" and attempt(form, write):
        messages.success(request, message_now("page.participation_messages.your_message_is_sent"))
        return redirect("messages")
    shown = {"threads": list_threads(person), "form": form}
    return render(request, "participation/messages.html", shown, status=422 if form.errors else 200)


def answer(request: HttpRequest) -> HttpResponse:
    """Write the next message of a thread."""
    person = get_person(request)
    number = request.POST.get("of", "")
    if not number.isdigit():
        raise BadInput("say which thread", code="bad-request")
    thread = get_thread(person, int(number))
    form = MessageAnswerForm(request.POST)

    def write() -> None:
        given = form.cleaned_data
        answer_thread(person, thread.pk, given["text"], now_ms(), for_all=given["for_all"])

    if not attempt(form, write):
        return _thread(request, thread, form)
    return redirect(f"{request.path.removesuffix('answer')}?of={thread.pk}")


def ask(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ask whoever wants the labels about a task, from the workbench."""
    given = read_json(request.body, AskIn)
    ask_about(seat.worker, given.lease, given.text, now_ms())
    return HttpResponse(status=204)


def among_workers(request: HttpRequest) -> HttpResponse:
    """Show what workers and representatives say among themselves; say something."""
    form = SayForm(request.POST or None)
    person = get_person(request)
    if request.method == "POST" and attempt(
        form, lambda: say_in_channel(person, form.cleaned_data["text"], now_ms())
    ):
        return redirect("representative_channel")
    shown = {"form": form, "said": channel()}
    return render(request, "participation/channel.html", shown, status=422 if form.errors else 200)


def _thread(request: HttpRequest, thread: Thread, form: MessageAnswerForm) -> HttpResponse:
    is_mine = thread.opened_by_id == get_person(request).pk
    if is_mine or thread.project_id is None:
        del form.fields["for_all"]
    shown = {"thread": thread, "said": messages_of(thread), "form": form, "is_mine": is_mine}
    return render(
        request, "participation/message_thread.html", shown, status=422 if form.errors else 200
    )


def _meant(to: str, projects: list[Project]) -> tuple[Thread.To, Project | None]:
    """Return whom the form means: of its projects one, or whoever runs the instance."""
    found = next((one for one in projects if to == f"project-{one.pk}"), None)
    return (Thread.To.REQUESTER, found) if found else (Thread.To.OPERATOR, None)
