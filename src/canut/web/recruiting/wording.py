"""Meanings of codes, and what people say of themselves, in the language of the page."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from canut.core.recruiting.prescreening import QUESTIONS
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


def quota_words(quotas: Sequence[Mapping[str, str]]) -> list[str]:
    """List the questions that quotas of a study ask, in words."""
    names = dict.fromkeys(quota["question"] for quota in quotas)
    return [message_now(f"prescreening.{name}") for name in names]
