"""The register of rules: what laws and standards ask, and what shows that it is met here. Public.

Counts are shown to everybody. Which rows fall short is shown to a worker of their own alone; to an
auditor or a representative where they are those of ten people or more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from canut.actions.platform.system_clock import now_ms
from canut.actions.rules.follow_up import (
    RuleAssignment,
    RuleNote,
    assign_rule,
    finish_task,
    note_rule,
)
from canut.core.clock import from_ms
from canut.core.errors import BadInput, Missing
from canut.core.outside_text import read_day, read_whole
from canut.core.rules.reading import shipped_register
from canut.core.rules.register import BoundParty, Instrument, Rule
from canut.core.rules.verdicts import (
    RuleVerdict,
    RuleVerdictKind,
    count_by_verdict,
    due_of,
    judge_rule,
)
from canut.store.models import Person, Role
from canut.store.rules.rows import own_rows, rows_of_many
from canut.store.rules.verdicts import (
    evaluated_ms,
    facts_at,
    history_of,
    owners,
    reviews_of,
    tasks_of,
)
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.messages import message_now
from canut.web.rules.files import (
    is_chosen,
    rule_rows,
    rules_csv,
    rules_document,
    rules_linked,
    verdicts_now,
)
from canut.web.rules.wording import (
    BOUND,
    KINDS,
    VERDICTS,
    RowText,
    RuleText,
    place_text,
    row_text,
    rule_text,
    say,
    scope_text,
    status_text,
)

FEWEST = 10
WATCHERS = frozenset({Role.AUDITOR, Role.REPRESENTATIVE})
USUAL_DAYS = 30
ROLES = {
    "jurist": "page.register.as_jurist",
    "inspector": "page.register.as_inspector",
    "representative": "page.register.as_representative",
}


@dataclass(frozen=True)
class InstrumentRules:
    """One instrument with its rules, worst first, and how many are red."""

    instrument: Instrument
    name: str
    kind: str
    note: str
    rules: Sequence[RuleText]
    red: int
    waiting: int


def law(request: HttpRequest) -> HttpResponse:
    """Show the register: what is red first, then every rule, folded by instrument."""
    place, who = request.GET.get("place", ""), request.GET.get("who", "")
    verdicts, since = verdicts_now()
    chosen = [verdict for verdict in verdicts if is_chosen(verdict.rule, place, who)]
    texts = {v.rule.key: rule_text(v, since.get(v.rule.key)) for v in chosen}
    counts = count_by_verdict(chosen)
    red = [texts[v.rule.key] for v in chosen if v.kind is RuleVerdictKind.NOT_MET]
    context = {
        "red": red,
        "counts": [(kind, message_now(VERDICTS[kind]), n) for kind, n in counts.items()],
        "instruments": _by_instrument(chosen, texts),
        "evaluated_ms": evaluated_ms(),
        "total": len(chosen),
        "to_verify": sum(verdict.is_to_verify for verdict in chosen),
        "places": [(code, place_text(code)) for code in _places()],
        "parties": [(party.value, message_now(BOUND[party])) for party in BoundParty],
        "place": place,
        "who": who,
        "query": request.GET.urlencode(),
    }
    return render(request, "rules/law.html", context)


def law_csv(request: HttpRequest) -> HttpResponse:
    """Send every rule with its verdict as CSV."""
    rows = rule_rows(request.GET.get("place", ""), request.GET.get("who", ""))
    answer = HttpResponse(rules_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="canut-rules.csv"'
    return answer


def law_json(request: HttpRequest) -> JsonResponse:
    """Send every rule with its verdict as JSON."""
    rows = rule_rows(request.GET.get("place", ""), request.GET.get("who", ""))
    return JsonResponse(rules_document(rows))


def law_jsonld(request: HttpRequest) -> JsonResponse:
    """Send every rule with its verdict as JSON-LD, in the words of schema.org."""
    rows = rule_rows(request.GET.get("place", ""), request.GET.get("who", ""))
    return JsonResponse(rules_linked(rows), content_type="application/ld+json")


def rule(request: HttpRequest, key: str) -> HttpResponse:
    """Show one rule: its sentence, source, evidence, rows, tasks and notes."""
    register = shipped_register()
    entry = _entry(key)
    today = from_ms(now_ms()).date()
    facts = facts_at(today)
    verdict = judge_rule(entry, register, facts)
    roles = roles_anywhere(request)
    is_operator = Role.OPERATOR in roles
    due = due_of(entry, register, today) or today + timedelta(days=USUAL_DAYS)
    context = {
        "rule": rule_text(verdict, facts.since.get(key)),
        "of": entry,
        "instrument": say(entry.instrument.name),
        "instrument_note": say(entry.instrument.note),
        "note": say(entry.note),
        "gap": say(entry.gap.words) if entry.gap else "",
        "task_words": say(entry.operator.task) if entry.operator else "",
        "status": status_text(entry, today),
        "next_status": entry.instrument.next_status(today),
        "scope": scope_text(entry.scope),
        "is_own_page": not entry.source.url.startswith("http"),
        "evaluated_ms": evaluated_ms(),
        "history": [
            (row, message_now(VERDICTS[RuleVerdictKind(row.verdict)])) for row in history_of(key)
        ],
        "own": _own(request, entry),
        "watched": _watched(verdict) if roles & WATCHERS else [],
        "may_watch": bool(roles & WATCHERS),
        "tasks": tasks_of(key),
        "reviews": [(row, message_now(ROLES[row.role])) for row in reviews_of(key)],
        "is_operator": is_operator,
        "owners": owners([Role.OPERATOR]) if is_operator else [],
        "due": due,
        "note_roles": _note_roles(roles),
    }
    return render(request, "rules/rule.html", context)


def assign(request: HttpRequest, key: str) -> HttpResponse:
    """Give an operator a task about a rule."""
    _entry(key)
    number = read_whole(request.POST.get("owner", "")) or 0
    owner = next((each for each in owners([Role.OPERATOR]) if each.pk == number), None)
    if owner is None:
        raise BadInput("choose an operator", code="rule-task-owner")
    due = read_day(request.POST.get("due", ""))
    if due is None:
        raise BadInput("choose a day", code="rule-task-day")
    task = RuleAssignment(owner, due, request.POST.get("note", ""))
    assign_rule(key, task, get_person(request), now_ms())
    messages.success(request, message_now("page.register.task_given"))
    return redirect("law_rule", key)


def done(request: HttpRequest, key: str) -> HttpResponse:
    """Say that the open task of a rule is done."""
    finish_task(key, get_person(request), now_ms())
    messages.success(request, message_now("page.register.task_is_done"))
    return redirect("law_rule", key)


def note(request: HttpRequest, key: str) -> HttpResponse:
    """Leave a note on a rule."""
    words = {name: request.POST.get(name, "") for name in ("role", "text_en", "text_fr")}
    note_rule(key, RuleNote(**words), get_person(request), now_ms())
    messages.success(request, message_now("page.register.note_is_kept"))
    return redirect("law_rule", key)


def _entry(key: str) -> Rule:
    """Return a rule by its id.

    Raises:
        Missing: there is none.
    """
    entry = shipped_register().rules.get(key)
    if entry is None:
        raise Missing(f"no rule {key}", code="rule-missing")
    return entry


def _places() -> list[str]:
    """List the places that rules name, to filter by."""
    rules = shipped_register().rules.values()
    return sorted({place for each in rules for place in each.scope.places})


def _by_instrument(
    verdicts: Iterable[RuleVerdict], texts: dict[str, RuleText]
) -> list[InstrumentRules]:
    """Group rules by instrument: law first, in the order of the file."""
    groups: dict[str, list[RuleText]] = {}
    for verdict in verdicts:
        groups.setdefault(verdict.rule.instrument.key, []).append(texts[verdict.rule.key])
    instruments = [each for each in shipped_register().instruments.values() if each.key in groups]
    return [
        InstrumentRules(
            each,
            say(each.name),
            message_now(KINDS[each.kind]),
            say(each.note),
            groups[each.key],
            sum(rule.kind is RuleVerdictKind.NOT_MET for rule in groups[each.key]),
            sum(rule.kind is RuleVerdictKind.NEEDS_OPERATOR for rule in groups[each.key]),
        )
        for each in sorted(instruments, key=lambda each: not each.kind.is_law)
    ]


def _own(request: HttpRequest, entry: Rule) -> list[RowText]:
    """List the signed-in person's own rows that fall short."""
    if not isinstance(request.user, Person):
        return []
    rows = own_rows(entry, request.user.pk, now_ms())
    return [row_text(row, is_own=True) for row in rows]


def _watched(verdict: RuleVerdict) -> list[RowText]:
    """List the rows that fall short to who watches: about people, those of ten or more alone."""
    enough = [
        each.query.key
        for each in verdict.evidence
        if each.count
        and each.count.bad
        and not each.query.is_kept_to_counts
        and (each.count.people >= FEWEST or not each.count.people)
    ]
    rows = rows_of_many(enough, now_ms(), FEWEST)
    return [row_text(row, is_own=False) for row in rows]


def _note_roles(roles: frozenset[Role]) -> list[tuple[str, str]]:
    """List as what somebody with these roles may leave a note."""
    names = {"jurist": Role.AUDITOR, "inspector": Role.AUDITOR}
    names["representative"] = Role.REPRESENTATIVE
    return [(name, message_now(ROLES[name])) for name, role in names.items() if role in roles]
