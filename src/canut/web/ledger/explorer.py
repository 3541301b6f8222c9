"""The ledger as people read it: its logs, their entries, and the proof that one of them is there.

Everything here is for anybody; the same as files, for programs, is in ``logs``.
"""

import time
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.actions.ledger.witnesses import published_checkpoint
from canut.core.ledger.log import Entry, read_entry
from canut.store.ledger.logs import all_logs, entries_of, entry_at, log_named, proof_of, was_behind
from canut.store.tables.ledger import LogEntry
from canut.web.ledger.entry_names import entry_name

SHOWN = 50


class EntryRow(NamedTuple):
    """One entry of a log as it is shown."""

    place: int
    entry: Entry
    said: str


def ledger(request: HttpRequest) -> HttpResponse:
    """List the logs: the one of all first, then the projects', the last signed first."""
    return render(request, "ledger/ledger.html", {"logs": all_logs()})


def log(request: HttpRequest, number: int) -> HttpResponse:
    """Show a log's entries, newest first, fifty a page; 0 is the one of all."""
    found = log_named(number or None)
    asked = str(request.GET.get("before", ""))
    before = min(int(asked), found.size) if asked.isdecimal() else found.size
    rows = [_row(one) for one in entries_of(found, before, SHOWN)]
    older = before - SHOWN if before > SHOWN else None
    newer = before + SHOWN if before < found.size else None
    witnesses = published_checkpoint(found, int(time.time())).witnesses
    shown: dict[str, Any] = {
        "log": found,
        "number": number,
        "rows": rows,
        "older": older,
        "newer": newer,
    }
    shown["witnesses"] = witnesses
    shown["file"] = f"{number}/checkpoint" if number else "checkpoint"
    shown["was_behind"] = not number and was_behind()
    return render(request, "ledger/log.html", shown)


def entry(request: HttpRequest, number: int, place: int) -> HttpResponse:
    """Show one entry with its proof, which the reader's own browser computes."""
    found = log_named(number or None)
    one = entry_at(found, place)
    shown = {
        "log": found,
        "number": number,
        "row": _row(one),
        "body": bytes(one.body).decode(),
        "hex": bytes(one.body).hex(),
    }
    return render(request, "ledger/entry.html", shown)


def proof(request: HttpRequest, number: int, place: int) -> HttpResponse:
    """Send the proof of one entry as a file that checks offline."""
    found = log_named(number or None)
    end = published_checkpoint(found, int(time.time()))
    is_in = place < end.size
    raw = proof_of(found, entry_at(found, place), end.checkpoint if is_in else found.checkpoint)
    answer = HttpResponse(raw, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{number}-{place}.tlog-proof"'
    return answer


def _row(one: LogEntry) -> EntryRow:
    read = read_entry(bytes(one.body))
    return EntryRow(one.place, read, entry_name(read.kind))
