"""Review pays one and a half floors, borne by all projects; the office costs nobody work."""

from datetime import date, timedelta

import pytest

from canut.actions.decisions.rejections import reject_answer
from canut.actions.decisions.sanctions import Limit, limit_worker
from canut.actions.ethics.assisted import verdict_agreement, write_blind
from canut.actions.ethics.review_hours import set_review_hour
from canut.actions.participation.ethics_terms import check_candidate
from canut.actions.participation.recalls import close_recalls, open_recall, vote_on_recall
from canut.actions.pay.bills import sums_of
from canut.actions.pay.periods import close_period
from canut.actions.pay.statement_recount import recount
from canut.actions.quality.estimates import estimate_labels
from canut.actions.work.leases import lease_tasks
from canut.core.clock import DAY_MS, MINUTE_MS, to_ms
from canut.core.errors import Conflict, Forbidden
from canut.core.ethics.agreement import verdict_kappa
from canut.core.pay.statement_input import ETHICS
from canut.store.models import (
    Answer,
    EthicsLevy,
    EthicsNominee,
    EthicsTerm,
    FundsLine,
    StatementCost,
    Worker,
)
from tests.house.tree import ROOT
from tests.support.ethics import REASONS, make_reviewer, set_bench
from tests.support.factories import NOW_MS, answer_next, make_person, make_worker
from tests.support.payroll import (
    AFTER,
    agree,
    content_of,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)
from tools.tables import powers

pytestmark = pytest.mark.django_db
WORKED = date(2026, 4, 28)
EVIDENCE = "Forty answers in a row were given within one second each."


def test_hour_of_review_pays_one_and_a_half_floors_and_projects_bear_it_by_their_cost() -> None:
    policy()
    made = made_with(20_000_000)
    other = made_with(10_000_000)
    for each in (made, other):
        answer_next(each.worker, now_ms=moment(WORKED))
    reviewer = make_person()
    agree(reviewer)
    hour = set_review_hour(reviewer, moment(WORKED, 8))
    assert hour is not None
    assert (hour.hour_micro, hour.currency) == (24_150_000, "CAD")
    assert set_review_hour(reviewer, moment(WORKED, 9)) == hour
    work_hours(reviewer, None, moment(WORKED, 10), 30 * MINUTE_MS, surface="ethics:1")

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    line = content_of(reviewer, closed)["projects"][-1]
    assert (line["number"], line["surfaces"]) == (ETHICS, {"ethics": 30 * MINUTE_MS})
    assert (line["earned_micro"], line["top_up_micro"]) == (12_080_000, 0)
    paid = StatementCost.objects.get(statement__person=reviewer)
    cost = paid.pieces_micro + paid.hours_micro + paid.top_up_micro + paid.on_top_micro
    levies = {row.project_id: row.micro for row in EthicsLevy.objects.all()}
    assert sum(levies.values()) == cost
    assert levies[made.project.pk] > levies[other.project.pk] > 0
    for each in (made, other):
        own = StatementCost.objects.get(statement__person=person_of(each), project=each.project)
        whole = own.pieces_micro + own.hours_micro + own.top_up_micro + own.on_top_micro
        charge = FundsLine.objects.get(project=each.project, kind="charge")
        assert charge.micro == whole + levies[each.project.pk]
        bill = sums_of(each.project, to_ms(AFTER)).bill
        assert bill is not None
        assert bill.ethics.micro == levies[each.project.pk]
    assert list(recount(closed)) == []


