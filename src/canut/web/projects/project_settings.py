"""All settings of a project on one page, each with its value and a link to change it."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from canut.actions.operations.jobs import are_jobs_run, overlap_change
from canut.core.errors import Refusal, Unfunded
from canut.store.commissions.commissions import commission_of
from canut.store.datasets.material import material_of
from canut.store.integrations.webhooks import webhooks_of
from canut.store.models import Project
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.store.quality.gold import gold_of, known_waiting
from canut.store.quality.results import first_question_text
from canut.store.turk.hits import has_hits
from canut.store.work.eligibility import eligibility_of
from canut.web.kit.formatting import format_count, price
from canut.web.kit.messages import message_now
from canut.web.kit.problems import status_of
from canut.web.kit.refusals import words_of
from canut.web.protection.risk_forms import risk_in_words
from canut.web.work.material_wording import lines_of


class Setting(NamedTuple):
    """One setting: its name, its value, a note, and the link that changes it."""

    name: str
    value: str
    note: str
    url: str
    act: str = ""
    is_in_project_language: bool = False
    is_overlap: bool = False
    error: str = ""
    money: str = ""


def settings(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the settings of work, people and the project itself."""
    return _settings_page(request, project, _work(project))


def show_refused_overlap(request: HttpRequest, project: Project, refusal: Refusal) -> HttpResponse:
    """Show the settings again, with the typed number of answers and why it was refused."""
    money = _url(project, "project_bill") + "#funds" if isinstance(refusal, Unfunded) else ""
    work = [
        setting._replace(
            value=request.POST.get("overlap", ""), error=words_of(refusal).detail, money=money
        )
        if setting.is_overlap
        else setting
        for setting in _work(project)
    ]
    return _settings_page(request, project, work, status_of(refusal))


def _settings_page(
    request: HttpRequest, project: Project, work: list[Setting], status: int = 200
) -> HttpResponse:
    context = {
        "project": project,
        "change": overlap_change(project.pk),
        "are_jobs_run": are_jobs_run,
        "work": work,
        "people": _people(project),
        "whole": _whole(project),
    }
    return render(request, "projects/settings.html", context, status=status)


def _work(project: Project) -> list[Setting]:
    """List the settings of what is asked, and how often."""
    question = question_or_none(project.pk)
    gold = len(gold_of(project.pk))
    most, are_hits = project.overlap_most, has_hits(project.pk)
    is_over = project.state == Project.State.CLOSED
    share, waiting = project.audit_per_mille / 10, known_waiting(project.pk)
    checks = [
        text
        for text, is_so in (
            (
                message_now("page.project_settings.known", n=waiting, count=format_count(waiting)),
                waiting,
            ),
            (message_now("page.project_settings.audited", share=f"{share:g}"), share),
        )
        if is_so
    ]
    return [
        Setting(
            message_now("page.project_settings.question"),
            first_question_text(question),
            message_now("page.project_settings.version", number=question.number)
            if question
            else "",
            _url(project, "project_question"),
            is_in_project_language=True,
        ),
        Setting(
            message_now("common.answers_per_task"),
            "",
            message_now("page.collection.each_hit_has_its_number"),
            "",
        )
        if are_hits
        else Setting(
            message_now("common.answers_per_task"),
            str(project.overlap),
            "",
            "" if is_over else _url(project, "project_asking" if most else "project_overlap"),
            is_overlap=not most and not is_over,
        ),
        Setting(
            message_now("page.project_settings.stop_when_sure"),
            message_now("page.project_settings.at_most", n=most)
            if most
            else message_now("page.project_settings.off"),
            "" if most else message_now("page.project_settings.stop_when_sure_note"),
            _url(project, "project_asking"),
        ),
        Setting(
            message_now("common.gold_tasks"),
            message_now("page.project_settings.tasks", n=gold)
            if gold
            else message_now("page.project_settings.none"),
            "; ".join(checks),
            _url(project, "project_checks"),
        ),
        Setting(
            message_now("common.how_it_is_reviewed"),
            "",
            message_now("page.project_settings.review_note"),
            _url(project, "project_review_rule"),
        ),
        Setting(
            message_now("page.project_settings.first_tasks"),
            "",
            message_now("page.project_settings.first_tasks_note"),
            _url(project, "project_asking") + "#first",
        ),
    ]


