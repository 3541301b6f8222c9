"""Forms of a study on another site: its address, codes, pay, quotas; a file of bonuses."""

from collections.abc import Sequence
from typing import Any

from canut.actions.recruiting.studies import LONGEST_NUMBER, MOST_DAYS, MOST_MINUTES, StudyIn
from canut.core.clock import MINUTE_MS
from canut.core.errors import BadInput
from canut.core.money import MICRO
from canut.core.outside_text import read_whole
from canut.core.recruiting.studies import DECLARED, LONGEST_ADDRESS, LONGEST_CODE
from canut.store.models import Study
from canut.web.kit.fields import select, tick
from canut.web.kit.forms import PlainForm, amount, micro_of, number, words
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import number_named

PRESET_NAMES = (
    ("prolific", "Prolific"),
    ("otree", "oTree"),
    ("qualtrics", "Qualtrics"),
    ("jspsych", "jsPsych"),
    ("none", lazy_message("form.study.preset_none")),
)


class StudyForm(PlainForm):
    """What makes a project a study on another site."""

    address = words(
        lazy_message("form.study.address"),
        lazy_message("form.study.address_hint"),
        max_length=LONGEST_ADDRESS,
    )
    preset = select(lazy_message("form.study.preset"), PRESET_NAMES)
    minutes = number(
        lazy_message("form.study.minutes"),
        1,
        MOST_MINUTES,
        lazy_message("form.study.minutes_hint"),
    )
    completed = words(lazy_message("form.study.completed"), max_length=LONGEST_CODE)
    screened_out = words(lazy_message("form.study.screened_out"), max_length=LONGEST_CODE)
    other_codes = words(
        lazy_message("form.study.other_codes"),
        lazy_message("form.study.other_codes_hint"),
        area=True,
        required=False,
        max_length=2_000,
    )
    screened_out_pay = amount(
        lazy_message("form.study.screened_out_pay"), lazy_message("form.study.screened_out_hint")
    )
    consent = words(
        lazy_message("form.study.consent"),
        lazy_message("form.study.consent_hint"),
        area=True,
        required=False,
        max_length=20_000,
    )
    ethics_number = words(
        lazy_message("form.study.ethics_number"), required=False, max_length=LONGEST_NUMBER
    )
    quotas = words(
        lazy_message("form.study.quotas"),
        lazy_message("form.study.quotas_hint"),
        area=True,
        required=False,
        max_length=2_000,
    )
    follows = select(
        lazy_message("form.study.follows"),
        hint=lazy_message("form.study.follows_hint"),
        required=False,
    )
    wait_days = number(lazy_message("form.study.wait_days"), 0, MOST_DAYS, required=False)
    open_days = number(
        lazy_message("form.study.open_days"),
        0,
        MOST_DAYS,
        lazy_message("form.study.open_days_hint"),
        required=False,
    )
    is_by_organisation = tick(lazy_message("form.study.one_pseudonym"))
    gives_took_part = tick(lazy_message("form.study.gives_took_part"))

    def for_parts(self, studies: Sequence[Study]) -> "StudyForm":
        """Offer the other studies of the organisation as the part before."""
        own = [(str(study.pk), study.project.title) for study in studies]
        self.offer("follows", [("", lazy_message("form.study.first_part")), *own])
        return self

    @staticmethod
    def of(study: Study | None) -> dict[str, Any]:
        """Return the initial values of the form."""
        if study is None:
            return {"preset": "jspsych", "minutes": 10}
        by_meaning: dict[str, str] = {}
        others: list[str] = []
        for code, meaning in study.codes.items():
            if meaning in {"completed", "screened-out"} and meaning not in by_meaning:
                by_meaning[meaning] = code
            else:
                others.append(f"{code} = {meaning}")
        return {
            "address": study.address,
            "preset": study.preset,
            "minutes": study.longest_ms // MINUTE_MS,
            "completed": by_meaning.get("completed", ""),
            "screened_out": by_meaning.get("screened-out", ""),
            "other_codes": "\n".join(others),
            "screened_out_pay": _plain(study.screened_out_micro),
            "consent": study.consent,
            "ethics_number": study.ethics_number,
            "quotas": "\n".join(
                f"{quota['question']} = {quota['answer']} = {quota['wanted']}"
                for quota in study.quotas
            ),
            "is_by_organisation": study.is_by_organisation,
            "gives_took_part": study.gives_id is not None,
            "follows": str(study.follows_id or ""),
            "wait_days": study.wait_days or "",
            "open_days": study.open_days or "",
        }

    def study_in(self) -> StudyIn:
        """Return the study as it was written."""
        fields = self.cleaned_data
        codes = {fields["completed"]: "completed", fields["screened_out"]: "screened-out"}
        for line in filter(str.strip, fields["other_codes"].splitlines()):
            code, _, meaning = (part.strip() for part in line.partition("="))
            codes[code] = meaning
            if meaning not in DECLARED:
                raise BadInput(f"{line!r} names no meaning", code="study-code")
        return StudyIn(
            address=fields["address"],
            preset=fields["preset"],
            minutes=fields["minutes"],
            codes=codes,
            screened_out_micro=micro_of(fields["screened_out_pay"]) or 0,
            consent=fields["consent"],
            ethics_number=fields["ethics_number"],
            is_by_organisation=fields["is_by_organisation"],
            gives_took_part=fields["gives_took_part"],
            follows=number_named(fields["follows"]) if fields["follows"] else None,
            wait_days=fields["wait_days"] or 0,
            open_days=fields["open_days"] or 0,
            quotas=[_quota(line) for line in filter(str.strip, fields["quotas"].splitlines())],
        )


class BonusFileForm(PlainForm):
    """Bonuses, one a line."""

    lines = words(
        lazy_message("form.study.bonus_lines"),
        lazy_message("form.study.bonus_lines_hint"),
        area=True,
        max_length=200_000,
    )


def _quota(line: str) -> tuple[str, str, int]:
    parts = [part.strip() for part in line.split("=")]
    wanted = read_whole(parts[2]) if len(parts) == len(("question", "answer", "wanted")) else None
    if wanted is None:
        raise BadInput(f"{line!r} is no quota", code="study-quota-unknown")
    return parts[0], parts[1], wanted


def _plain(micro: int) -> str:
    return f"{micro / MICRO:.2f}" if micro else ""
