"""What workers wrote for the Portrait, and how many people work in each trade."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from canut.core.clock import DAY_MS
from canut.core.kinds import questions_of, trade_of
from canut.store.portrait.inputs import schemas_of
from canut.store.tables.portrait import PortraitRelease, WorkerWords
from canut.store.tables.quality import Verdict
from canut.store.tables.work import Answer, Worker

REVIEWING, USUAL = "CAN-ADJUD", "CAN-ANNOT"
YEAR_MS = 365 * DAY_MS
MOST_SHOWN = 40


def people_by_trade(now_ms: int, person_id: int | None = None) -> dict[str, int]:
    """Count the real people who worked in each trade over the last year.

    Args:
        now_ms: until when.
        person_id: count this person alone, simulated or not: the trades they work in.
    """
    since = now_ms - YEAR_MS
    own = {"person": person_id} if person_id else {"person__is_simulated": False}
    workers = Worker.objects.filter(person__isnull=False, **own).exclude(kind=Worker.Kind.MODEL)
    answered = Answer.objects.filter(worker=OuterRef("pk"), answered_ms__gte=since)
    people: dict[int, set[int]] = defaultdict(set)
    rows = workers.filter(Exists(answered)).values_list("project", "person")
    for project, person in rows:
        people[project].add(person or 0)
    trades: dict[str, set[int]] = defaultdict(set)
    for project, schema in schemas_of(set(people)).items():
        trade = next((trade_of(question).occupation for question in questions_of(schema)), USUAL)
        trades[trade] |= people[project]
    looked = Verdict.objects.filter(worker=OuterRef("pk"), at_ms__gte=since)
    reviewers = set(workers.filter(Exists(looked)).values_list("person", flat=True))
    if reviewers:
        trades[REVIEWING] |= {person or 0 for person in reviewers}
    return {trade: len(each) for trade, each in sorted(trades.items())}


def words_of(person_id: int) -> list[WorkerWords]:
    """List what a person wrote, newest first."""
    rows = WorkerWords.objects.filter(person=person_id)
    return list(rows.select_related("release", "decision").order_by("-at_ms"))


def words_waiting() -> list[WorkerWords]:
    """List the texts that nobody has decided about, oldest first."""
    waiting = WorkerWords.objects.filter(state=WorkerWords.State.WAITING)
    return list(waiting.order_by("at_ms")[:MOST_SHOWN])


def printed_words(trade: str = "") -> list[WorkerWords]:
    """List the texts that came out with a release, newest first; of one trade or of all."""
    rows = _printed()
    rows = rows.filter(trade=trade) if trade else rows
    return list(rows.order_by("-release__period", "trade", "id")[:MOST_SHOWN])


def words_in(release: PortraitRelease) -> list[WorkerWords]:
    """List the texts that came out with the editions of one quarter, by trade."""
    return list(_printed().filter(release__period=release.period).order_by("trade", "id"))


def set_release(release: PortraitRelease, trades: Collection[str]) -> int:
    """Print the accepted texts about some trades with a release; return how many."""
    rows = WorkerWords.objects.filter(
        state=WorkerWords.State.ACCEPTED, release=None, trade__in=trades
    )
    return rows.update(release=release)


def _printed() -> QuerySet[WorkerWords]:
    printed = WorkerWords.objects.filter(state=WorkerWords.State.ACCEPTED, release__isnull=False)
    return printed.select_related("release")
