"""Schedule work: requested jobs, and periodic tasks.

Jobs that somebody asked for (reading a large file) stand in the database and are run one by one.
Another process looks every few seconds for what is due: leases that ran out, projects whose
answers have moved on since their labels were last estimated, how long tasks take, rows that a
killed discard left, appeals nobody answered in time, scores that have grown old. A thread of it
sends what webhooks are to be told, another gives entries of the ledger their places. It is apart
from the jobs because both write: a thread that holds the writer lock of SQLite while another one
reckons waits for the interpreter at every statement, and everybody's answers wait with it.

Each process says every few seconds that it is there, whatever it is at. A job whose process is
gone, or was stopped in the middle of it, is run again: every job goes on where it was or begins
anew. While the database is away, or the disk full, all of it waits and is tried again. Where
several look for what is due, one is leader (``leader_election``); the others look only for jobs
that were cut short.
"""

import logging
import secrets
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import Error as DatabaseFault
from django.db import close_old_connections
from django.db.models import Q
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from canut.actions.comparisons.daily_look import look_at_comparisons
from canut.actions.datasets.export_jobs import forget_old_exports
from canut.actions.datasets.withdrawals import run_withdrawals
from canut.actions.decisions.appeals import win_by_waiting
from canut.actions.decisions.automated_systems import note_versions
from canut.actions.ethics.holds import settle_holds
from canut.actions.imports.lifecycle import finish_discarding
from canut.actions.imports.rows_api import forget_unfinished
from canut.actions.integrations.idempotency import forget_old_replies
from canut.actions.integrations.task_closed_events import find_closed_tasks
from canut.actions.integrations.webhook_delivery import deliver_due
from canut.actions.learning.anchoring import watch_anchoring
from canut.actions.learning.drift import check_drift
from canut.actions.learning.incidents import tell_unowned
from canut.actions.learning.remote_proposals import ask_far_soon
from canut.actions.ledger.log_names import record_misnamed_logs
from canut.actions.ledger.sequencer import sequence
from canut.actions.ledger.witnesses import ask_witnesses
from canut.actions.operations.clock_rollback import repair_future_timestamps
from canut.actions.operations.job_worker import JobWorker
from canut.actions.operations.jobs import teach_soon
from canut.actions.operations.scheduled_backups import back_up_when_due
from canut.actions.participation.deadlines import run_deadlines
from canut.actions.pathways.destinations import ask_later
from canut.actions.pay.fund_release import free_all_ended
from canut.actions.pay.lost_days import pay_lost_days
from canut.actions.people.email_notices import send_due_emails
from canut.actions.people.erasure import erase_due
from canut.actions.people.terms_changes import apply_due_changes
from canut.actions.platform import system_clock
from canut.actions.platform.instance_facts import keep_fact
from canut.actions.platform.leader_election import acquire_leadership, is_leader
from canut.actions.platform.row_faults import attempt, attempt_each
from canut.actions.projects.removal import remove_due
from canut.actions.quality.estimates import estimate_labels, forget_old_scores, is_stale
from canut.actions.quality.reviews import ask_again, return_reviews
from canut.actions.recruiting.invited_lists import erase_contacts, send_invited
from canut.actions.rules.evaluation import evaluate_if_due
from canut.actions.tasks.search_index import index_texts_soon
from canut.actions.time.daily_upkeep import run_daily_upkeep
from canut.actions.time.task_times import keep_paces
from canut.actions.turk.lending import expire_hits, start_waiting
from canut.actions.turk.notifications import tell_events
from canut.actions.turk.reviews import review_hits
from canut.actions.work.eligibility_upkeep import decide_waiting
from canut.actions.work.leases import expire_leases
from canut.core.clock import HOUR_MS, SECOND_MS, Ms, to_ms
from canut.core.errors import Refusal
from canut.store.integrations.webhooks import is_delivery_due
from canut.store.ledger.append import at_once
from canut.store.ledger.logs import has_waiting
from canut.store.models import Project
from canut.store.operations.jobs import (
    CLOCK,
    LOST,
    MOST_ATTEMPTS,
    STOPPED,
    WORKER,
    begins_again,
    newest_rows,
    overdue_projects,
    workers_here,
)
from canut.store.platform.transient_errors import as_transient
from canut.store.quality.results import last_estimate
from canut.store.tables.platform import Fact

