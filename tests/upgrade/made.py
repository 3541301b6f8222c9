"""Fill an empty database with a small instance: ``python -m tests.upgrade.made``; see tools."""

import json
import sys
from datetime import date

from canut.core.clock import DAY_MS, to_ms

SECRET_KEY = "of the dumps alone: their people are invented"
DAY = date(2026, 4, 30)
COUNT = "SELECT count(*) FROM %s"


def main() -> None:
    """Migrate, fill, and say what there is."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from canut.store.platform.instance import make_data_folder
    from tests.support.invariants import broken

    make_data_folder()
    call_command("migrate", verbosity=0)
    work()
    found = broken()
    if found:
        raise SystemExit("\n".join(found))
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            if table.startswith("store_"):
                cursor.execute(COUNT % table)
                counts[table] = int(cursor.fetchone()[0])
    sys.stdout.write(json.dumps(counts))


def work() -> None:
    """Let a few invented people work, be refused, appeal, be paid, and all of it enter the logs."""
    from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal, take_appeal
    from canut.actions.ledger.sequencer import sequence
    from canut.actions.participation import elections
    from canut.actions.participation.messages import answer_thread, ask_about
    from canut.actions.pay.periods import close_period
    from canut.actions.people.accounts import add_operator
    from canut.actions.quality.estimates import estimate_labels
    from canut.actions.work.leases import lease_tasks
    from canut.actions.work.submission import Submission, submit
    from canut.core.clock import HOUR_MS
    from tests.support.decisions import make_due
    from tests.support.factories import NOW_MS, answer_next, make_worker
    from tests.support.paid_work import begin_pilot, try_out
    from tests.support.payroll import (
        AFTER,
        agree,
        made_with,
        moment,
        period,
        person_of,
        policy,
        work_hours,
    )

    operator = add_operator("navette", None, "La Coop", NOW_MS)
    due = make_due(workers=3, tasks=12, overlap=2)
    for worker in due.made.workers:
        for number in range(4):
            answer_next(worker, "oui" if number % 3 else "non", now_ms=NOW_MS + 10_000 * number)
    (lent,) = lease_tasks(due.made.worker.pk, 1, NOW_MS + 80_000).tasks
    submit(due.made.worker.pk, Submission(lent.lease, "b" * 32, {"q": "oui"}), NOW_MS + 90_000)
    correction = Submission(lent.lease, "c" * 32, {"q": "non"}, replaces="b" * 32)
    submit(due.made.worker.pk, correction, NOW_MS + 99_000)
    lease_tasks(due.made.workers[1].pk, 2, NOW_MS + 100_000)
    decision = due.reject(NOW_MS + 120_000)
    told = appeal(decision.pk, by=due.person, words="C’était ironique.", now_ms=NOW_MS + DAY_MS)
    take_appeal(told.pk, by=due.independent, now_ms=NOW_MS + DAY_MS + 1)
    reply = AppealReply("overturned", "La consigne ne parlait pas d’ironie.")
    answer_appeal(told.pk, reply, by=due.independent, now_ms=NOW_MS + DAY_MS + 2)
    estimate_labels(due.made.project.pk, NOW_MS)
    (lent,) = lease_tasks(due.made.workers[2].pk, 1, NOW_MS + 110_000).tasks
    thread = ask_about(due.made.workers[2].pk, lent.lease, "Et l’ironie ?", NOW_MS)
    answer_thread(due.author, thread.pk, "Elle compte.", NOW_MS + 1, for_all=True)
    elections.open_election(operator, 1, NOW_MS + 2 * DAY_MS)

    policy()
    made = made_with(60_000_000, tasks=6)
    second = make_worker(made.project)
    assert second.person is not None
    agree(second.person)
    for person, worker in ((person_of(made), made.worker), (second.person, second)):
        work_hours(person, made.project.pk, moment(DAY), 2 * HOUR_MS)
        answer_next(worker, now_ms=moment(DAY, 14))
    close_period(period().pk, operator, to_ms(AFTER))
    _project, workers = begin_pilot()
    try_out(workers, [20_000, 30_000, 25_000, 40_000])
    while sequence(NOW_MS):
        pass


if __name__ == "__main__":
    main()
