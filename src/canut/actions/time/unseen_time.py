"""Hold time that no server saw, beyond what was given out to work on, for a human to look at.

Heartbeats of a page that was silent for hours come all at once. They count as they are while the
person had leases: until the end of a pack, or of the last lease, and, where usual times are known,
up to the limit of ``core.time.time_caps`` for so many tasks. The rest waits with a decision the
person reads; it is paid unless a named human refuses it, and after seven days by itself. The server
cannot tell it from time that somebody made up, nor can it tell that it was made up.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Max, Min, OuterRef, Subquery
from django.db.models.functions import Greatest

from canut.actions.decisions.record import Ruling, decide
from canut.actions.platform.instance_facts import keep_fact
from canut.actions.platform.row_faults import attempt
from canut.actions.time.measure import stretches
from canut.actions.time.time_caps import DECIDE_MS, LEAST_HELD_MS
from canut.core.clock import HOUR_MS, Ms
from canut.core.decisions.explanations import explain
from canut.core.time.beat_clock import BEAT_MS
from canut.core.time.claims import outside
from canut.core.time.spans import Span, merge_spans
from canut.core.time.time_caps import ENOUGH_ITEMS, ITEM_LEAST_MS, ITEM_TIMES
from canut.store.decisions.automated_systems import is_on
from canut.store.tables.decisions import Decision
from canut.store.tables.platform import Fact
from canut.store.tables.time import Beat, Claim, OpenPage, UsualTime
from canut.store.tables.work import Lease

CODE, CASE = "time-unseen", "time-held-unseen"
SILENT_MS = HOUR_MS
LOOKED = "unseen_time_beat"


class LateBeats(NamedTuple):
    """Heartbeats of one page that came over an hour after what they report.

    Times in milliseconds since 1970 UTC: of the first and last heartbeat, and of their arrival.
    """

    person: int
    project: int | None
    begin_ms: int
    end_ms: int
    first_came_ms: int
    last_came_ms: int


def hold_unseen(now_ms: Ms) -> int:
    """Hold time in heartbeats that came late since the last look; return for how many pages.

    The first look of an instance only begins: what came before is left as it is.
    """
    last = Fact.objects.filter(name=LOOKED).values_list("value", flat=True).first()
    newest = Beat.objects.aggregate(last=Max("id"))["last"] or 0
    held = 0
    if last is not None and is_on("caps"):
        for late in _late_beats(int(last), newest):
            held += attempt("time", late.person, partial(_hold, late, now_ms)) or 0
    keep_fact(LOOKED, str(newest))
    return held


def _late_beats(after: int, until: int) -> Iterator[LateBeats]:
    """Yield the pages whose heartbeats came late, among those numbered between two."""
    opened = OpenPage.objects.filter(session=OuterRef("session")).values("opened_ms")[:1]
    beats = Beat.objects.filter(id__gt=after, id__lte=until).annotate(
        at_ms=Subquery(opened) + F("mono_ms")
    )
    late = beats.filter(received_ms__gt=F("at_ms") + SILENT_MS)
    rows = late.values("session", "person", "project").annotate(
        first=Min("at_ms"), last=Max("at_ms"), came=Min("received_ms"), until=Max("received_ms")
    )
    for row in rows.order_by("came", "session"):
        begin_ms = row["first"] - BEAT_MS
        yield LateBeats(
            row["person"], row["project"], begin_ms, row["last"], row["came"], row["until"]
        )


@transaction.atomic
def _hold(late: LateBeats, now_ms: Ms) -> bool:
    """Hold what the late heartbeats of one page added beyond what was given out."""
    unseen = _added(late)
    pending = _beyond(late, unseen)
    held = [(begin, end) for begin, end in _outside_all(pending, _held_before(late))]
    pending_ms = sum(end - begin for begin, end in held)
    if pending_ms < LEAST_HELD_MS:
        return False
    claim = Claim(
        person_id=late.person,
        project_id=late.project,
        kind=Claim.Kind.HELD,
        why=Claim.Why.UNSEEN,
        state=Claim.State.PENDING,
        begin_ms=held[0][0],
        end_ms=held[-1][1],
        pending=[[begin, end] for begin, end in held],
        made_ms=now_ms,
        due_ms=now_ms + DECIDE_MS,
    )
    explanation = explain(CASE, {"held_ms": pending_ms})
    claim.decision = decide(
        Ruling(
            person=late.person,
            kind=Decision.Kind.TIME_HELD,
            code=CODE,
            system="caps",
            project=late.project,
            text_en=explanation.en,
            text_fr=explanation.fr,
            inputs={
                "begin_ms": late.begin_ms,
                "end_ms": late.end_ms,
                "came_ms": late.first_came_ms,
                "held_ms": pending_ms,
            },
            factors=[{"name": "unseen_ms", "value": sum(end - begin for begin, end in unseen)}],
        ),
        now_ms,
    )
    claim.save()
    return True


def _added(late: LateBeats) -> list[Span]:
    """Return the time that is credited with these heartbeats, and was not before they came."""
    window = [late.person], late.begin_ms, late.end_ms
    before = stretches(*window, late.first_came_ms)
    after = stretches(*window, late.last_came_ms + 1)
    seen = merge_spans((interval.begin_ms, interval.end_ms) for interval in before)
    added = merge_spans(
        (interval.begin_ms, interval.end_ms)
        for interval in after
        if interval.project == late.project
    )
    return _outside_all(added, seen)


def _beyond(late: LateBeats, unseen: Sequence[Span]) -> list[Span]:
    """Return the time outside the leases of the person, or over the limit of so many tasks."""
    leases = Lease.objects.filter(
        worker__person=late.person, project=late.project, lent_ms__lt=late.end_ms
    )
    given_out = leases.annotate(until_ms=Greatest("expires_ms", "lent_ms")).filter(
        until_ms__gt=late.begin_ms
    )
    spans = list(given_out.values_list("lent_ms", "until_ms"))
    beyond = _outside_all(unseen, merge_spans(spans))
    within = _outside_all(unseen, merge_spans(beyond))
    usual = UsualTime.objects.filter(project=late.project, n_items__gte=ENOUGH_ITEMS).first()
    if usual is None:
        return beyond
    room_ms = len(spans) * max(ITEM_LEAST_MS, ITEM_TIMES * usual.median_ms)
    for begin, end in within:
        if end - begin > room_ms:
            beyond.append((begin + max(0, room_ms), end))
        room_ms -= end - begin
    return merge_spans(beyond)


def _held_before(late: LateBeats) -> list[Span]:
    """Return the time that was held before, whatever became of it."""
    claims = Claim.objects.filter(
        person=late.person,
        project=late.project,
        kind=Claim.Kind.HELD,
        begin_ms__lt=late.end_ms,
        end_ms__gt=late.begin_ms,
    )
    return merge_spans(
        (begin, end) for spans in claims.values_list("pending", flat=True) for begin, end in spans
    )


def _outside_all(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    return [part for span in spans for part in outside(span, others)]
