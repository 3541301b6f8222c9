"""People around a lesson: ``python -m tests.browser.lessons_prepared DATA`` prints their addresses.

A worker with terms of work, two people trained to mark who share nothing with them, an elected
representative, and an operator who closes the pay period: with ``close`` after DATA, it is closed.
"""

import json
import os
import sys
from datetime import timedelta
from typing import Any

from canut.core.clock import to_ms

AUTHOR, OPERATOR = "nadia", "ines"
MARKERS = ("marc", "mina")
LESSONS_MARKED = ("click-life", "time-pay", "explain", "diagnose")
REPRESENTATIVE = "rose"


def begin(data: str) -> None:
    """Let Django know the data folder."""
    os.environ |= {"CANUT_DATA": data, "DJANGO_SETTINGS_MODULE": "canut.settings"}
    import django

    django.setup()


def make_people() -> dict[str, Any]:
    """Make everybody; return the addresses at which they enter once."""
    from django.utils import timezone

    from canut.actions.pay.pay_rules import PayRules, set_policy
    from canut.actions.people.accounts import add_member, add_operator, make_one_time_link
    from canut.actions.people.work_terms import TermsIn, set_terms
    from canut.core.places.parameters import Status
    from canut.store.models import Role
    from tests.support.factories import make_person, make_project, make_representative
    from tests.support.lessons import train

    now = timezone.now()
    early = now - timedelta(days=30)
    operator = add_operator(OPERATOR, None, "Laboratoire", to_ms(early))
    set_policy(PayRules(yearly_payroll_micro=500_000_000_000), operator, to_ms(early))
    made = make_project(tasks=1)
    author = made.worker.person
    assert author is not None
    author.username = AUTHOR
    author.save()
    terms = TermsIn("CA-QC", "America/Toronto", Status.EMPLOYEE)
    set_terms(author, terms, by=operator, now_ms=to_ms(early))
    add_member(author, Role.WORKER, to_ms(early), project=made.project)
    people = {AUTHOR: author}
    for name in MARKERS:
        marker = make_person(username=name)
        set_terms(marker, terms, by=operator, now_ms=to_ms(early))
        add_member(marker, Role.REVIEWER, to_ms(early), project=make_project(tasks=1).project)
        for lesson_id in LESSONS_MARKED:
            train(marker, to_ms(early), lesson_id)
        people[name] = marker
    people[REPRESENTATIVE] = make_person(username=REPRESENTATIVE)
    make_representative(people[REPRESENTATIVE], made.project.organisation)
    leads_to = dict.fromkeys(MARKERS, "/marking/") | {REPRESENTATIVE: "/lessons/questions"}
    return {
        name: f"/enter/{make_one_time_link(person, leads_to.get(name, '/'), to_ms(now))}"
        for name, person in people.items()
    }


def close_period_of_lesson() -> dict[str, Any]:
    """Close the days that are over; return the author's statement and its lines of lessons."""
    from django.utils import timezone

    from canut.actions.pay.periods import close_period, make_period
    from canut.core.pay.statement_input import LESSONS
    from canut.store.models import Person, Statement

    now = timezone.now()
    last = now.date() - timedelta(days=2)
    due = make_period(last - timedelta(days=13), last, to_ms(now))
    closed = close_period(due.pk, Person.objects.get(username=OPERATOR), to_ms(now))
    statement = Statement.objects.get(person__username=AUTHOR, period=closed)
    lines = [
        line for line in json.loads(statement.content)["projects"] if line["number"] == LESSONS
    ]
    return {"statement": statement.pk, "lines": lines}


if __name__ == "__main__":
    begin(sys.argv[1])
    made = close_period_of_lesson() if sys.argv[2:] == ["close"] else make_people()
    sys.stdout.write(json.dumps(made))
