"""Policies that protect workers, as the changes that made them; and the terms everybody accepts.

A policy has no value but that of its last change in force, so nothing can alter it without a
change, its reason and its wait.
"""

from django.db import models
from django.db.models import F, Q

from canut.core.participation.policies_in_force import Settled, Values, values_at
from canut.core.participation.policy_changes import DAY_MS, OPINION_DAYS, Policy, State
from canut.core.people.terms_of_use import NOTICE_DAYS, SHIPPED, shipped_terms
from canut.store.tables.people import Person


class PolicyChange(models.Model):
    """A change somebody proposed, and where it stands; ``currency`` only where money is meant."""

    name = models.CharField(max_length=20, choices=[(one.value, one.name) for one in Policy])
    currency = models.CharField(max_length=3, blank=True)
    old = models.BigIntegerField(null=True)
    new = models.BigIntegerField()
    reason = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_ms = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=[(one.value, one.name) for one in State])
    agreed = models.PositiveSmallIntegerField(default=0)
    takes_effect_ms = models.BigIntegerField(null=True)
    settled_ms = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("name", "takes_effect_ms"),
                condition=Q(state=State.IN_FORCE.value),
                name="policy_in_force",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(state=State.IN_FORCE.value)
                | Q(takes_effect_ms__gte=F("proposed_ms") + OPINION_DAYS * DAY_MS)
                | Q(takes_effect_ms__gte=F("proposed_ms"), agreed__gt=0),
                name="policy_heard_or_waited",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="policy_says_why"),
            models.UniqueConstraint(
                fields=("name", "currency"),
                condition=Q(state__in=(State.WAITING.value, State.REFUSED.value)),
                name="policy_one_change_at_a_time",
            ),
        )


class PolicyOpinion(models.Model):
    """What one representative wrote about a change; they may come round, the last one counts."""

    change = models.ForeignKey(PolicyChange, models.CASCADE, related_name="opinions")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    text = models.TextField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("change", "by"), name="policy_opinion_once"),
            models.CheckConstraint(condition=~Q(text=""), name="policy_opinion_in_words"),
        )


class TermsOfUse(models.Model):
    """Terms of use that follow the shipped ones; never changed, kept for ever."""

    number = models.PositiveIntegerField(unique=True)
    text_en = models.TextField()
    text_fr = models.TextField()
    published_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    published_ms = models.BigIntegerField()
    takes_effect_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(takes_effect_ms__gte=F("published_ms") + NOTICE_DAYS * DAY_MS)
                & Q(number__gt=SHIPPED),
                name="terms_of_use_in_good_time",
            ),
        )


class TermsAccepted(models.Model):
    """That somebody accepted a text of terms: which, in which language, when."""

    person = models.ForeignKey(Person, models.CASCADE)
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=2)
    sha256 = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "number"), name="terms_accepted_once"),
        )


class OversightReport(models.Model):
    """What work brought groups of people, and what was decided about them.

    One of every half year is kept for ever; one of the last ninety days is made anew every day.
    """

    class Kind(models.TextChoices):
        """Of what stretch of time."""

        NOW = "now"
        HALF = "half"

    kind = models.CharField(max_length=4, choices=Kind.choices)
    begin_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    content = models.JSONField()
    made_ms = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "end_ms"), name="report_once"),)


def policy_now(name: Policy, at_ms: int, currency: str = "") -> int | None:
    """Return the value of a policy in force at a moment; None where nobody ever set one."""
    held = PolicyChange.objects.filter(
        name=name, currency=currency, state=State.IN_FORCE, takes_effect_ms__lte=at_ms
    )
    return held.order_by("-takes_effect_ms", "-id").values_list("new", flat=True).first()


def floor_in_force(at_ms: int) -> tuple[int, str] | None:
    """Return the operator's own floor an hour in micro-units, with its currency; None without."""
    held = PolicyChange.objects.filter(
        name=Policy.FLOOR, state=State.IN_FORCE, takes_effect_ms__lte=at_ms
    )
    last = held.order_by("-takes_effect_ms", "-id").first()
    return (last.new, last.currency) if last and last.new else None


def settled_changes(until_ms: int) -> list[Settled]:
    """List what changed limits until a moment, in the order it took effect; floors left out."""
    held = PolicyChange.objects.filter(state=State.IN_FORCE, takes_effect_ms__lte=until_ms)
    rows = held.exclude(name=Policy.FLOOR).order_by("takes_effect_ms", "id")
    return [
        Settled(Policy(name), new, at_ms or 0)
        for name, new, at_ms in rows.values_list("name", "new", "takes_effect_ms")
    ]


def last_change_of_hours_ms(until_ms: int) -> int | None:
    """Return when a limit of hours last changed; None while none ever did."""
    held = PolicyChange.objects.filter(
        name__in=(Policy.HOURS_DAY, Policy.HOURS_WEEK),
        state=State.IN_FORCE,
        takes_effect_ms__lte=until_ms,
    )
    last: int | None = held.aggregate(last=models.Max("takes_effect_ms"))["last"]
    return last


def limits_at(at_ms: int) -> Values:
    """Return the limits of time, exposure and hours as they are at a moment."""
    return values_at(settled_changes(at_ms), at_ms)


def policies_now(at_ms: int) -> list[PolicyChange]:
    """List the changes that are in force, one a policy and currency."""
    found: dict[tuple[str, str], PolicyChange] = {}
    for change in PolicyChange.objects.filter(
        state=State.IN_FORCE, takes_effect_ms__lte=at_ms
    ).order_by("takes_effect_ms", "id"):
        found[change.name, change.currency] = change
    return [found[key] for key in sorted(found)]


def changes(most: int = 100) -> list[PolicyChange]:
    """List changes with what was written about them; those not settled first, then the newest."""
    unsettled = Q(state__in=(State.WAITING, State.REFUSED))
    order = models.Case(models.When(unsettled, then=0), default=1)
    found = PolicyChange.objects.select_related("by").prefetch_related("opinions__by")
    return list(found.order_by(order, "-id")[:most])


def terms_texts(number: int) -> dict[str, str] | None:
    """Return a version of the terms of use by language; None where there is none."""
    if number == SHIPPED:
        return shipped_terms()
    found = TermsOfUse.objects.filter(number=number).first()
    return {"en": found.text_en, "fr": found.text_fr} if found else None


def terms_in_force(at_ms: int) -> int:
    """Return the number of the terms of use in force at a moment."""
    held = TermsOfUse.objects.filter(takes_effect_ms__lte=at_ms).order_by("-number").first()
    return held.number if held else SHIPPED


def terms_to_come(at_ms: int) -> TermsOfUse | None:
    """Return the next terms of use, published and not yet in force."""
    return TermsOfUse.objects.filter(takes_effect_ms__gt=at_ms).order_by("number").first()


def accepted_terms(person: Person) -> list[TermsAccepted]:
    """List which terms somebody accepted, newest first."""
    return list(TermsAccepted.objects.filter(person=person).order_by("-number"))


def reports() -> list[OversightReport]:
    """List the oversight reports: that of now, then those of half years, newest first."""
    return list(OversightReport.objects.order_by("-kind", "-end_ms"))