TICK_SECONDS = 5.0
ALL_SECONDS = 30.0  # tasks that only wait for a time to pass, and all others without news
LEAN_SECONDS = 600.0  # without an estimate, before the process makes room for a smaller one
ENDING_SECONDS = 60.0  # what its threads are doing may still end
COMPILER = "numba"
HEARTBEAT_SECONDS = 15.0  # four of them before a process counts as gone
DELIVER_SECONDS = 1.0
SEQUENCE_SECONDS, BETWEEN_SECONDS = 0.5, 0.02
ALL_LEDGER_SECONDS = 60.0  # a database brought back to an older state is noticed within this time
WITNESS_SECONDS = 10.0
REST_SECONDS = 30.0
FEW_ANSWERS = 1_000  # what an estimate of fewer takes is the compiler's start, and comes once
HOURLY = "hour-looked-at"
CLOCKS_APART = timedelta(minutes=1)  # more, and a clock was set back
CUT_SHORT = Q(status=TaskResultStatus.RUNNING) | Q(
    status=TaskResultStatus.FAILED, exception_class_path__in=[STOPPED, *LOST]
)
_log = logging.getLogger("canut.schedule")


def work(*, once: bool) -> None:
    """Run jobs until stopped; or only what waits and is due now."""
    runner = Runner(WORKER, waits=not once)
    if once:
        begin_again()
        run_due()
        while sequence(system_clock.now_ms()) or deliver_due():
            pass
        ask_witnesses()
    threading.Thread(target=_keep_saying, args=(runner,), name="heard-of", daemon=True).start()
    try:
        run_jobs(runner, once=once)
    finally:
        runner.leave()


def keep_time() -> None:
    """Run periodic tasks in a process beside the one that runs jobs.

    It returns by itself some time after an estimate, so that a new process takes its place: the
    compiler of the kernels and what it compiled are a hundred MiB that an idle instance need not
    keep.
    """
    runner = Runner(CLOCK, waits=True)
    threads = [
        threading.Thread(target=loop, args=(runner,), name=name, daemon=True)
        for name, loop in (
            ("heard-of", _keep_saying),
            ("webhooks", _deliver),
            ("ledger", _sequence),
            ("witnesses", _witness),
        )
    ]
    for thread in threads:
        thread.start()
    try:
        _look_around(runner)
        runner.is_ending.set()
        for thread in threads:
            thread.join(ENDING_SECONDS)
    finally:
        runner.leave()


class Runner:
    """The name of this process; a new one whenever it lost the database.

    Jobs under the earlier name then count as interrupted, and run again.

    Args:
        kind: how the name begins; ``WORKER`` runs jobs, ``CLOCK`` does what time calls for.
        waits: whether it waits for a database that is away, or a full disk, instead of failing.
    """

    def __init__(self, kind: str, *, waits: bool) -> None:
        self._kind = kind
        self.is_ending = threading.Event()
        try:
            self.begin_anew()
        except DatabaseFault as failure:
            if not waits or as_transient(failure) is None:
                raise
            _log.warning("%s waits: %s", kind, as_transient(failure))
            _wait_for_database(self)

    def begin_anew(self) -> None:
        """Choose a new name, and store a heartbeat under it."""
        self.name = f"{self._kind}{secrets.token_hex(8)}"
        _say_here(self.name)

    def leave(self) -> None:
        """Delete its heartbeat, so that nobody waits for it."""
        with suppress(DatabaseFault):
            Fact.objects.filter(name=self.name).delete()


def run_jobs(runner: Runner, *, once: bool) -> None:
    """Run jobs until stopped, or until none waits; continue after database outages."""
    while True:
        try:
            JobWorker(runner.name, once=once).run_until_stopped()
        except DatabaseFault as failure:
            if once or as_transient(failure) is None:
                raise
            _log.warning("jobs wait: %s", as_transient(failure))
            _wait_for_database(runner)
        else:
            return


def _wait_for_database(runner: Runner) -> None:
    """Wait until the database accepts writes again."""
    while True:
        time.sleep(DELIVER_SECONDS)
        close_old_connections()
        try:
            runner.begin_anew()
        except DatabaseFault:
            continue
        return


def begin_again() -> int:
    """Requeue interrupted jobs; return how many.

    Those are jobs of worker processes without a heartbeat for a minute, jobs interrupted by a stop
    of their worker process, and jobs that lost the database, after a while. A job started five
    times is left as it is.
    """
    now = timezone.now()
    here = workers_here(system_clock.now_ms())
    again = 0
    for number in list(DBTaskResult.objects.filter(CUT_SHORT).values_list("id", flat=True)):
        again += attempt("job", str(number), partial(_requeue, number, here, now)) or 0
    return again


