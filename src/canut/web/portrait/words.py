"""Pages of workers’ own words: a worker writes, and a person decides what is printed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.platform.system_clock import now_ms
from canut.actions.portrait.words import (
    accept_words,
    refuse_words,
    take_words_back,
    trade_in_words,
    write_words,
)
from canut.core.datasets.descriptions.credits import LONGEST_NAME
from canut.core.errors import Missing, Refusal
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.words.own_words import (
    FEWEST_IN_TRADE,
    LONGEST_WORDS,
    REASONS,
    OwnWords,
    may_be_printed,
    reason_in_words,
)
from canut.store.models import WorkerWords
from canut.store.portrait.words import people_by_trade, printed_words, words_of, words_waiting
from canut.web.kit.access import get_person
from canut.web.kit.forms import INPUT, SELECT, PlainForm, attempt
from canut.web.kit.messages import lazy_message, message_now
from canut.web.kit.numbers import number_named
from canut.web.kit.refusals import words_of as refusal_words
from canut.web.portrait.wording import language_now

ROWS = 6
STATES = {
    WorkerWords.State.WAITING: "page.own_words.waiting",
    WorkerWords.State.ACCEPTED: "page.own_words.accepted",
    WorkerWords.State.REFUSED: "page.own_words.refused",
}


class WordsForm(PlainForm):
    """What a worker writes: about which trade, the text, and a name if they want one printed."""

    trade = forms.ChoiceField(
        label=lazy_message("form.own_words.trade"), widget=forms.Select(attrs=dict(SELECT))
    )
    text = forms.CharField(
        label=lazy_message("form.own_words.text"),
        help_text=lazy_message("form.own_words.text_hint", limit=LONGEST_WORDS),
        widget=forms.Textarea(
            attrs={"class": "inp area", "rows": ROWS, "maxlength": LONGEST_WORDS}
        ),
        max_length=LONGEST_WORDS,
    )
    name = forms.CharField(
        label=lazy_message("form.own_words.name"),
        help_text=lazy_message("form.own_words.name_hint"),
        widget=forms.TextInput(attrs=dict(INPUT)),
        required=False,
        max_length=LONGEST_NAME,
    )


@dataclass(frozen=True)
class TradeLine:
    """A trade a person works in, and whether a text about it can be printed now."""

    code: str
    name: str
    is_printed: bool


@dataclass(frozen=True)
class WordsLine:
    """A text on a page: its trade in words, its state, and the edition it came out with."""

    row: WorkerWords
    trade: str
    state: str
    period: str


def own_words(request: HttpRequest) -> HttpResponse:
    """Show what I wrote, and let me write about a trade I work in."""
    person = get_person(request)
    trades = _trades(person.pk)
    form = WordsForm(request.POST or None)
    form.offer("trade", [(line.code, line.name) for line in trades])
    if request.method == "POST" and attempt(
        form, lambda: write_words(person, _typed(form), now_ms())
    ):
        messages.success(request, message_now("page.own_words.it_waits"))
        return redirect("account_words")
    context = {
        "form": form,
        "trades": trades,
        "unprinted": [line for line in trades if not line.is_printed],
        "fewest": FEWEST_IN_TRADE,
        "lines": words_lines(words_of(person.pk)),
    }
    if trades:  # writing is work, for reviewers too
        context["surface"] = "account"
    return render(request, "portrait/words/own.html", context, status=422 if form.errors else 200)


def words_back(request: HttpRequest) -> HttpResponse:
    """Take a text back: it is deleted."""
    take_words_back(get_person(request), number_named(request.POST.get("number", "")))
    messages.success(request, message_now("page.own_words.taken_back"))
    return redirect("account_words")


def read_words(request: HttpRequest) -> HttpResponse:
    """List the texts that wait, and decide about one."""
    problem = ""
    if request.method == "POST":
        try:
            _decide(request)
        except Missing:
            raise
        except Refusal as refusal:
            words = refusal_words(refusal)
            problem = f"{words.title}. {words.detail}"
        else:
            return redirect("portrait_words")
    french = PortraitLanguage(language_now()).is_french
    context = {
        "problem": problem,
        "waiting": words_lines(words_waiting()),
        "printed": words_lines(printed_words()),
        "reasons": [
            (reason, reason_in_words(reason).fr if french else reason_in_words(reason).en)
            for reason in REASONS
        ],
    }
    return render(request, "portrait/words/read.html", context, status=422 if problem else 200)


def words_lines(rows: Sequence[WorkerWords]) -> list[WordsLine]:
    """Put texts into words for a page."""
    voice = PortraitLanguage(language_now())
    return [
        WordsLine(
            row,
            trade_name(row.trade, voice),
            message_now(STATES[WorkerWords.State(row.state)]),
            voice.period(row.release.period) if row.release else "",
        )
        for row in rows
    ]


def trade_name(trade: str, voice: PortraitLanguage) -> str:
    """Name a trade in the page's language."""
    names = trade_in_words(trade)
    return names.fr if voice.is_french else names.en


def _trades(person_id: int) -> list[TradeLine]:
    voice, counts = PortraitLanguage(language_now()), people_by_trade(now_ms())
    return [
        TradeLine(code, trade_name(code, voice), may_be_printed(counts.get(code, 0)))
        for code in people_by_trade(now_ms(), person_id)
    ]


def _typed(form: WordsForm) -> OwnWords:
    fields = form.cleaned_data
    return OwnWords(fields["trade"], language_now(), fields["text"], fields["name"])


def _decide(request: HttpRequest) -> None:
    """Accept or refuse the text of a form."""
    number, by = number_named(request.POST.get("number", "")), get_person(request)
    if request.POST.get("what") == "accept":
        accept_words(number, by, now_ms())
        messages.success(request, message_now("page.read_words.accepted"))
        return
    reason, evidence = request.POST.get("reason", ""), request.POST.get("evidence", "")
    refuse_words(number, by, reason, evidence, now_ms())
    messages.success(request, message_now("page.read_words.refused"))
