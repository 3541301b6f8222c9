"""Names of the parts of pay for people: contributions, surfaces, rules, states."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from canut.core.pay.lost_days import LOST_DAYS
from canut.core.pay.statement_input import BONUS, ETHICS, LESSONS, RESALE_SHARE, SCREENED_OUT
from canut.core.places.names import PLACES, STATUSES
from canut.web.decisions.decision_view import act_in_words
from canut.web.kit.formatting import money, share, whole_time
from canut.web.kit.messages import message_now

CONTRIBUTIONS = {
    "qpp": "contribution.qpp",
    "qpp2": "contribution.qpp2",
    "qpip": "contribution.qpip",
    "ei": "contribution.ei",
    "hsf": "contribution.hsf",
    "cnt": "contribution.cnt",
    "cnesst": "contribution.cnesst",
    "micro_social": "contribution.micro_social",
    "nssf1": "contribution.nssf1",
    "nssf2": "contribution.nssf2",
    "shif": "contribution.shif",
    "housing_levy": "contribution.housing_levy",
}
PAYERS = {
    "employee": "page.year_end.taken_off",
    "employer": "page.year_end.paid_by_employer",
    "self_employed": "page.year_end.owed_by_the_person",
}
SURFACES = {
    "item": "common.tasks",
    "practice": "page.pay_wording.practice",
    "instructions": "page.pay_wording.reading_instructions",
    "lesson": "page.pay_wording.lessons",
    "ethics": "page.pay_wording.ethics",
    "marking": "page.pay_wording.marking_lessons",
    "reading": "page.pay_wording.reading_texts",
    "test": "page.pay_wording.tests",
    "queue": "page.pay_wording.waiting_for_tasks",
    "waiting": "page.pay_wording.waiting_for_tasks",
    "start": "page.pay_wording.before_beginning",
    "break": "page.pay_wording.paid_breaks",
    "results": "page.pay_wording.looking_at_results",
    "pay": "page.pay_wording.pay_pages",
    "appeals": "common.appeals",
    "messages": "common.messages",
    "claim": "page.pay_wording.time_you_told_us",
    "why": "page.pay_wording.what_the_work",
    "time": "common.my_time",
    "account": "common.my_account",
    "page": "page.pay_wording.other_pages",
}
DECISIONS = {
    "rejection": "common.an_answer_not_accepted",
    "restriction": "common.so_many_tasks",
    "suspension": "common.no_task",
    "closure": "page.pay_wording.membership_ended",
    "time_refused": "page.pay_wording.time_not_accepted",
    "words": "page.pay_wording.words_refused",
    "time_held": "common.time_held_back",
    "not_lent": "page.pay_wording.tasks_not_offered",
    "quality": "page.pay_wording.a_figure_of_quality",
    "price": "common.a_price",
}
BOUNDS = {
    "legal": "page.pay_wording.the_law",
    "living": "page.pay_wording.a_living_wage",
    "project": "page.pay_wording.the_project",
    "operator": "page.pay_wording.whoever_runs_canut",
}
LEFT_OUT = {
    "other-currency": "left_out.other-currency",
    "no-account": "left_out.no-account",
    "other-kind": "left_out.other-kind",
    "in-a-file": "left_out.in-a-file",
    "threshold": "left_out.threshold",
    "unmeasured": "left_out.unmeasured",
    "key-gone": "left_out.key-gone",
    "malformed": "left_out.malformed",
    "not-canadian": "left_out.not-canadian",
    "no-iban": "left_out.no-iban",
    "no-letters": "left_out.no-letters",
}
CONFIDENCES = {
    "official": "page.pay_wording.official",
    "secondary": "page.pay_wording.read_elsewhere",
    "to_verify": "common.to_verify",
    "unknown": "common.unknown",
}
KINDS = {
    "official": "page.pay_wording.kind_official",
    "press": "page.pay_wording.kind_press",
    "firm": "page.pay_wording.kind_firm",
    "library": "page.pay_wording.kind_library",
    "general_knowledge": "page.pay_wording.kind_general_knowledge",
    "inferred": "page.pay_wording.kind_inferred",
}
KIND_OF_KEY = {"G": "general_knowledge", "I": "inferred"}
"""Kinds of the sources of the first statements, which hold only their keys."""
PAYMENTS = {
    "due": "page.pay_wording.due",
    "sent": "page.pay_wording.sent",
    "confirmed": "common.received",
    "returned": "page.pay_wording.come_back",
}
CHANGES = {
    "came": "page.pay_wording.is_new",
    "went": "page.pay_wording.is_not_there_any",
    "time_ms": "page.pay_wording.time",
    "pieces": "common.answers_inline",
    "top_up_micro": "page.pay_wording.top_up",
    "gross_micro": "page.pay_wording.gross_pay",
    "employer_micro": "page.pay_wording.employers_part",
    "floor_micro": "page.pay_wording.highest_floor",
}
FACTS = {
    "hours_set": "page.pay_wording.we_set_the_hours",
    "price_set": "page.pay_wording.we_set_the_price",
    "method_set": "page.pay_wording.we_say_how",
    "watched": "page.pay_wording.we_watch_and_rate",
    "refusal_costs": "page.pay_wording.refusing_tasks_has_consequences",
    "only_us": "page.pay_wording.they_work_for_nobody",
    "no_substitute": "page.pay_wording.they_cannot_send_somebody",
}

FINGERPRINT = 8


def source_word(parameter: Mapping[str, str]) -> str:
    """Name the kind of a figure's source, and its site where it has one."""
    kind = parameter.get("kind") or KIND_OF_KEY.get(parameter["source"], "")
    site = urlsplit(parameter["url"]).hostname or ""
    return ", ".join(filter(None, (_word(KINDS, kind) if kind else "", site.removeprefix("www."))))


