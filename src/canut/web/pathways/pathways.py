"""A pathway to an occupation: what is shown, what is missing, what pays on the way, openings.

One's own is seen by oneself alone; the public one starts from a kind of click work and reads
nothing of anybody. Neither changes what is lent, paid or reviewed.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.lessons.catalogue import get_lesson
from canut.actions.passport.levels import levels_shown
from canut.actions.pathways.destinations import follow_pathway, stop_following
from canut.actions.pathways.openings import day_of_openings
from canut.actions.pathways.paid_things import paid_things
from canut.actions.platform.system_clock import now_ms
from canut.core.kinds.schema import questions_of
from canut.core.pathways.destinations import FEWEST
from canut.core.pathways.pathways import (
    SOCIAL,
    TARGETS,
    Levels,
    Pathway,
    PathwayTarget,
    SkillGap,
    missing_hours,
    pathway_to,
    shipped_table,
)
from canut.core.pathways.steps import Step, StepSort, first_steps, next_steps
from canut.core.places.names import place_name
from canut.core.portrait.disclosure.head_counts import band_edge
from canut.core.portrait.language import UNITS, PortraitLanguage
from canut.core.portrait.reading import shipped_facts
from canut.store.models import Opening, Person, Role
from canut.store.pathways.destinations import Followers, followed_by, followers_of, open_question
from canut.store.pathways.openings import open_openings
from canut.store.portrait.inputs import schemas_of
from canut.store.quality.results import offers
from canut.web.kinds.names import KIND_NAMES
from canut.web.kit.access import get_person, list_projects
from canut.web.kit.formatting import calendar_day
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now
from canut.web.pathways.wording import (
    in_language,
    occupation_names,
    opening_view,
    pay_range,
    skill_in_words,
)

FIRST_TARGET, FIRST_ORIGIN = "TRA", "CAN-ANNOT"
ROLE_NAMES = {
    "reviewer": "page.pathways.role_reviewer",
    "marker": "page.pathways.role_marker",
    "maintainer": "page.pathways.role_maintainer",
}


class GapLine(NamedTuple):
    """A skill of the pathway on the page."""

    name: str
    gap: SkillGap


class ProfileView(NamedTuple):
    """One of the two profiles of an occupation: its skills, and hours missing of the whole."""

    name: str
    gaps: Sequence[GapLine]
    missing: int
    whole: int


class PayLine(NamedTuple):
    """What a group or openings are paid, and the source; no address for what is of here."""

    group: str
    amount: str
    source: str = ""
    url: str = ""


class StepView(NamedTuple):
    """A paid thing on the page: what it is, what it covers, and where it stands."""

    title: str
    address: str
    detail: str
    hours: int
    skills: str


class TargetLine(NamedTuple):
    """One of the eleven, with the hours that are missing."""

    key: str
    name: str
    here: int
    outside: int
    address: str


def own(request: HttpRequest) -> HttpResponse:
    """Show the pathway from what my work has shown to an occupation I pick."""
    person = get_person(request)
    followed = followed_by(person.pk)
    target = request.GET.get("target", "") or (followed[-1] if followed else FIRST_TARGET)
    shown = levels_shown(person.pk, now_ms())
    context = _context(request, target, shown, person) | {
        "is_own": True,
        "is_followed": target in followed,
        "question": open_question(person.pk),
    }
    return render(request, "pathways/pathway.html", context)


def public(request: HttpRequest) -> HttpResponse:
    """Show the pathway from a kind of click work to an occupation, for anybody."""
    origin = request.GET.get("from", "") or FIRST_ORIGIN
    target = request.GET.get("target", "") or FIRST_TARGET
    shown = shipped_table().origin(origin)
    names = occupation_names()
    context = _context(request, target, shown, None) | {
        "is_own": False,
        "origin": origin,
        "origins": [(key, names[key]) for key in shipped_table().origins],
        "is_social": origin == SOCIAL,
    }
    return render(request, "pathways/pathway.html", context)


def follow(request: HttpRequest) -> HttpResponse:
    """Follow a pathway, or stop following it."""
    person, target = get_person(request), request.POST.get("target", "")
    if request.POST.get("stop") == "1":
        stop_following(person, target)
    else:
        follow_pathway(person, target, now_ms())
    key = target if target in TARGETS else FIRST_TARGET
    return redirect(f"{reverse('pathways')}?target={key}")


def _context(
    request: HttpRequest, target: str, levels: Levels, person: Person | None
) -> dict[str, Any]:
    """Return what both pages show of a pathway."""
    pathway = pathway_to(target, levels)
    names, today = occupation_names(), day_of_openings(now_ms())
    openings = open_openings(today, target)
    return {
        "target": target,
        "target_name": names[target],
        "targets": [
            TargetLine(
                key,
                names[key],
                (each := pathway_to(key, levels)).missing_here,
                each.missing_outside,
                _address(request, key),
            )
            for key in TARGETS
        ],
        "pathway": pathway,
        "shown": _lines(pathway.shown),
        "missing": _lines(pathway.missing),
        "outside": _lines([gap for gap in pathway.outside if gap.missing_hours]),
        "steps": _steps(pathway, levels, person),
        "profiles": _profiles(pathway, levels),
        "openings": [opening_view(row) for row in openings],
        "pay": _pay(pathway.target, openings),
        "today": calendar_day(today),
        "promise": _promise(followers_of(target)),
        "judged": calendar_day(shipped_table().dated),
    }


def _address(request: HttpRequest, target: str) -> str:
    """Return the address of the same page for another occupation."""
    query = request.GET.copy()
    query["target"] = target
    return f"?{query.urlencode()}"


def _lines(gaps: Sequence[SkillGap]) -> list[GapLine]:
    return [GapLine(skill_in_words(gap.skill), gap) for gap in gaps]


def _profiles(pathway: Pathway, shown: Levels) -> list[ProfileView]:
    """Return the two profiles that the occupation crosses, side by side."""
    gaps = {gap.skill: gap for gap in (*pathway.here, *pathway.outside)}
    hours = shipped_table().hours
    return [
        ProfileView(
            in_language(profile.name),
            _lines([gaps[skill] for skill in profile.needs]),
            missing_hours(profile.needs, shown, hours),
            missing_hours(profile.needs, {}, hours),
        )
        for profile in pathway.target.profiles
    ]


def _steps(pathway: Pathway, shown: Levels, person: Person | None) -> list[StepView]:
    """Return the next three paid things; a first task where nothing is shown yet."""
    things = paid_things(person.pk if person else None)
    steps = list(next_steps(pathway, things))
    if not shown:
        steps = [*first_steps(things), *steps][:3]
    open_work = _open_work(person) if person else {}
    return [_step(step, open_work, person) for step in steps]


def _step(step: Step, open_work: Mapping[str, int], person: Person | None) -> StepView:
    skills = ", ".join(map(skill_in_words, step.skills))
    key = step.thing.key
    if step.thing.sort is StepSort.LESSON:
        lesson = get_lesson(key)
        title = message_now("page.pathways.step_lesson", name=in_language(lesson.title))
        minutes = message_now("page.pathways.lesson_minutes", n=lesson.minutes)
        return StepView(title, reverse("lesson", args=[key]), minutes, step.hours, skills)
    if step.thing.sort is StepSort.TASK:
        title = message_now("page.pathways.step_task", name=message_now(KIND_NAMES[key]))
        if not step.hours:
            title = message_now("page.pathways.first_task")
        detail = message_now("page.pathways.open_work", n=open_work.get(key, 0)) if person else ""
        return StepView(title, reverse("home"), detail, step.hours, skills)
    title = message_now("page.pathways.step_role", name=message_now(ROLE_NAMES[key]))
    if key == "marker":
        detail = message_now("page.pathways.cases_to_mark")
        return StepView(title, reverse("lesson_marking"), detail, step.hours, skills)
    detail = message_now("page.pathways.ask_role")
    return StepView(title, reverse("messages"), detail, step.hours, skills)


def _open_work(person: Person) -> dict[str, int]:
    """Count the projects with tasks left for a person, by kind of their first question."""
    available = offers(list_projects(person, frozenset({Role.WORKER})), person)
    open_projects = {offer.project.pk for offer in available if offer.left}
    counts: dict[str, int] = {}
    for schema in schemas_of(open_projects).values():
        kind = str(questions_of(schema)[0]["kind"])
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def _pay(target: PathwayTarget, openings: Sequence[Opening]) -> list[PayLine]:
    """Return what an occupation pays, by source: a reference figure, and openings here."""
    lines: list[PayLine] = []
    if target.pay:
        name = target.pay.partition(".")[2]
        fact = shipped_facts().figure(target.pay).fact
        voice = PortraitLanguage(two_sided())
        place = place_name(fact.place, voice.language)
        group = message_now(
            "page.pathways.pay_mean", group=voice.say(fact.names[name]), place=place,
            period=fact.period,
        )  # fmt: skip
        stated = voice.stated(fact.values[name], fact.says[name])
        amount = f"{stated} {voice.say(UNITS[fact.unit])}"
        if fact.source is not None:
            source = voice.source(fact.source)
            lines.append(PayLine(group[:1].upper() + group[1:], amount, source, fact.source.url))
    today = calendar_day(day_of_openings(now_ms()))
    ranges: dict[tuple[str, str], tuple[int, int]] = {}
    for row in openings:
        low, high = ranges.get((row.currency, row.per), (row.low_micro, row.high_micro))
        ranges[row.currency, row.per] = min(low, row.low_micro), max(high, row.high_micro)
    for (currency, per), (low, high) in sorted(ranges.items()):
        source = message_now("page.pathways.pay_openings", day=today)
        lines.append(PayLine(source, pay_range(low, high, currency, per)))
    return lines


def _promise(counts: Followers) -> str:
    """Return that a pathway is no promise, with numbers of people from twenty on."""
    if counts.followed < FEWEST:
        return f"{message_now('page.pathways.promise')} {message_now('page.pathways.promise_few')}"
    followed = band_edge(counts.followed)
    if counts.arrived < FEWEST:
        return message_now("page.pathways.promise_followed", followed=followed)
    return message_now(
        "page.pathways.promise_counts", followed=followed, arrived=band_edge(counts.arrived)
    )
