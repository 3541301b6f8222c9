"""Format a decision for pages: what was decided, by whom, on which facts, and what can be done."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from canut.actions.decisions.record import day_in_zone
from canut.actions.decisions.rejections import piece_of
from canut.core.decisions.automated_systems import SYSTEMS, system_named
from canut.core.decisions.deadlines import appealable_until, time_left
from canut.core.decisions.explanations import explain, fact_named, format_fact
from canut.core.decisions.misconduct import LISTS, Act, Acts
from canut.core.decisions.system_changes import Changed, changes_of
from canut.store.decisions.appeals import independent_of
from canut.store.decisions.automated_systems import changes_to_tell, versions_since
from canut.store.models import Answer, Appeal, Decision, Person
from canut.store.pay.pay_lines import lost_days_paid
from canut.web.kinds import told_label
from canut.web.kit.formatting import calendar_day, price
from canut.web.kit.languages import is_french, two_sided
from canut.web.kit.messages import message_now
from canut.web.tasks.task_view import TaskContent, name_of_task

HIDDEN = frozenset({"currency", "was", "follows", "period", "begin_ms", "end_ms", "until_ms"})
FAVOURABLE = frozenset({"corrected-lifted", "taken-back"})
ANSWER = "answer"
"""The fact that holds the label of an answer, as rejections store it."""


class DecisionFact(NamedTuple):
    """One fact of a decision: its name in the register, its label, its value as text."""

    name: str
    label: str
    value: str


class DecisionText(NamedTuple):
    """A decision formatted for a page."""

    decision: Decision
    text: str
    who: str
    rests_on: list[DecisionFact]
    appeal: Appeal | None
    acknowledgement: str
    answer: str
    may_appeal: bool
    appeal_until_ms: int
    may_be_disputed: list[DecisionFact]
    lost_pay: str = ""
    content: TaskContent | None = None
    answer_words: str = ""
    is_new: bool = False


class News(NamedTuple):
    """What one version of a system changed, in the page's language, and since when it applies."""

    system: str
    version: str
    on: date
    what: str
    since_ms: int


def decision_texts(decisions: Sequence[Decision], now_ms: int) -> list[DecisionText]:
    """Format decisions for the person they are about, with what was paid for lost days."""
    paid = lost_days_paid([decision.pk for decision in decisions if decision.undone_ms])
    return [
        _told(decision, now_ms)._replace(
            lost_pay=price(*paid[decision.pk]) if decision.pk in paid else ""
        )
        for decision in decisions
    ]


def _told(decision: Decision, now_ms: int) -> DecisionText:
    appeal = getattr(decision, "appeal", None)
    until_ms = appealable_until(decision.at_ms)
    rests_on = facts_of(decision)
    stands = decision.undone_ms is None and decision.code not in FAVOURABLE
    may_appeal = appeal is None and stands and now_ms <= until_ms
    return DecisionText(
        decision,
        text_of(decision),
        who(decision),
        rests_on,
        appeal,
        _acknowledged(appeal) if appeal and not appeal.answered_ms else "",
        answer_of(appeal) if appeal else "",
        may_appeal,
        until_ms,
        rests_on if may_appeal else [],
    )


def text_of(decision: Decision) -> str:
    """Return the decision's sentence in the page's language."""
    return decision.text_fr if is_french() else decision.text_en


ABOUT = {
    Decision.Kind.REJECTION: "page.decision_view.about_rejection",
    Decision.Kind.RESTRICTION: "page.decision_view.about_restriction",
    Decision.Kind.SUSPENSION: "page.decision_view.about_suspension",
    Decision.Kind.CLOSURE: "page.decision_view.about_closure",
    Decision.Kind.TIME_REFUSED: "page.decision_view.about_time_refused",
    Decision.Kind.TIME_GRANTED: "page.decision_view.about_time_granted",
    Decision.Kind.WORDS: "page.decision_view.about_words",
    Decision.Kind.CORRECTION: "page.decision_view.about_correction",
}
"""What each kind of decision that a person takes is to whoever it is not about."""


def text_about(decision: Decision, name: str = "") -> str:
    """Return the decision's sentence for a reader it is not about; never a letter to another.

    Args:
        decision: what was decided.
        name: of whom it is about; empty where the reader may not know it.
    """
    kind = Decision.Kind(decision.kind)
    if kind not in ABOUT:
        return text_of(decision)
    code = "page.decision_view.about_taken_back" if decision.code == "taken-back" else ABOUT[kind]
    facts: dict[str, object] = {
        "who": who(decision),
        "name": name or message_now("page.decision_view.somebody"),
        "task": name_of_task(decision.answer.task) if decision.answer else "",
    }
    sanction = getattr(decision, "sanction", None)
    if sanction is not None:
        facts |= {
            "daily": sanction.daily or 0,
            "start": calendar_day(sanction.from_ms),
            "end": calendar_day(sanction.until_ms),
        }
    elif kind in {Decision.Kind.RESTRICTION, Decision.Kind.SUSPENSION}:
        return text_of(decision)
    text = message_now(code, **facts)
    act = act_in_words(decision.code)
    if kind == Decision.Kind.CORRECTION or act == decision.code:
        return text
    return message_now("page.decision_view.because", text=text, act=act)


