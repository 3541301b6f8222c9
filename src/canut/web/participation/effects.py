"""The assessment of what measuring work does to people: read, agreed to, answered."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.participation.impact_assessments import (
    agree_to_assessment,
    answer_view,
    conclude_assessment,
    draft_now,
    give_view,
    make_assessment,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.decisions.automated_systems import SYSTEMS
from canut.core.errors import BadInput
from canut.core.ledger.representative_statements import StatementAbout
from canut.core.messages import message
from canut.core.outside_text import read_whole
from canut.core.participation.effects_inventory import RESIDUALS, RISKS
from canut.core.participation.impact_assessment import Stage, uncovered_columns, views_until
from canut.store.models import Role
from canut.store.participation.impact_assessments import (
    assessment_in_force,
    is_overdue,
    newest_assessment,
    stage_of,
    views_of,
)
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now
from canut.web.participation.representative_statements import spoken_section

STAGES = {
    Stage.NONE: "page.effects.stage_none",
    Stage.DRAFT: "page.effects.stage_draft",
    Stage.VIEWS: "page.effects.stage_views",
    Stage.ANSWERS: "page.effects.stage_answers",
    Stage.IN_FORCE: "page.effects.stage_in_force",
    Stage.OUTDATED: "page.effects.stage_outdated",
}
FLOWS = {
    "country": "page.effects.flow_country",
    "mail": "page.effects.flow_mail",
    "backups": "page.effects.flow_backups",
    "webhooks": "page.effects.flow_webhooks",
}
PROPOSED = 2
"""What is left of a risk, as the form proposes it before a person says it."""
MOST_NAMED = 8

LEFT = {
    0: "page.effects.left_0",
    1: "page.effects.left_1",
    2: "page.effects.left_2",
    3: "page.effects.left_3",
    4: "page.effects.left_4",
}


class TableText(NamedTuple):
    """One table of the inventory: name, basis, storage, and its columns by what they are for."""

    name: str
    basis: str
    kept: str
    uses: list[tuple[str, str, str]]
    n_columns: int


class RiskText(NamedTuple):
    """One risk, what stands against it, and what is left."""

    key: str
    risk: str
    measure: str
    left: str


def effects(request: HttpRequest) -> HttpResponse:
    """Show the newest assessment, or what one would hold."""
    moment = now_ms()
    newest = newest_assessment()
    content: Any = newest.content if newest else draft_now()
    roles = roles_anywhere(request)
    stage = stage_of(newest, moment)
    language = two_sided()
    context = {
        "assessment": newest,
        "stage": message_now(STAGES[stage]),
        "is_good": stage == Stage.IN_FORCE,
        "is_overdue": is_overdue(newest, moment),
        "views": views_of(newest) if newest else [],
        "until_ms": views_until(newest.made_ms) if newest else 0,
        "is_open": newest is not None and moment < views_until(newest.made_ms),
        "spoken": spoken_section(request, StatementAbout.ASSESSMENT, str(newest.number))
        if newest
        else None,
        "may_say": request.user.is_authenticated
        and bool(roles & {Role.WORKER, Role.REPRESENTATIVE}),
        "is_operator": Role.OPERATOR in roles,
        "is_first": assessment_in_force() is None,
        "may_conclude": stage == Stage.ANSWERS,
        "gaps": ", ".join(uncovered_columns(content)[:MOST_NAMED]),
        "purposes": [
            (key, system.name[("en", "fr").index(language)]) for key, system in SYSTEMS.items()
        ],
        "tables": [_table(table, language) for table in content["inventory"]],
        "flows": [
            (message_now(FLOWS[name]), value) for name, value in sorted(content["flows"].items())
        ],
        "risks": [_risk(risk, left, language) for risk, left in content["risks"].items()],
        "worst": message_now(LEFT[worst]) if (worst := max(content["risks"].values())) else "",
        "residuals": [(n, message_now(LEFT[n])) for n in RESIDUALS],
        "proposed": PROPOSED,
    }
    return render(request, "participation/effects.html", context)


def make(request: HttpRequest) -> HttpResponse:
    """Make the next assessment; agree to it at once where it is the first."""
    person, moment = get_person(request), now_ms()
    residuals = {risk: read_whole(request.POST.get(risk, "")) for risk in RISKS}
    is_first = assessment_in_force() is None
    made = make_assessment(
        {risk: value for risk, value in residuals.items() if value is not None}, person, moment
    )
    if is_first:
        agree_to_assessment(made.number, person, request.POST.get("why", ""), moment)
    messages.success(request, message_now("page.effects.saved"))
    return redirect("effects")


def agree(request: HttpRequest, number: int) -> HttpResponse:
    """Put an assessment in force after its views."""
    agree_to_assessment(number, get_person(request), request.POST.get("why", ""), now_ms())
    messages.success(request, message_now("page.effects.saved"))
    return redirect("effects")


def conclude(request: HttpRequest, number: int) -> HttpResponse:
    """Say what the views changed."""
    conclude_assessment(number, get_person(request), request.POST.get("changed", ""), now_ms())
    messages.success(request, message_now("page.effects.saved"))
    return redirect("effects")


def view(request: HttpRequest) -> HttpResponse:
    """Send what somebody at work thinks of the assessment."""
    give_view(
        get_person(request),
        request.POST.get("text", ""),
        now_ms(),
        is_anonymous=request.POST.get("nameless") == "1",
    )
    messages.success(request, message_now("page.effects.view_is_sent"))
    return redirect("effects")


def answer(request: HttpRequest) -> HttpResponse:
    """Answer what somebody thinks of the assessment."""
    number = read_whole(request.POST.get("of", ""))
    if number is None:
        raise BadInput("say which view", code="bad-request")
    answer_view(number, get_person(request), request.POST.get("text", ""), now_ms())
    messages.success(request, message_now("page.effects.saved"))
    return redirect("effects")


def _table(table: Mapping[str, Any], language: str) -> TableText:
    by_use: dict[str, list[str]] = {}
    for column, use in table["columns"].items():
        by_use.setdefault(use, []).append(column)
    uses = [
        (
            message(language, f"effects_use.{use}"),
            ", ".join(sorted(columns)),
            message(language, f"effects_without.{use}"),
        )
        for use, columns in sorted(by_use.items())
    ]
    return TableText(
        message(language, f"effects_table.{table['table']}"),
        message(language, f"effects_basis.{table['basis']}"),
        message(language, f"effects_kept.{table['table']}"),
        uses,
        len(table["columns"]),
    )


def _risk(risk: str, left: int, language: str) -> RiskText:
    return RiskText(
        risk,
        message(language, f"effects_risk.{risk}"),
        message(language, f"effects_measure.{risk}"),
        message_now(LEFT[left]),
    )