def test_who_serves_or_served_is_lent_and_scored_like_anybody_and_not_limited() -> None:
    bench = set_bench(workers=3, tasks=12, overlap=5)
    serving, quiet = make_worker(bench.project), make_worker(bench.project)
    for worker in (*bench.made.workers[1:], serving, quiet):
        for _ in range(6):
            answer_next(worker)
    assert serving.person is not None
    served = make_reviewer(bench.project.organisation)
    EthicsTerm.objects.filter(person=served).update(
        person=serving.person, ended_ms=NOW_MS, ended_why="over"
    )
    estimate_labels(bench.project.pk, NOW_MS)
    pair = [Worker.objects.get(pk=worker.pk) for worker in (serving, quiet)]
    assert pair[0].accuracy == pair[1].accuracy is not None
    offered = [
        {task.task for task in lease_tasks(worker.pk, 4, NOW_MS + 70_000).tasks} for worker in pair
    ]
    assert offered[0] == offered[1] != set()

    answer = Answer.objects.filter(worker=serving).latest("id")
    wanted = Limit("suspension", 30, "without-looking", EVIDENCE)
    soon, later = NOW_MS + DAY_MS, NOW_MS + 366 * DAY_MS
    with pytest.raises(Conflict, match="second person"):
        reject_answer(
            answer.pk, by=bench.requester, code="no-answer", evidence=EVIDENCE, now_ms=soon
        )
    with pytest.raises(Conflict) as refused:
        limit_worker(serving.pk, wanted, by=bench.requester, now_ms=soon)
    assert refused.value.case == "ethics-protected"
    limit_worker(quiet.pk, wanted, by=bench.requester, now_ms=soon)
    answer_next(serving, now_ms=later - 60_000)
    limit_worker(serving.pk, wanted, by=bench.requester, now_ms=later)


@pytest.mark.parametrize(("yes", "is_out"), [(3, True), (2, False)])
def test_only_two_thirds_recall_a_reviewer(yes: int, *, is_out: bool) -> None:
    bench = set_bench(workers=4, overlap=4)
    for worker in bench.made.workers:
        answer_next(worker, now_ms=NOW_MS - DAY_MS)
    term = EthicsTerm.objects.get(person=bench.reviewer)
    with pytest.raises(Forbidden):
        open_recall(term.pk, REASONS, by=bench.operator, now_ms=NOW_MS)
    recall = open_recall(term.pk, REASONS, by=bench.council[0], now_ms=NOW_MS)
    for rank, worker in enumerate(bench.made.workers):
        assert worker.person is not None
        choice = "recall" if rank < yes else "keep"
        vote_on_recall(recall.pk, choice, by=worker.person, now_ms=NOW_MS)
    close_recalls(NOW_MS + 7 * DAY_MS)
    term.refresh_from_db()
    assert (term.ended_why == "recalled") == is_out


def test_candidate_writes_blind_and_agreement_is_said_from_twenty_pairs_on() -> None:
    bench = set_bench()
    candidate = make_person()
    with pytest.raises(Forbidden) as refused:
        check_candidate(candidate)
    assert refused.value.facts["lessons"] == 12
    with pytest.raises(Forbidden):
        check_candidate(bench.operator)
    with pytest.raises(Forbidden):
        write_blind(bench.review.pk, "hold", REASONS, by=candidate, now_ms=NOW_MS)
    EthicsNominee.objects.create(person=candidate, cv="x", by=bench.council[0], at_ms=NOW_MS)
    check_candidate(candidate)
    blind = write_blind(bench.review.pk, "go", REASONS, by=candidate, now_ms=NOW_MS)
    assert blind.opinion is None
    bench.hold(NOW_MS)
    blind.refresh_from_db()
    assert blind.opinion is not None
    assert verdict_agreement() == (1, None)
    pairs = [("go", "go")] * 9 + [("hold", "hold")] * 9 + [("go", "hold"), ("hold", "go")]
    assert verdict_kappa(pairs) == pytest.approx(0.8)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_guide_prints_the_table_that_acts_obey(language: str) -> None:
    assert powers(language) in (ROOT / f"docs/{language}/ethics.md").read_text()


def test_reviewer_of_ones_own_project_is_nobody_there() -> None:
    bench = set_bench(reviewers=2)
    term = EthicsTerm.objects.exclude(person=bench.reviewer).get()
    bench.made.project.created_by = term.person
    bench.made.project.save()
    assert bench.review.pk
    with pytest.raises(Forbidden) as refused:
        bench.reviewer = term.person
        bench.hold(NOW_MS + int(timedelta(days=1).total_seconds()))
    assert refused.value.case == "ethics-office"