def who(decision: Decision) -> str:
    """Name who decided: a person, or a rule and its version."""
    if decision.made_by is not None:
        return str(decision.made_by)
    system = SYSTEMS.get(decision.system)
    name = _side(system.name) if system else ""
    return message_now(
        "page.decision_view.the_rule", name=name or decision.system, version=decision.rule
    )


def facts_of(decision: Decision) -> list[DecisionFact]:
    """List the facts of a decision, inputs first."""
    inputs: Mapping[str, object] = decision.inputs
    weighed = {str(factor["name"]): factor["value"] for factor in decision.factors}
    currency = str(inputs.get("currency", ""))
    language = two_sided()
    return [
        DecisionFact(
            name,
            _side(fact_named(name)),
            _answer_in_words(decision, value)
            if name == ANSWER
            else _value_of(name, value, language, currency),
        )
        for name, value in {**weighed, **inputs}.items()
        if name not in HIDDEN
    ]


def _answer_in_words(decision: Decision, label: object) -> str:
    """Format the answer a decision is about in the words of its question."""
    if decision.answer is None:
        return str(label)
    return told_label(decision.answer.question_version.schema, str(label))


def _value_of(name: str, value: object, language: str, currency: str) -> str:
    """Format a fact; money as everywhere on the pages."""
    if name.endswith("_micro") and currency and isinstance(value, int):
        return price(value, currency)
    return format_fact(name, value, language, currency).strip('{}"')


def answer_of(appeal: Appeal) -> str:
    """Return the answer to an appeal; an appeal won by timeout says so."""
    if appeal.answered_ms is None or appeal.answered_by is not None:
        return appeal.answer
    text = explain("appeal-won-by-waiting", {})
    return text.fr if is_french() else text.en


def _acknowledged(appeal: Appeal) -> str:
    is_anybody = independent_of(appeal.decision).exists()
    code = "appeal-received" if is_anybody else "appeal-received-nobody"
    due_day = day_in_zone(appeal.by_id, appeal.due_ms).isoformat()
    text = explain(code, {"due_day": due_day})
    return text.fr if is_french() else text.en


def time_left_text(until_ms: int, now_ms: int) -> str:
    """Format the time left, in whole days, or in hours on the last day."""
    remaining = time_left(until_ms, now_ms)
    if remaining.is_over:
        return message_now("common.none_inline")
    if remaining.days:
        return message_now("page.decision_view.days", n=remaining.days)
    return message_now("page.decision_view.hours", n=remaining.hours)


def piece_in_words(answer: Answer) -> str:
    """Format the piece price that a rejection would deduct; empty if there is none."""
    piece = piece_of(answer)
    return price(piece.micro, piece.currency) if piece.micro else ""


def changes_in_words(system: str, since: Mapping[str, int]) -> list[News]:
    """List the versions of a system in the page's language, the newest first."""
    return [_news(change, since) for change in changes_of(system)]


def news_for(person: Person, now_ms: int) -> list[News]:
    """List the changes of automated systems that a person has not read."""
    changes = changes_to_tell(person, now_ms)
    return [_news(change, versions_since()) for change in changes]


def _news(change: Changed, since: Mapping[str, int]) -> News:
    name = _side(system_named(change.system).name)
    return News(name, change.version, change.on, _side(change.what), since.get(change.version, 0))


def reason_choices(acts: Mapping[str, Act]) -> list[tuple[str, str]]:
    """Return acts as form choices, in the page's language."""
    return [(code, _offered(act)) for code, act in acts.items()]


def act_in_words(code: str) -> str:
    """Return the newest wording of an act, in the page's language; its code if there is none."""
    acts = [act for listed in LISTS for act in listed.acts if act.code == code]
    return _said(acts[-1]).text if acts else code


def _offered(act: Act) -> str:
    text = _said(act).text
    return message_now("page.decision_view.at_once", act=text) if act.is_safety else text


class MisconductText(NamedTuple):
    """One act in the page's language, and the sanction it can lead to."""

    text: str
    leads_to: list[str]
    is_safety: bool


def lists_in_words() -> list[tuple[Acts, list[MisconductText]]]:
    """List all versions of the acts, newest first, in the page's language."""
    return [(acts, [_said(act) for act in acts.acts]) for acts in reversed(LISTS)]


def _said(act: Act) -> MisconductText:
    text = _capital(act.fr if is_french() else act.en)
    return MisconductText(text, sorted(act.leads_to), act.is_safety)


def _side(pair: tuple[str, str]) -> str:
    return pair[1] if is_french() else pair[0]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
