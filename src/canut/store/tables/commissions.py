"""Tables of commissions, and of texts that readers test.

A text is never changed: its next version is another row. What a reader answered, and how it was
marked, is theirs to see and to erase; the counts of a finished test stay.
"""

from django.db import models
from django.db.models import F, Q

from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Task


class Commission(models.Model):
    """A client's wish put into a project: need, measured aims, who is touched, acceptance test.

    The text of each aim is the project's own. ``touched``: ``[[group, column], …]``; an empty
    column tells nobody apart. ``question_number``: the version of the question beside the need.
    ``precision_per_mille``: half the width of the interval wanted; 0 for none. ``scenario``: the
    one chosen, with its figures of that day in ``scenario_facts``. ``fixed_ms``: when the tasks of
    the acceptance test were drawn; nothing of it changes afterwards. ``told_*``: the outcome as it
    was told.
    """

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="commission"
    )
    need = models.CharField(max_length=1200)
    decision_served = models.CharField(max_length=300, blank=True)
    business_noticed_by = models.CharField(max_length=300, blank=True)
    business_measure = models.CharField(max_length=300, blank=True)
    social_noticed_by = models.CharField(max_length=300, blank=True)
    social_measure = models.CharField(max_length=300, blank=True)
    ethical_noticed_by = models.CharField(max_length=300, blank=True)
    ethical_measure = models.CharField(max_length=300, blank=True)
    touched = models.JSONField(default=list)
    harm_if_wrong = models.CharField(max_length=600, blank=True)
    redress = models.CharField(max_length=600, blank=True)
    is_about_people = models.BooleanField(default=False)
    person_named = models.CharField(max_length=120, blank=True)
    question_number = models.PositiveIntegerField(null=True)
    precision_per_mille = models.PositiveSmallIntegerField(default=0)
    people = models.PositiveIntegerField(default=5)
    hours_a_day = models.PositiveSmallIntegerField(default=2)
    scenario = models.CharField(max_length=10, blank=True)
    scenario_facts = models.JSONField(default=dict)
    bar_per_mille = models.PositiveSmallIntegerField(null=True)
    slips = models.PositiveSmallIntegerField(null=True)
    known_tasks = models.PositiveIntegerField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    fixed_ms = models.BigIntegerField(null=True)
    told_ms = models.BigIntegerField(null=True)
    told_right = models.PositiveIntegerField(null=True)
    told_total = models.PositiveIntegerField(null=True)
    told_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(need=""), name="commission_says_the_need"),
            models.CheckConstraint(
                condition=Q(
                    bar_per_mille=None, slips=None, known_tasks=None, decided_by="", fixed_ms=None
                )
                | (
                    Q(bar_per_mille__isnull=False, slips__isnull=False, known_tasks__gte=1)
                    & ~Q(decided_by="")
                ),
                name="commission_acceptance_whole",
            ),
            models.CheckConstraint(
                condition=Q(told_ms=None, told_right=None, told_total=None, told_by=None)
                | Q(
                    told_ms__isnull=False,
                    told_by__isnull=False,
                    fixed_ms__isnull=False,
                    told_right__lte=F("told_total"),
                ),
                name="commission_outcome_whole",
            ),
        )


class AcceptanceTask(models.Model):
    """A hidden known task drawn for an acceptance test; it becomes no gold task."""

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="acceptance")
    commission = models.ForeignKey(Commission, models.CASCADE, related_name="acceptance_tasks")


class ContradictionAnswer(models.Model):
    """What somebody answered to a contradiction of a commission; the newest one counts.

    It holds while the contradiction has the same ``facts``.
    """

    commission = models.ForeignKey(Commission, models.CASCADE, related_name="answers")
    rule = models.CharField(max_length=20)
    facts = models.JSONField()
    words = models.CharField(max_length=600)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(words=""), name="contradiction_answered"),
        )


class PlainText(models.Model):
    """One version of a text that people outside the trade are to understand.

    ``name`` tells apart texts of one sort in a project. ``is_about_people``: it tells of decisions
    about people, so that ten readers are asked.
    """

    class Of(models.TextChoices):
        """What the text tells of."""

        RESULT = "result"
        DECISION = "decision"
        GUIDELINE = "guideline"
        CARD = "card"
        LIEN = "lien"
        """How a model is tied to people: what it decides, and who answers for it."""
        POSTMORTEM = "postmortem"

    project = models.ForeignKey(Project, models.CASCADE, related_name="plain_texts", db_index=False)
    of = models.CharField(max_length=10, choices=Of.choices)
    name = models.CharField(max_length=80)
    language = models.CharField(max_length=2)
    version = models.PositiveIntegerField()
    text = models.CharField(max_length=6000)
    is_about_people = models.BooleanField(default=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("project", "of", "name", "language", "version"), name="plain_text_version"
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(name="") & Q(version__gte=1),
                name="plain_text_says_something",
            ),
        )


class ReaderTest(models.Model):
    """A test of one version of a text by readers.

    ``questions``: ``[[ask, [option, …], key], …]``; without options the key is null. ``asked``:
    number of readers. ``understood``: how many did, once all answers are marked.
    """

    text = models.OneToOneField(
        PlainText, models.CASCADE, primary_key=True, related_name="reader_test"
    )
    questions = models.JSONField()
    asked = models.PositiveSmallIntegerField()
    opened_ms = models.BigIntegerField()
    closed_ms = models.BigIntegerField(null=True)
    understood = models.PositiveSmallIntegerField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(asked__in=(5, 10)), name="reader_test_of_five_or_ten"
            ),
            models.CheckConstraint(
                condition=Q(closed_ms=None, understood=None)
                | Q(closed_ms__isnull=False, understood__lte=F("asked")),
                name="reader_test_closes_whole",
            ),
        )
        indexes = (
            models.Index(
                fields=("opened_ms",), condition=Q(closed_ms=None), name="reader_test_open"
            ),
        )


class Reader(models.Model):
    """A worker who agreed to read texts and answer questions about them; paid time."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="reader")
    languages = models.JSONField()
    at_ms = models.BigIntegerField()


class Reading(models.Model):
    """One reader's reading of a text under test; ``person`` is empty once they are erased.

    ``answers``: for each question the position of the option, or words. ``right``: for each
    whether it is, null while two people have not marked it.
    """

    test = models.ForeignKey(ReaderTest, models.CASCADE, related_name="readings")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    begun_ms = models.BigIntegerField()
    answered_ms = models.BigIntegerField(null=True)
    answers = models.JSONField(default=list)
    right = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("test", "person"),
                condition=Q(person__isnull=False),
                name="reading_once_a_person",
            ),
            models.CheckConstraint(
                condition=Q(answered_ms=None) | Q(answered_ms__gte=F("begun_ms")),
                name="reading_answered_after_begun",
            ),
        )


class ReadingMark(models.Model):
    """Whether somebody finds an answer in words right; never changed."""

    reading = models.ForeignKey(Reading, models.CASCADE, related_name="marks", db_index=False)
    question = models.PositiveSmallIntegerField()
    marker = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_right = models.BooleanField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("reading", "question", "marker"), name="reading_mark_once"
            ),
        )
