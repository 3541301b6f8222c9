"""Meanings of codes, states at Prolific, what people say of themselves, in the page's language."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from canut.core.recruiting.prescreening import QUESTIONS
from canut.store.recruiting.studies import QuotaState
from canut.web.kit.messages import message_now

MEANINGS = {
    "completed": "page.study.meaning_completed",
    "screened-out": "page.study.meaning_screened_out",
    "no-consent": "page.study.meaning_no_consent",
    "quota-full": "page.study.meaning_quota_full",
    "trouble": "page.study.meaning_trouble",
    "attention": "page.study.meaning_attention",
    "unknown": "page.study.meaning_unknown",
    "broken-off": "page.study.meaning_broken_off",
}
STUDY_STATES = {
    "unpublished": "page.prolific.state_unpublished",
    "active": "page.prolific.state_active",
    "publishing": "page.prolific.state_active",
    "scheduled": "page.prolific.state_scheduled",
    "paused": "page.prolific.state_paused",
    "awaiting review": "page.prolific.state_review",
    "completed": "page.prolific.state_completed",
}
SUBMISSION_STATES = {
    "reserved": "page.prolific.is_reserved",
    "active": "page.prolific.is_active",
    "timed-out": "page.prolific.is_timed_out",
    "awaiting-review": "page.prolific.is_waiting",
    "approved": "page.prolific.is_approved",
    "returned": "page.prolific.is_returned",
    "rejected": "page.prolific.is_rejected",
    "screened-out": "page.study.meaning_screened_out",
    "other": "page.prolific.is_other",
}
BATCH_STATES = {
    "set-up": "page.prolific.batch_set_up",
    "sent": "page.prolific.batch_sent",
    "paid": "page.prolific.batch_paid",
    "refused": "page.prolific.batch_refused",
}


class PrescreenRow(NamedTuple):
    """A question a person may answer: its key and words, the answers, the one they gave."""

    name: str
    words: str
    answers: Sequence[tuple[str, str]]
    answer: str


def meaning_word(meaning: str) -> str:
    """Return what a code means; empty before there is one."""
    return message_now(MEANINGS[meaning]) if meaning else ""


def prescreen_rows(said: Mapping[str, str]) -> list[PrescreenRow]:
    """List the questions with their answers in words."""
    return [
        PrescreenRow(
            name,
            message_now(f"prescreening.{name}"),
            [(answer, message_now(f"prescreening.{name}.{answer}")) for answer in answers],
            said.get(name, ""),
        )
        for name, answers in QUESTIONS.items()
    ]


def quota_rows(quotas: Sequence[QuotaState]) -> list[tuple[str, str, QuotaState]]:
    """List quotas with their question and answer in words."""
    rows: list[tuple[str, str, QuotaState]] = []
    for quota in quotas:
        key = f"prescreening.{quota.question}"
        rows.append((message_now(key), message_now(f"{key}.{quota.answer}"), quota))
    return rows


def quota_words(quotas: Sequence[Mapping[str, str]]) -> list[str]:
    """List the questions that quotas of a study ask, in words."""
    names = dict.fromkeys(quota["question"] for quota in quotas)
    return [message_now(f"prescreening.{name}") for name in names]


def prolific_state_word(state: str) -> str:
    """Return the state of a study at Prolific, or Prolific's own word for one not known here."""
    key = STUDY_STATES.get(state)
    return message_now(key) if key else state


def submission_word(state: str) -> str:
    """Return the state of a submission in words."""
    return message_now(SUBMISSION_STATES[state])


def batch_word(state: str) -> str:
    """Return how far the payment of top-ups is."""
    return message_now(BATCH_STATES[state])
