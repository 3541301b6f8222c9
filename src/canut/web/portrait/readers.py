"""What each kind of reader takes from the Portrait, and from which page."""

from collections.abc import Sequence
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from canut.store.portrait.inputs import newest_release
from canut.store.tables.portrait import PortraitRelease
from canut.web.kit.messages import message_now
from canut.web.portrait.page_links import page_address, page_name


class ReaderStep(NamedTuple):
    """One question of a reader, its answer in a sentence, and the page that has it."""

    question: str
    answer: str
    address: str
    link: str


class Reader(NamedTuple):
    """A kind of reader and the steps of their path."""

    key: str
    name: str
    steps: Sequence[ReaderStep]


READERS = (
    (
        "worker",
        "page.readers.worker",
        (
            ("page.readers.worker_pay", "page.readers.worker_pay_answer", "c4"),
            ("page.readers.worker_time", "page.readers.worker_time_answer", "c6"),
            ("page.readers.worker_rights", "page.readers.worker_rights_answer", "c13"),
            ("page.readers.worker_wrong", "page.readers.worker_wrong_answer", "facts"),
        ),
    ),
    (
        "journalist",
        "page.readers.journalist",
        (
            ("page.readers.journalist_quote", "page.readers.journalist_quote_answer", "c0"),
            ("page.readers.journalist_price", "page.readers.journalist_price_answer", "c12"),
            ("page.readers.journalist_picture", "page.readers.journalist_picture_answer", "c0"),
            ("page.readers.journalist_caution", "page.readers.journalist_caution_answer", "limits"),
        ),
    ),
    (
        "ministry",
        "page.readers.ministry",
        (
            ("page.readers.ministry_gap", "page.readers.ministry_gap_answer", "trades"),
            ("page.readers.ministry_codes", "page.readers.ministry_codes_answer", "c2"),
            ("page.readers.ministry_data", "page.readers.ministry_data_answer", "releases"),
            ("page.readers.ministry_booklet", "page.readers.ministry_booklet_answer", "booklet"),
        ),
    ),
    (
        "union",
        "page.readers.union",
        (
            ("page.readers.union_pay", "page.readers.union_pay_answer", "c5"),
            ("page.readers.union_share", "page.readers.union_share_answer", "c12"),
            ("page.readers.union_load", "page.readers.union_load_answer", "c13"),
            ("page.readers.union_series", "page.readers.union_series_answer", "series"),
        ),
    ),
)
OTHER_PAGES = {
    "facts": ("portrait_facts", (), "#contest", "page.portrait.contest"),
    "limits": ("portrait_releases", (), "#limits", "page.data.what_this_does"),
    "trades": ("portrait_trades", (), "", "page.trades.trades"),
    "releases": ("portrait_releases", (), "", "page.portrait.releases_and_data"),
    "booklet": ("portrait_chapter", ("pdf",), "", "page.portrait.the_booklet"),
    "series": ("portrait_series_index", (), "", "page.portrait.series"),
}


def portrait_readers(request: HttpRequest) -> HttpResponse:
    """Show each kind of reader what to take from where."""
    newest = newest_release()
    readers = [
        Reader(
            key,
            message_now(name),
            [
                ReaderStep(message_now(question), message_now(answer), *_target(newest, page))
                for question, answer, page in steps
            ],
        )
        for key, name, steps in READERS
    ]
    return render(request, "portrait/readers.html", {"readers": readers})


def _target(stored: PortraitRelease | None, page: str) -> tuple[str, str]:
    """Return the address and the name of a page."""
    if page not in OTHER_PAGES:
        return page_address(stored, page), page_name(page)
    view, arguments, anchor, name = OTHER_PAGES[page]
    return f"{reverse(view, args=arguments)}{anchor}", message_now(name)
