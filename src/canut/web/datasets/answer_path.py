"""The page of one answer of mine: its way to label, dataset, model, decisions and money."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from canut.core.clock import HOUR_MS, from_ms
from canut.core.datasets.answer_path import (
    AnswerPay,
    LabelView,
    answer_pay,
    label_view,
    shown_agreement,
)
from canut.core.errors import Missing
from canut.core.pay.intermediaries import Chain, PartyRole
from canut.store.datasets.answer_path import (
    DatasetVersion,
    ModelUse,
    TaskLabel,
    answer_of,
    decisions_on,
    entry_of,
    is_correctable,
    is_task_closed,
    models_with,
    outcome_of,
    pay_line_of,
    replaced_by,
    same_label,
    statement_of,
    task_label,
    versions_with,
)
from canut.store.datasets.resales import resales_with
from canut.store.learning.loop import rule_of_loop
from canut.store.pay.funds import chain_of
from canut.store.people.work_terms import zone_of
from canut.store.quality.results import label_of_answer
from canut.store.tables.learning import LoopRule
from canut.store.tables.pay import PayLine, Statement
from canut.store.tables.people import Person
from canut.store.tables.work import Answer
from canut.web.datasets.path_stops import PathStop, StopFact, StopLink, fact, unknown_fact
from canut.web.kinds import told_label
from canut.web.kit.access import get_person
from canut.web.kit.formatting import (
    calendar_day,
    day_span,
    format_count,
    moment,
    money,
    price,
    task_time,
    whole_share,
)
from canut.web.kit.messages import message_now
from canut.web.tasks.task_view import shown_task

NOT_YET = {
    LabelView.HIDDEN: "not_closed",
    LabelView.CORRECTABLE: "still_correctable",
    LabelView.MISSING: "no_label_yet",
}


class AnswerWay(NamedTuple):
    """What is known of an answer, and what of it its worker may know."""

    answer: Answer
    line: PayLine | None
    statement: Statement | None
    pay: AnswerPay | None
    view: LabelView
    label: TaskLabel | None
    person: Person

    @property
    def is_open(self) -> bool:
        """Return whether nothing beyond the answer itself may be shown."""
        return self.view in (LabelView.HIDDEN, LabelView.CORRECTABLE)


def answer_path(request: HttpRequest, number: int, answer: int) -> HttpResponse:
    """Show one answer of mine and what became of it."""
    person = get_person(request)
    own = answer_of(person, number, answer)
    if own is None:
        raise Missing("you gave no such answer there")
    way = _way(own, person)
    content = shown_task(own.project, own.task, own.question_version, 120)
    context = {
        "answer": own,
        "project": own.project,
        "content": content,
        "stops": [
            _answer_stop(way),
            _label_stop(way),
            _dataset_stop(way),
            _model_stop(way),
            _decision_stop(way),
            _money_stop(way),
        ],
    }
    return render(request, "datasets/answer_path.html", context)


def _way(own: Answer, person: Person) -> AnswerWay:
    line = pay_line_of(own)
    statement = statement_of(line, person) if line else None
    label = task_label(own)
    view = label_view(
        is_closed=is_task_closed(own),
        is_correctable=is_correctable(own),
        has_label=label is not None,
    )
    return AnswerWay(own, line, statement, _pay(line, statement), view, label, person)


def _pay(line: PayLine | None, statement: Statement | None) -> AnswerPay | None:
    if line is None or statement is None:
        return None
    content = msgspec.json.decode(statement.content.encode())
    day = from_ms(line.at_ms).astimezone(zone_of(statement.person_id, line.at_ms)).date()
    return answer_pay(content, line.project_id, day.isoformat(), line.piece_micro, line.elapsed_ms)


def _stop(
    key: str,
    headline: str = "",
    unknown: str = "",
    facts: Sequence[StopFact] = (),
    links: Sequence[StopLink] = (),
) -> PathStop:
    title = message_now(f"answer_path.stop_{key}")
    return PathStop(key, title, headline, unknown, facts, links)


def _none(key: str, why: str) -> PathStop:
    """Build a stop that says that there is nothing, from the codes of stop and reason."""
    return _stop(key, unknown=_why(why))._replace(is_none=True)


def _answer_stop(way: AnswerWay) -> PathStop:
    own = way.answer
    facts = [
        fact("when", moment(own.answered_ms)),
        fact("time", task_time(own.elapsed_ms)),
        *_pay_facts(way),
    ]
    newer = replaced_by(own)
    links: list[StopLink] = []
    entry = entry_of(own)
    if entry is None or entry.place is None:
        facts.append(unknown_fact("log_entry", "on_its_way"))
    else:
        facts.append(fact("log_entry", _position(entry.place)))
        links.append(_entry_link(own.project_id, entry.place))
    if newer is not None:
        address = reverse("answer_path", args=[own.project_id, newer.pk])
        links.append(StopLink(address, message_now("answer_path.corrected_by")))
    words = told_label(own.question_version.schema, label_of_answer(own))
    stop = _stop("answer", headline=words, facts=facts, links=links)
    return stop._replace(is_foreign=True)


def _pay_facts(way: AnswerWay) -> list[StopFact]:
    """Return what the answer earned and how it was made up to the floor."""
    line, pay = way.line, way.pay
    if line is None:
        return [fact("pay", _why("unpaid"))]
    currency = line.currency
    if pay is None:
        if way.statement is not None or not line.piece_micro:
            return [unknown_fact("pay", "paid_by_time")]
        return [
            fact("piece", price(line.piece_micro, currency)),
            unknown_fact("top_up", "period_open"),
        ]
    facts = [fact("piece", price(pay.piece_micro, currency))]
    if pay.hours_micro:
        facts.append(fact("hours", price(pay.hours_micro, currency)))
    if pay.floor_micro is None:
        words = message_now("answer_path.top_up_alone", micro=price(pay.top_up_micro, currency))
        facts.append(fact("top_up", words))
    else:
        floor = money(pay.floor_micro, currency)
        words = message_now(
            "answer_path.top_up_words", micro=price(pay.top_up_micro, currency), floor=floor
        )
        facts.append(fact("top_up", words))
    hourly = pay.micro * HOUR_MS // line.elapsed_ms if line.elapsed_ms else 0
    total = message_now(
        "answer_path.total_words",
        micro=price(pay.micro, currency),
        hour=money(hourly, currency),
    )
    if pay.floor_micro is not None and hourly < pay.floor_micro:
        # the minimum is for the day: from the task to the answer there is time that is not counted
        total = f"{total}. {message_now('answer_path.minimum_of_the_day')}"
    return [*facts, fact("total", total)]


def _label_stop(way: AnswerWay) -> PathStop:
    if way.view is not LabelView.SHOWN or way.label is None:
        return _stop("label", unknown=_why(NOT_YET.get(way.view, "no_label_yet")))
    own, label = way.answer, way.label
    facts: list[StopFact] = []
    agreement = shown_agreement(label.same, label.answers)
    if label.is_reviewed:
        facts.append(fact("settled", message_now("answer_path.by_reviewer")))
    if agreement is None:
        facts.append(unknown_fact("agreement", "too_few_answers"))
    else:
        words = message_now("answer_path.agreement_words", same=agreement[0], answers=agreement[1])
        facts.append(fact("agreement", words))
    if label.confidence is None:
        facts.append(unknown_fact("certainty", "not_estimated"))
    else:
        facts.append(fact("certainty", whole_share(label.confidence)))
    mine = "mine_same" if same_label(own, label.label) else "mine_other"
    facts.append(fact("mine", _why(mine)))
    words = told_label(own.question_version.schema, label.label)
    return _stop("label", headline=words, facts=facts)._replace(is_foreign=True)


def _dataset_stop(way: AnswerWay) -> PathStop:
    if way.is_open:
        return _stop("dataset", unknown=_why("with_label"))
    if not way.answer.counted:
        return _none("dataset", "not_counted")
    versions = versions_with(way.answer)
    if not versions:
        return _none("dataset", "no_version")
    facts = [_version_fact(version) for version in versions]
    facts.append(unknown_fact("elsewhere", "elsewhere_why"))
    newest = versions[0]
    headline = message_now("answer_path.versions", n=len(versions))
    return _stop("dataset", headline=headline, facts=facts, links=_version_links(newest))


def _version_fact(version: DatasetVersion) -> StopFact:
    name = message_now("answer_path.version", n=version.card.number)
    return StopFact(name, calendar_day(version.card.made_ms))


def _version_links(version: DatasetVersion) -> list[StopLink]:
    links: list[StopLink] = []
    if version.is_public:
        address = reverse("card", args=[version.card.project.slug])
        links.append(StopLink(address, message_now("page.answer_usage_entry.labour_card")))
    if version.place is not None:
        links.append(_entry_link(0, version.place))
    return links


def _model_stop(way: AnswerWay) -> PathStop:
    if way.is_open:
        return _stop("model", unknown=_why("with_label"))
    models = models_with(way.answer)
    if not models:
        return _none("model", "no_model")
    rule = rule_of_loop(way.answer.project_id)
    facts = [line for use in models for line in _model_facts(use)]
    facts.append(fact("used_for", _uses(rule)))
    facts.append(unknown_fact("model_elsewhere", "model_elsewhere_why"))
    return _stop("model", headline=models[0].trained.author.name, facts=facts)


def _model_facts(use: ModelUse) -> list[StopFact]:
    trained = use.trained
    name = " ".join(part for part in (trained.author.name, trained.author.version) if part)
    learnt = message_now(
        "answer_path.learnt",
        answers=format_count(trained.answers),
        day=calendar_day(trained.made_ms),
    )
    facts = [StopFact(name, learnt)]
    if trained.exported_ms is not None:
        facts.append(fact("exported", calendar_day(trained.exported_ms)))
    return facts


def _uses(rule: LoopRule) -> str:
    uses = [name for name, is_on in (("shows", rule.shows), ("takes", rule.takes_over)) if is_on]
    return message_now("answer_path.uses_" + ("_".join(uses) or "none"))


def _decision_stop(way: AnswerWay) -> PathStop:
    own = way.answer
    about = decisions_on(own)
    links = [
        StopLink(
            f"{reverse('decisions')}#d{decision.pk}",
            message_now("answer_path.decision_about_me"),
        )
        for decision in about
    ]
    if way.is_open:
        return _stop("decision", unknown=_why("with_label"), links=links)
    outcome = outcome_of(own)
    facts: list[StopFact] = []
    if outcome and own.counted:
        facts.append(fact("label_by", message_now(f"answer_path.outcome_{outcome}")))
    uses = models_with(own)
    alone, joint = sum(use.alone for use in uses), sum(use.with_people for use in uses)
    if alone + joint:
        facts.append(fact("machine_alone", message_now("answer_path.tasks", n=alone)))
        facts.append(fact("machine_with_people", message_now("answer_path.tasks", n=joint)))
    facts.append(unknown_fact("client_decides", "client_decides_why"))
    if not alone + joint:
        return _none("decision", "no_decision")._replace(facts=facts, links=links)
    headline = message_now("answer_path.rests", n=alone + joint)
    return _stop("decision", headline=headline, facts=facts, links=links)


def _money_stop(way: AnswerWay) -> PathStop:
    own, line, pay = way.answer, way.line, way.pay
    chain = chain_of(own.project_id)
    links = [
        StopLink(
            reverse("client", args=[own.project.organisation_id]), own.project.organisation.name
        )
    ]
    facts: list[StopFact] = []
    if not way.is_open:
        facts += _resale_facts(way)
    if chain is None:
        facts.append(unknown_fact("client_price", "chain_unknown"))
    else:
        facts += _chain_facts(chain)
        if not way.is_open and way.label is not None and way.label.answers:
            whole = price(chain.price.micro * way.label.answers, chain.price.currency)
            words = message_now("answer_path.task_words", micro=whole, answers=way.label.answers)
            facts.append(fact("task_price", words))
    if line is not None and pay is not None and way.statement is not None:
        currency = line.currency
        facts.append(fact("my_top_up", price(pay.top_up_micro, currency)))
        facts.append(fact("levies_mine", price(pay.withheld_micro, currency)))
        facts.append(fact("levies_employer", price(pay.added_micro, currency)))
        period = way.statement.period
        facts.append(fact("statement", day_span(period.first_day, period.last_day)))
        address = reverse("pay_statement", args=[way.statement.pk])
        links.insert(0, StopLink(address, message_now("answer_path.my_statement")))
        headline = message_now("answer_path.to_me", micro=price(pay.micro, currency))
        return _stop("money", headline=headline, facts=facts, links=links)
    if line is not None:
        facts.append(unknown_fact("levies_mine", "period_open"))
        return _stop("money", unknown=_why("period_open"), facts=facts, links=links)
    return _none("money", "unpaid")._replace(facts=facts, links=links)


def _resale_facts(way: AnswerWay) -> list[StopFact]:
    """Return what resales of the versions with this answer brought back, in all and to me."""
    own = way.answer
    numbers = [version.card.number for version in versions_with(own)]
    facts: list[StopFact] = []
    for returned in resales_with(own.worker_id, own.project_id, numbers):
        currency = returned.currency
        words = message_now(
            "answer_path.resold_words",
            n=returned.resales,
            back=price(returned.shared_micro, currency),
            own=price(returned.own_micro, currency),
        )
        facts.append(fact("resold", words))
    return facts or [fact("resold", _why("no_resale"))]


def _chain_facts(chain: Chain) -> list[StopFact]:
    """Return the client's price of one answer and what each party receives of it."""
    currency = chain.price.currency
    facts = [fact("client_price", price(chain.price.micro, currency))]
    for party in chain.parties:
        share = price(party.share.micro, currency)
        if party.role is PartyRole.UNDISCLOSED:
            words = message_now("answer_path.undisclosed_words", micro=share)
            name = message_now("common.not_disclosed")
            facts.append(StopFact(name, words, is_unknown=True))
        elif party.role is PartyRole.WORKER:
            facts.append(fact("to_worker", share))
        else:
            role = message_now(f"answer_path.role_{party.role.value}")
            facts.append(StopFact(f"{party.name} ({role})", share))
    return facts


def _entry_link(log: int, place: int) -> StopLink:
    words = message_now("answer_path.check_entry", place=format_count(place))
    return StopLink(reverse("ledger_entry", args=[log, place]), words)


def _position(place: int) -> str:
    return message_now("answer_path.position", place=format_count(place))


def _why(code: str) -> str:
    return message_now(f"answer_path.{code}")