def _people(project: Project) -> list[Setting]:
    """List the settings of who may answer."""
    eligibility = eligibility_of(project.pk)
    conditions = [
        text
        for text, is_asked in (
            (
                message_now("page.project_settings.by_language"),
                eligibility and eligibility.languages,
            ),
            (
                message_now("page.project_settings.by_score"),
                eligibility and eligibility.earned_in_id,
            ),
            (message_now("page.project_settings.by_team"), eligibility and eligibility.team_of_id),
            (
                message_now("page.project_settings.by_qualification"),
                eligibility and eligibility.qualification_id,
            ),
            (message_now("page.project_settings.by_place"), eligibility and eligibility.place),
        )
        if is_asked
    ]
    caps = [
        text
        for text, cap in (
            (
                message_now("page.project_settings.tasks", n=project.tasks_a_person or 0),
                project.tasks_a_person,
            ),
            (
                message_now("page.project_settings.tasks_a_day", n=project.tasks_a_day or 0),
                project.tasks_a_day,
            ),
        )
        if cap
    ]
    return [
        Setting(
            message_now("page.project_settings.who_may_answer"),
            ", ".join(conditions) or message_now("page.project_settings.anybody_invited"),
            "",
            _url(project, "project_who"),
        ),
        Setting(
            message_now("page.project_settings.at_most_by_one"),
            ", ".join(caps) or message_now("page.project_settings.no_limit"),
            "",
            _url(project, "project_who"),
        ),
        Setting(
            message_now("page.project_settings.how_hard"), risk_in_words(project).words, "", ""
        ),
        Setting(
            message_now("page.project_settings.panels"),
            "",
            message_now("page.project_settings.panels_note"),
            _url(project, "project_panels"),
        ),
    ]


def _whole(project: Project) -> list[Setting]:
    """List the settings of the project itself, its end included."""
    rate = rate_or_none(project.pk)
    webhooks = len(webhooks_of(project))
    is_paid = rate is not None and not project.is_own_staff
    is_over = project.state == Project.State.CLOSED
    return [
        Setting(
            message_now("common.price"),
            str(price(rate.piece_micro, rate.currency))
            if rate is not None and is_paid
            else message_now("common.own_staff_no_pay"),
            "",
            _url(project, "project_pilot") + "#price" if is_paid and not is_over else "",
        ),
        Setting(
            message_now("page.project_settings.deliver"),
            message_now("page.project_settings.webhooks", n=webhooks)
            if webhooks
            else message_now("page.project_settings.nowhere"),
            message_now("page.project_settings.deliver_note"),
            _url(project, "project_webhooks"),
        ),
        Setting(
            message_now("page.material.title"),
            lines_of(material_of(project.pk))[0].text,
            message_now("page.project_settings.material_note"),
            _url(project, "project_material"),
        ),
        Setting(
            message_now("page.commission.title"),
            message_now("page.commission.written")
            if commission_of(project.pk)
            else message_now("page.project_settings.none"),
            message_now("page.commission.setting_note"),
            _url(project, "commission"),
        ),
        Setting(
            message_now("page.texts.title"),
            "",
            message_now("page.texts.setting_note"),
            _url(project, "texts"),
        ),
        *_ends(project),
        Setting(
            message_now("page.project_settings.copy"),
            "",
            message_now("page.project_settings.copy_note"),
            _url(project, "project_life") + "#copy",
            f"{message_now('common.copy')}…",
        ),
        Setting(
            message_now("page.project_settings.remove"),
            "",
            message_now("page.project_settings.remove_note"),
            _url(project, "project_life") + "#end",
            f"{message_now('page.lifecycle.put_away')}…",
        ),
    ]


def _ends(project: Project) -> list[Setting]:
    """List how the work may be paused or ended; nothing once it is over."""
    if project.state == Project.State.CLOSED:
        return []
    url = _url(project, "project_life")
    return [
        Setting(
            message_now("page.project_settings.pause"),
            "",
            message_now("page.project_settings.pause_note"),
            url,
            f"{message_now('common.pause')}…",
        ),
        Setting(
            message_now("page.project_settings.close"),
            "",
            message_now("page.project_settings.close_note"),
            url,
            f"{message_now('page.project_settings.close_act')}…",
        ),
    ]


def _url(project: Project, address: str) -> str:
    return reverse(address, args=[project.slug])