def pack_word(parameter: Mapping[str, str]) -> str:
    """Name the place pack a figure comes from with its version, or the shipped file."""
    if parameter.get("pack"):
        version, message_id = parameter["pack"], "page.statement_layout.pack_version"
        return message_now(message_id, place=parameter["place"], version=version)
    return message_now(
        "page.statement_layout.shipped_version",
        place=parameter["place"],
        fingerprint=parameter["file_sha256"][:FINGERPRINT],
    )


def contribution_word(name: str) -> str:
    """Name a contribution."""
    return _word(CONTRIBUTIONS, name)


def contribution_key_word(key: str) -> str:
    """Name a contribution with who bears it: ``qpp/employee``."""
    name, _, payer = key.partition("/")
    return f"{contribution_word(name)}, {_word(PAYERS, payer)}"


def decision_word(kind: str) -> str:
    """Name the effect of a decision."""
    return message_now(DECISIONS[kind]) if kind in DECISIONS else kind


def surface_word(name: str) -> str:
    """Name a kind of page."""
    return _word(SURFACES, name)


def bound_word(name: str) -> str:
    """Name the source of a floor."""
    return _word(BOUNDS, name)


def status_word(name: str) -> str:
    """Name a person's status towards the payer."""
    return _word(STATUSES, name)


def confidence_word(name: str) -> str:
    """Describe how reliable a legal parameter is."""
    return _word(CONFIDENCES, name)


def place_word(code: str) -> str:
    """Name a jurisdiction, with its code."""
    return f"{message_now(PLACES[code])} ({code})" if code in PLACES else code


def payment_word(state: str) -> str:
    """Name the state of a payment."""
    return _word(PAYMENTS, state)


def change_word(field: str) -> str:
    """Name what changed since the dry run."""
    return _word(CHANGES, field)


def adjustment_word(adjustment: Mapping[str, Any], day: str, currency: str) -> str:
    """Describe what changed in a person's pay: by a decision, a resale, or a bonus.

    Args:
        adjustment: as the statement has it.
        day: when, as text.
        currency: of the statement.
    """
    reason, resale = adjustment["reason"], adjustment.get("resale")
    if reason == RESALE_SHARE and resale is not None:
        return message_now(
            f"resale_line.{resale['form']}",
            dataset=resale["dataset"],
            version=resale["version"],
            fee=money(resale["fee_micro"], currency),
            share=share(Decimal(resale["share_per_mille"]) / 1000),
            own=whole_time(resale["own_ms"]),
            all=whole_time(resale["all_ms"]),
            day=day,
        )
    if reason == BONUS:
        words = adjustment.get("words", "")
        if words == SCREENED_OUT:
            words = message_now("page.pay_wording.screened_out")
        return message_now("page.pay_wording.bonus", day=day, words=words)
    if reason == LOST_DAYS:
        return message_now("page.pay_wording.lost_days", day=day)
    if adjustment["micro"] < 0:
        return message_now("page.pay_wording.taken_back_on", day=day, reason=act_in_words(reason))
    return message_now("page.pay_wording.given_back_on", day=day)


def _word(words: dict[str, str], name: str) -> str:
    return message_now(words[name]) if name in words else name


def left_out_word(reason: str) -> str:
    """Return why somebody's pay does not go into a payment file."""
    return message_now(LEFT_OUT[reason])


def line_title(project: Mapping[str, Any]) -> str:
    """Name a line of a statement: the project, Canut's own pages, lessons or ethics reviews."""
    own = {LESSONS: "page.pay_wording.lessons", ETHICS: "page.pay_wording.ethics"}
    if project.get("number") in own:
        return message_now(own[project["number"]])
    return message_now("common.canuts_own_pages") if project["is_platform"] else project["title"]