def _requeue(number: UUID, here: Collection[str], now: datetime) -> int:
    """Requeue one job if it was interrupted; return whether it was."""
    job = DBTaskResult.objects.get(id=number)
    if job.status == TaskResultStatus.RUNNING:
        goes_on = job.worker_ids[-1] not in here and len(job.worker_ids) < MOST_ATTEMPTS
    else:
        due = begins_again(job)
        is_ahead = job.finished_at is not None and job.finished_at > now + CLOCKS_APART
        goes_on = due is not None and (due <= now or is_ahead)
    if not goes_on:
        return 0
    as_seen = DBTaskResult.objects.filter(id=job.id, status=job.status, started_at=job.started_at)
    return as_seen.update(status=TaskResultStatus.READY)


def run_due() -> int:
    """Run all periodic tasks that are due; return how many projects were estimated.

    A step or a project that fails is reported; the others go on.
    """
    now_ms = system_clock.now_ms()
    _run_timed(now_ms)
    _run_prompt(now_ms)
    return run_projects(now_ms).estimated


class PeriodicTasks:
    """The periodic tasks of the leader: the prompt ones at each tick, the others when due.

    Without news nothing is read of each project: an instance where nobody works stays idle, however
    many projects it has. All tasks run every half minute, whatever happened.

    Args:
        clock: returns a time in seconds that never goes back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all_at = self._estimated_at = clock()
        self._news: tuple[int, int] | None = None

    def run(self) -> None:
        """Run what is due at this tick."""
        now_ms, news = system_clock.now_ms(), newest_rows()
        if is_all := self._clock() >= self._all_at:
            self._all_at = self._clock() + ALL_SECONDS
            _run_timed(now_ms)
        _run_prompt(now_ms)
        if is_all or news != self._news:
            projects = run_projects(now_ms)
            self._news = None if projects.waiting else news
            if projects.estimated:
                self._estimated_at = self._clock()

    def is_too_large(self) -> bool:
        """Return whether this process keeps memory for estimates that it no longer makes."""
        rested = self._clock() - self._estimated_at
        return COMPILER in sys.modules and rested > LEAN_SECONDS


class ProjectsPass(NamedTuple):
    """One pass over the projects: how many were estimated, and how many must wait with theirs."""

    estimated: int
    waiting: int


def _run_prompt(now_ms: Ms) -> None:
    """Run what people or programs wait for."""
    _run_steps(PROMPT_STEPS, now_ms)
    attempt_each(
        "project", overdue_projects(now_ms), lambda project: expire_leases(project, now_ms)
    )


def _run_timed(now_ms: Ms) -> None:
    """Run what only waits for a time to pass."""
    _run_steps(STEPS, now_ms)
    if _is_hour_over(now_ms):
        _run_steps(HOURLY_STEPS, now_ms)


def _run_steps(steps: Iterable[Callable[[Ms], object]], now_ms: Ms) -> None:
    for step in steps:
        attempt("step", step.__name__, partial(step, now_ms))


def run_projects(now_ms: Ms) -> ProjectsPass:
    """Estimate labels and run the models of the projects where something changed."""
    projects = Project.objects.exclude(state=Project.State.DRAFT).values_list("id", flat=True)
    passes = [
        attempt("project", project, partial(_run_project, project, now_ms)) or ProjectsPass(0, 0)
        for project in projects
    ]
    return ProjectsPass(
        sum(each.estimated for each in passes), sum(each.waiting for each in passes)
    )


def _run_project(project_id: int, now_ms: Ms) -> ProjectsPass:
    """Run what is due in one project, whose labels are estimated once answers rest a while."""
    has_moved_on = is_stale(project_id)
    is_estimated = has_moved_on and _is_rested(project_id)
    if is_estimated:
        estimate_labels(project_id, now_ms)
        ask_again(project_id, now_ms)
    project = Project.objects.get(id=project_id)
    if check_drift(project, now_ms):
        teach_soon(project_id)
    ask_far_soon(project, now_ms)
    return ProjectsPass(int(is_estimated), int(has_moved_on and not is_estimated))


def _finish_discarding(_now_ms: Ms) -> int:
    return finish_discarding()


def _index_texts(_now_ms: Ms) -> int:
    return index_texts_soon()


PROMPT_STEPS: tuple[Callable[[Ms], object], ...] = (
    find_closed_tasks,
    send_due_emails,
    return_reviews,
    expire_hits,
    review_hits,
    tell_events,
    _index_texts,
)
STEPS: tuple[Callable[[Ms], object], ...] = (
    repair_future_timestamps,
    _finish_discarding,
    keep_paces,
    run_deadlines,
    start_waiting,
    settle_holds,
    run_daily_upkeep,
    win_by_waiting,
    run_withdrawals,
    pay_lost_days,
    decide_waiting,
    send_invited,
)
HOURLY_STEPS: tuple[Callable[[Ms], object], ...] = (
    back_up_when_due,
    forget_old_scores,
    forget_old_replies,
    forget_unfinished,
    forget_old_exports,
    remove_due,
    erase_due,
    ask_later,
    tell_unowned,
    free_all_ended,
    note_versions,
    apply_due_changes,
    record_misnamed_logs,
    evaluate_if_due,
    look_at_comparisons,
    watch_anchoring,
    erase_contacts,
)


def _is_hour_over(now_ms: int) -> bool:
    """Return True once an hour, when hourly tasks are due."""
    hour = str(now_ms // HOUR_MS)
    if Fact.objects.filter(name=HOURLY, value=hour).exists():
        return False
    keep_fact(HOURLY, hour)
    return True


def _is_rested(project_id: int) -> bool:
    """Return whether the last estimate is old enough to redo."""
    last = last_estimate(project_id)
    if last is None:
        return True
    rested = (system_clock.now_ms() - to_ms(last.created_at)) / SECOND_MS
    rest = REST_SECONDS if last.answers < FEW_ANSWERS else max(REST_SECONDS, 20 * last.seconds)
    return rested < 0 or rested > rest  # or a clock went back


def _look_around(runner: Runner) -> None:
    """Run what is due every few seconds, until the process is too large; retry what fails."""
    periodic_tasks = PeriodicTasks()
    while not periodic_tasks.is_too_large():
        try:
            begin_again()
            if is_leader(runner.name) or acquire_leadership(runner.name, system_clock.now_ms()):
                periodic_tasks.run()
        except (DatabaseFault, OSError, Refusal) as failure:
            _tell("what was due could not be done; it is tried again", failure)
        time.sleep(TICK_SECONDS)


def _deliver(runner: Runner) -> None:
    """Deliver webhook messages in a thread of its own: receivers may be slow."""
    while not runner.is_ending.is_set():
        try:
            is_due = is_delivery_due(system_clock.now_ms())
            attempts = (attempt("step", "webhooks", deliver_due) or 0) if is_due else 0
        except DatabaseFault as failure:
            _tell("webhooks could not be served; it is tried again", failure)
            attempts = 0
        if not attempts:
            runner.is_ending.wait(DELIVER_SECONDS)


def _sequence(runner: Runner) -> None:
    """Append ledger entries in a thread of its own, within a second."""
    all_at = time.monotonic()
    while not runner.is_ending.is_set():
        appended = 0
        try:
            is_all = time.monotonic() >= all_at
            if (is_all or has_waiting()) and is_leader(runner.name):
                append = partial(sequence, system_clock.now_ms())
                appended = attempt("step", "ledger", append) or 0
                all_at = time.monotonic() + ALL_LEDGER_SECONDS
        except (DatabaseFault, OSError, Refusal) as failure:
            _tell("entries could not be taken into the ledger; it is tried again", failure)
        runner.is_ending.wait(before_next(appended))


def before_next(appended: int) -> float:
    """Return the pause in seconds before the next batch of ledger entries.

    After a full batch, the pause only lets others write. Otherwise entries of half a second are
    appended together: each batch costs two signatures and a commit, whatever its size.

    Args:
        appended: how many the last batch had.
    """
    return BETWEEN_SECONDS if appended >= at_once() else SEQUENCE_SECONDS


def _witness(runner: Runner) -> None:
    """Ask witnesses for signatures in a thread of its own: they may be slow or away."""
    while not runner.is_ending.is_set():
        try:
            if is_leader(runner.name):
                attempt("step", "witnesses", ask_witnesses)
        except (DatabaseFault, OSError, Refusal) as failure:
            _tell("witnesses could not be asked; it is tried again", failure)
        runner.is_ending.wait(WITNESS_SECONDS)


def _keep_saying(runner: Runner) -> None:
    """Store a heartbeat of this process every few seconds, even during a long job."""
    while not runner.is_ending.is_set():
        try:
            _say_here(runner.name)
        except DatabaseFault as failure:
            _tell("this process could not be heard of; it is tried again", failure)
        runner.is_ending.wait(HEARTBEAT_SECONDS)


def _tell(message: str, failure: Exception) -> None:
    """Log a failure, one line if it is transient, else with its traceback; drop a lost connection.

    Only here: asking whether a connection still works, before each poll, would double what an idle
    instance asks of PostgreSQL.
    """
    close_old_connections()
    transient = as_transient(failure)
    if transient is None:
        _log.error(message, exc_info=failure)
    else:
        _log.warning("%s (%s)", message, transient)


def _say_here(worker: str) -> None:
    keep_fact(worker, str(system_clock.now_ms()))
