"""Pages of the ledger: its logs, their entries, and the inclusion proof of an entry.

Everything here is for anybody; the same as files, for programs, is in ``logs``.
"""

import time
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.actions.ledger.witnesses import published_checkpoint
from canut.core.ledger.log import Entry, read_entry
from canut.core.outside_text import read_whole
from canut.store.ledger.logs import all_logs, entries_of, entry_at, log_named, proof_of, was_behind
from canut.store.ledger.witness_problems import stored_witness_problems
from canut.store.tables.ledger import LogEntry
from canut.store.tables.people import Role
from canut.web.kit.access import roles_anywhere
from canut.web.ledger.entry_names import entry_name

SHOWN = 50


class EntryRow(NamedTuple):
    """One entry of a log as a table row."""

    place: int
    entry: Entry
    said: str


def ledger(request: HttpRequest) -> HttpResponse:
    """List the logs: the platform's first, then the projects', last signed first."""
    return render(request, "ledger/ledger.html", {"logs": all_logs()})


def log(request: HttpRequest, number: int) -> HttpResponse:
    """Show a log's entries, newest first, fifty per page; 0 is the platform's log."""
    queried_log = log_named(number or None)
    place = read_whole(request.GET.get("before", ""))
    before = queried_log.size if place is None else min(place, queried_log.size)
    rows = [_row(entry) for entry in entries_of(queried_log, before, SHOWN)]
    older = before - SHOWN if before > SHOWN else None
    newer = before + SHOWN if before < queried_log.size else None
    witnesses = published_checkpoint(queried_log, int(time.time())).witnesses
    context: dict[str, Any] = {
        "log": queried_log,
        "number": number,
        "rows": rows,
        "older": older,
        "newer": newer,
    }
    context["witnesses"] = witnesses
    if not number and Role.OPERATOR in roles_anywhere(request):
        context["witness_problems"] = stored_witness_problems()
    context["file"] = f"{number}/checkpoint" if number else "checkpoint"
    context["was_behind"] = not number and was_behind()
    return render(request, "ledger/log.html", context)


def entry(request: HttpRequest, number: int, place: int) -> HttpResponse:
    """Show one entry with its proof, which the browser verifies."""
    queried_log = log_named(number or None)
    stored = entry_at(queried_log, place)
    context = {
        "log": queried_log,
        "number": number,
        "row": _row(stored),
        "body": bytes(stored.body).decode(),
        "hex": bytes(stored.body).hex(),
    }
    return render(request, "ledger/entry.html", context)


def proof(request: HttpRequest, number: int, place: int) -> HttpResponse:
    """Send the proof of one entry as a file that can be verified offline."""
    queried_log = log_named(number or None)
    end = published_checkpoint(queried_log, int(time.time()))
    is_in = place < end.size
    raw = proof_of(
        queried_log,
        entry_at(queried_log, place),
        end.checkpoint if is_in else queried_log.checkpoint,
    )
    answer = HttpResponse(raw, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{number}-{place}.tlog-proof"'
    return answer


def _row(entry: LogEntry) -> EntryRow:
    parsed = read_entry(bytes(entry.body))
    return EntryRow(entry.place, parsed, entry_name(parsed.kind))
