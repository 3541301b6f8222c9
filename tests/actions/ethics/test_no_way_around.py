"""No path opens or lends a held project; what was begun is finished and paid; models take nothing.

Every place of the code that opens a project or creates a lease is listed here; a new one fails the
first test until it is tried against a hold.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import canut
from canut.actions.ethics.holds import lift, override, renew, settle_holds
from canut.actions.ethics.opinions import reply_to_point
from canut.actions.integrations.api_keys import KeyIn, create_key
from canut.actions.operations import jobs
from canut.actions.people.accounts import add_member
from canut.actions.projects import setup
from canut.actions.projects.removal import duplicate_project
from canut.actions.quality.reviews import lease_review
from canut.actions.work.leases import lease_tasks
from canut.actions.work.offline_packs import take_pack
from canut.actions.work.pilot import open_pilot
from canut.actions.work.project_state import enter_state
from canut.actions.work.submission import Submission, submit
from canut.core.clock import DAY_MS
from canut.core.errors import Conflict, Forbidden, NotOpen, Refusal
from canut.store.models import Answer, Import, Lease, PayLine, Project, Role
from tests.support.ethics import ANSWERS, Bench, set_bench
from tests.support.factories import NOW_MS, make_person

pytestmark = pytest.mark.django_db
LATER = NOW_MS + 1000
CALLS = re.compile(r"(?<!def )\b(enter_state|open_project|start_project|open_pilot)\(")
KNOWN = {
    "actions/operations/jobs.py": "start_project",
    "actions/projects/removal.py": "enter_state",
    "actions/projects/setup.py": "enter_state open_pilot open_project",
    "actions/turk/lending.py": "start_project",
    "actions/work/pilot.py": "enter_state",
    "commands/labels/label.py": "open_project",
    "demo/moderation.py": "open_project start_project",
    "demo/month.py": "open_project start_project",
    "demo/project.py": "open_project start_project",
    "demo/sample_projects.py": "open_project",
    "web/projects/api_projects.py": "open_project start_project",
}
"""Files that open projects, all by ``enter_state`` in the end."""
LENDS = {"actions/quality/reviews.py", "actions/work/leases.py", "actions/tasks/gold_checks.py"}
"""Files that create leases: after ``read_worker`` said that no hold stops the project."""


def test_every_file_that_opens_a_project_or_lends_a_task_is_known() -> None:
    root = Path(canut.__file__).parent
    opening: dict[str, str] = {}
    writing: set[str] = set()
    lending: set[str] = set()
    for path in root.rglob("*.py"):
        name, text = path.relative_to(root).as_posix(), path.read_text()
        calls = set(CALLS.findall(text))
        if calls:
            opening[name] = " ".join(sorted(calls))
        if "update(state=after)" in text or "state=Project.State.OPEN" in text:
            writing.add(name)
        if name.startswith("actions") and (
            "Lease.objects.create" in text or ".lend(" in text or "LEND_" in text
        ):
            lending.add(name)

    assert opening == KNOWN
    assert writing == {"actions/work/project_state.py"}
    assert lending == LENDS


def ready_draft() -> Bench:
    """Return a draft that only a hold keeps from opening, and whose reviewer holds it."""
    bench = set_bench(severity=2, state="draft")
    bench.hold(NOW_MS)
    return bench


WAYS: dict[str, Callable[[Project, Bench], object]] = {
    "open": lambda project, _: setup.open_project(project, LATER),
    "start": lambda project, _: setup.start_project(project, LATER),
    "pilot": lambda project, _: open_pilot(project, LATER),
    "state": lambda project, _: enter_state(project, "open", LATER),
    "state-pilot": lambda project, _: enter_state(project, "pilot", LATER),
    "copy": lambda project, bench: duplicate_project(
        project, "Copie", by=bench.requester, now_ms=LATER
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("state", ["draft", "paused"])
def test_no_action_opens_a_held_project(way: str, state: str) -> None:
    bench = set_bench(state=state)
    bench.hold(NOW_MS)

    with pytest.raises(Refusal) as refused:
        WAYS[way](bench.project, bench)

    if way != "pilot":  # which asks for its own conditions first
        assert refused.value.case == "ethics-held"
    assert (bench.project.state, bench.project.held_ms) == (state, NOW_MS)


@pytest.mark.slow
def test_no_page_endpoint_or_job_opens_a_held_project() -> None:
    bench = ready_draft()
    add_member(bench.operator, Role.REQUESTER, NOW_MS, organisation=bench.project.organisation)
    slug = bench.project.slug
    for person in (bench.requester, bench.operator):
        browser = Client()
        browser.force_login(person)
        page = browser.post(reverse("project_state", args=[slug]), {"state": "open"})
        assert page.status_code == 409
    token = create_key(
        KeyIn("robot", Role.REQUESTER, organisation=bench.project.organisation),
        by=bench.requester,
        now_ms=NOW_MS,
    ).token
    for act in ("start", "open"):
        answer = Client().post(
            f"/api/v1/projects/{slug}/{act}",
            {},
            content_type="application/json",
            headers={"authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 409, answer.content
    with pytest.raises(Conflict, match="held"):
        jobs.publish_and_open.func(Import.objects.get(project=bench.project).pk)

    assert bench.project.state == "draft"


def test_hold_on_a_project_at_work_lends_nothing_more_and_pays_what_was_begun() -> None:
    bench = set_bench(overlap=2)
    ana, ben = bench.made.workers
    begun = lease_tasks(ana.pk, 1, NOW_MS)
    reviewer = make_person()
    add_member(reviewer, Role.REVIEWER, NOW_MS, project=bench.project)
    bench.hold(NOW_MS)

    for ask in (
        lambda: lease_tasks(ben.pk, 1, LATER),
        lambda: take_pack(ben.pk, 3, LATER),
        lambda: lease_review(bench.project, reviewer, LATER),
    ):
        with pytest.raises(NotOpen) as refused:
            ask()
        assert refused.value.case == "project-held"

    assert [task.lease for task in lease_tasks(ana.pk, 5, LATER).tasks] == [begun.tasks[0].lease]
    submission = Submission(begun.tasks[0].lease, "a" * 32, {"q": "oui"})
    answered = submit(ana.pk, submission, LATER).answer
    assert Answer.objects.get(pk=answered).counted
    assert PayLine.objects.filter(answer=answered).exists()
    assert Lease.objects.filter(state=Lease.State.LIVE).count() == 0
    assert bench.project.state == "open"


def test_held_project_is_not_open_to_a_pilot_that_passed_or_to_its_models() -> None:
    bench = set_bench(state="pilot")
    bench.hold(NOW_MS)
    with pytest.raises(Conflict):
        enter_state(bench.project, "open", LATER)
    assert not bench.project.is_lending


def test_only_the_reviewer_lifts_and_only_once_each_point_is_answered() -> None:
    bench = set_bench()
    bench.hold(NOW_MS)
    number = bench.review.pk
    for person in (bench.requester, bench.operator, bench.council[0], make_person()):
        with pytest.raises(Forbidden):
            lift(number, ANSWERS, by=person, now_ms=LATER)
    reply_to_point(number, 0, "Blurred.", by=bench.requester, now_ms=LATER)
    with pytest.raises(Conflict, match="no answer"):
        lift(number, ANSWERS, by=bench.reviewer, now_ms=LATER)
    reply_to_point(number, 1, "Everybody on the list.", by=bench.requester, now_ms=LATER)

    lift(number, ANSWERS, by=bench.reviewer, now_ms=LATER)

    assert bench.project.held_ms is None
    assert lease_tasks(bench.made.worker.pk, 1, LATER).tasks


def test_renewed_hold_stays_after_28_days_until_somebody_signs() -> None:
    bench = set_bench()
    bench.hold(NOW_MS)
    number = bench.review.pk
    with pytest.raises(Conflict, match="28 days"):
        override(number, ANSWERS, by=bench.operator, now_ms=LATER)
    renew(number, ANSWERS, by=bench.reviewer, now_ms=NOW_MS + 10 * DAY_MS)
    after = NOW_MS + 40 * DAY_MS
    settle_holds(after)

    assert bench.project.held_ms is not None
    with pytest.raises(NotOpen):
        lease_tasks(bench.made.worker.pk, 1, after)
    override(number, ANSWERS, by=bench.operator, now_ms=after)
    assert bench.project.held_ms is None
