"""Tables of paid lessons: attempts, labs, answers, cases, marks, anchors, reviews, questions.

The texts and keys are files (``core.lessons``); a row names the version and its SHA-256. A lab, an
answer, a mark of a case or an anchor, and a review of a text are never changed.
"""

from django.db import models
from django.db.models import Q

from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person


class LessonAttempt(models.Model):
    """One person's way through one version of a lesson; deleted when they wish.

    ``screen``: where they resume. ``hour_micro``: their own pay an hour when they began, 0 where it
    is not known; the floor applies where it is higher. ``auto_thousandths``: share of the points of
    the items. ``decision``: that the case was not passed, which can be appealed.
    """

    class State(models.TextChoices):
        """State of the attempt."""

        OPEN = "open"
        WAITING = "waiting"
        MARKED = "marked"
        ENDED = "ended"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    lesson = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    hour_micro = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    screen = models.CharField(max_length=3)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    auto_thousandths = models.PositiveSmallIntegerField(null=True)
    case_halves = models.PositiveSmallIntegerField(null=True)
    has_passed = models.BooleanField(default=False)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    started_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)
    result_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person", "lesson"),
                condition=Q(state="open"),
                name="lesson_attempt_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_ms=None)
                | (~Q(state="open") & Q(ended_ms__isnull=False)),
                name="lesson_attempt_ends",
            ),
            models.CheckConstraint(
                condition=Q(hour_micro=0) | (Q(hour_micro__gt=0) & ~Q(currency="")),
                name="lesson_attempt_of_currency",
            ),
        )
        indexes = (
            models.Index(fields=("person", "started_ms"), name="lesson_attempt_of_person"),
            models.Index(fields=("lesson", "state"), name="lesson_attempt_of_lesson"),
        )


class LessonLab(models.Model):
    """What a named query gave an attempt when it began: words of its screens, and their keys."""

    class Source(models.TextChoices):
        """Whose data they are."""

        OWN = "own"
        INSTANCE = "instance"

    attempt = models.ForeignKey(LessonAttempt, models.CASCADE, related_name="labs")
    query = models.CharField(max_length=20)
    source = models.CharField(max_length=8, choices=Source.choices)
    words = models.JSONField()
    keys = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("attempt", "query"), name="lesson_lab_once"),
        )


class LessonAnswer(models.Model):
    """The answer to one item; the explanation is shown after it, so it is never changed."""

    attempt = models.ForeignKey(LessonAttempt, models.CASCADE, related_name="answers")
    item = models.CharField(max_length=3)
    answer = models.JSONField()
    score_thousandths = models.PositiveSmallIntegerField(null=True)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("attempt", "item"), name="lesson_answer_once"),
        )


class LessonScript(models.Model):
    """The text that answers the case of an attempt; markers read it without its author."""

    attempt = models.OneToOneField(LessonAttempt, models.CASCADE, related_name="script")
    text = models.TextField()
    language = models.CharField(max_length=2)
    markers = models.PositiveSmallIntegerField(default=2)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="lesson_script_in_words"),
        )


class LessonMark(models.Model):
    """One marker's levels of the four criteria, each with its reason."""

    script = models.ForeignKey(LessonScript, models.CASCADE, related_name="marks")
    marker = models.ForeignKey(Person, models.PROTECT, related_name="+")
    levels = models.JSONField()
    reasons = models.JSONField()
    total = models.PositiveSmallIntegerField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("script", "marker"), name="lesson_mark_once"),
            models.CheckConstraint(condition=Q(total__lte=12), name="lesson_mark_total"),
        )


class LessonAnchorMark(models.Model):
    """The levels a marker gave to an invented text, beside those of its reference.

    ``is_training``: one of the five of a round before marking; else it stood among the cases.
    """

    marker = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    lesson = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField()
    is_training = models.BooleanField()
    anchor = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    levels = models.JSONField()
    reference = models.JSONField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("marker", "lesson", "round", "anchor"),
                condition=Q(is_training=True),
                name="lesson_anchor_once_a_round",
            ),
        )
        indexes = (models.Index(fields=("marker", "lesson"), name="lesson_anchor_of_marker"),)


class LessonRecall(models.Model):
    """The answer to one item of a lesson, 60 days after its end; it has no effect on anything."""

    attempt = models.OneToOneField(LessonAttempt, models.CASCADE, related_name="recall")
    item = models.CharField(max_length=3)
    answer = models.JSONField()
    score_thousandths = models.PositiveSmallIntegerField()
    at_ms = models.BigIntegerField()


class LessonReview(models.Model):
    """Somebody named read one version of a lesson, and signs it or says what must change."""

    class As(models.TextChoices):
        """As what they read it."""

        TEACHER = "teacher"
        ETHICS = "ethics"

    lesson = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=7, choices=As.choices)
    signs = models.BooleanField()
    text = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    day = models.DateField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="lesson_review_named"),
            models.CheckConstraint(
                condition=Q(signs=True) | ~Q(text=""), name="lesson_review_says_what"
            ),
        )
        indexes = (models.Index(fields=("lesson", "version"), name="lesson_review_of_lesson"),)


class LessonQuestion(models.Model):
    """A question to the representatives, asked at the end of a lesson; nobody's name is kept."""

    lesson = models.CharField(max_length=40)
    text = models.TextField()
    day = models.DateField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="lesson_question_in_words"),
        )
