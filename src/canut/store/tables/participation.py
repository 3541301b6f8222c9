"""Tables of participation: ratings, elections, messages, policies, terms."""

from django.db import models
from django.db.models import F, Q

from canut.core.clock import DAY_MS
from canut.core.ledger.representative_statements import SpokenStatement, StatementAbout
from canut.core.participation import client_ratings
from canut.core.participation.ballot import TERM_DAYS, ElectionKind
from canut.core.participation.policy_changes import OPINION_DAYS, ChangeState, PolicyName
from canut.core.people.terms_of_use import NOTICE_DAYS, SHIPPED
from canut.store.tables.people import Organisation, Person
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Task
from canut.store.tables.work import Worker


class ClientRating(models.Model):
    """A worker's rating of a project; it can be changed, and the last one counts."""

    worker = models.OneToOneField(Worker, models.CASCADE)
    project = models.ForeignKey(Project, models.CASCADE)
    tos_violation = models.BooleanField()
    broken = models.BooleanField()
    reward_micro = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    time_seconds = models.PositiveIntegerField(null=True)
    pending_days = models.PositiveIntegerField(null=True)
    comm = models.CharField(
        max_length=12, choices=[(one.value, one.name) for one in client_ratings.Comm]
    )
    rejected = models.CharField(
        max_length=8, choices=[(one.value, one.name) for one in client_ratings.Rejected]
    )
    recommend = models.CharField(
        max_length=9, choices=[(one.value, one.name) for one in client_ratings.Recommend]
    )
    text = models.TextField(blank=True)
    at_ms = models.BigIntegerField()

    def rating(self) -> client_ratings.Rating:
        """Return the rating in the core's type."""
        return client_ratings.Rating(
            tos_violation=self.tos_violation,
            broken=self.broken,
            reward_micro=self.reward_micro,
            currency=self.currency,
            time_seconds=self.time_seconds,
            pending_days=self.pending_days,
            comm=client_ratings.Comm(self.comm),
            rejected=client_ratings.Rejected(self.rejected),
            recommend=client_ratings.Recommend(self.recommend),
        )


class ClientMeasure(models.Model):
    """Measured hourly pay of an organisation before top-ups; updated daily.

    Over the ninety days before ``made_ms``. Figures of fewer than ten people are null: they were
    never stored. ``by_elapsed``: for how many people no heartbeat measured the time, so that the
    time from lease to answer is used.
    """

    organisation = models.OneToOneField(Organisation, models.CASCADE)
    currency = models.CharField(max_length=3, blank=True)
    people = models.PositiveIntegerField(null=True)
    middle_micro = models.BigIntegerField(null=True)
    lowest_micro = models.BigIntegerField(null=True)
    by_elapsed = models.PositiveIntegerField(null=True)
    answers = models.PositiveIntegerField(null=True)
    rejected_per_mille = models.PositiveIntegerField(null=True)
    made_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(people__gte=10)
                | models.Q(people=None, middle_micro=None, lowest_micro=None, answers=None),
                name="client_measure_of_ten",
            ),
        )


class Election(models.Model):
    """One election; ``box`` holds the sorted ballots, also after the count.

    ``kind``: whom it elects, representatives or ethics reviewers.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    kind = models.CharField(
        max_length=15,
        choices=[(kind.value, kind.name) for kind in ElectionKind],
        default=ElectionKind.REPRESENTATIVES.value,
        db_default=ElectionKind.REPRESENTATIVES.value,
    )
    seats = models.PositiveSmallIntegerField()
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    opened_ms = models.BigIntegerField()
    voting_ms = models.BigIntegerField()
    closes_ms = models.BigIntegerField()
    voters = models.PositiveIntegerField()
    box = models.JSONField(default=list)
    counted_ms = models.BigIntegerField(null=True)
    result = models.JSONField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organisation",),
                condition=Q(counted_ms=None),
                name="election_one_at_a_time",
            ),
        )

    @property
    def term_ends_ms(self) -> int:
        """The end of the elected people's term."""
        return int(self.closes_ms) + TERM_DAYS[ElectionKind(self.kind)] * DAY_MS


class Candidate(models.Model):
    """A candidate and their statement."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="candidates")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("election", "person"), name="candidate_once"),
        )


class Voter(models.Model):
    """A person who may vote, and whether they did; never when or for whom."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="electorate")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    has_voted = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("election", "person"), name="voter_once"),)


class Call(models.Model):
    """A worker's request for an election; deleted when one is opened."""

    person = models.OneToOneField(Person, models.CASCADE)
    at_ms = models.BigIntegerField()


class Thread(models.Model):
    """One question and its replies; late once ``due_ms`` has passed without an answer."""

    class To(models.TextChoices):
        """The recipient."""

        REQUESTER = "requester"
        OPERATOR = "operator"

    project = models.ForeignKey(Project, models.PROTECT, null=True)
    task = models.ForeignKey(Task, models.SET_NULL, null=True, db_index=False)
    to = models.CharField(max_length=9, choices=To.choices)
    opened_by = models.ForeignKey(Person, models.PROTECT)
    opened_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField(null=True)
    answered_ms = models.BigIntegerField(null=True)
    late_ms = models.BigIntegerField(null=True)
    is_for_all = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(is_for_all=True)
                | (Q(project__isnull=False) & Q(answered_ms__isnull=False)),
                name="thread_for_all_is_answered",
            ),
        )
        indexes = (
            models.Index(
                fields=("due_ms",),
                name="thread_to_answer",
                condition=Q(due_ms__isnull=False, late_ms__isnull=True),
            ),
        )


class Message(models.Model):
    """One message and the role it was written in."""

    class Voice(models.TextChoices):
        """The author's role."""

        WORKER = "worker"
        REQUESTER = "requester"
        OPERATOR = "operator"

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    voice = models.CharField(max_length=9, choices=Voice.choices)
    text = models.TextField()
    at_ms = models.BigIntegerField()


class ChannelMessage(models.Model):
    """A message among workers and their representatives."""

    author = models.ForeignKey(Person, models.CASCADE, related_name="+")
    is_representative = models.BooleanField()
    text = models.TextField()
    at_ms = models.BigIntegerField()


class PolicyChange(models.Model):
    """A proposed change and its state; ``currency`` only for amounts."""

    name = models.CharField(max_length=20, choices=[(one.value, one.name) for one in PolicyName])
    currency = models.CharField(max_length=3, blank=True)
    old = models.BigIntegerField(null=True)
    new = models.BigIntegerField()
    reason = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_ms = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=[(one.value, one.name) for one in ChangeState])
    agreed = models.PositiveSmallIntegerField(default=0)
    takes_effect_ms = models.BigIntegerField(null=True)
    settled_ms = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("name", "takes_effect_ms"),
                condition=Q(state=ChangeState.IN_FORCE.value),
                name="policy_in_force",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(state=ChangeState.IN_FORCE.value)
                | Q(takes_effect_ms__gte=F("proposed_ms") + OPINION_DAYS * DAY_MS)
                | Q(takes_effect_ms__gte=F("proposed_ms"), agreed__gt=0),
                name="policy_heard_or_waited",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="policy_says_why"),
            models.UniqueConstraint(
                fields=("name", "currency"),
                condition=Q(state__in=(ChangeState.WAITING.value, ChangeState.REFUSED.value)),
                name="policy_one_change_at_a_time",
            ),
        )


class PolicyOpinion(models.Model):
    """A representative's opinion of a change; the last one counts."""

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
    """Terms of use that follow the shipped ones; immutable."""

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
    """A person's acceptance of terms: version, language, time."""

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
    """Earnings of groups of people, and decisions about them.

    Those of a month and of half a year are permanent; that of ninety days is replaced every four
    weeks.
    """

    class Kind(models.TextChoices):
        """The report's interval."""

        NOW = "now"
        MONTH = "mon"
        HALF = "half"

    kind = models.CharField(max_length=4, choices=Kind.choices)
    begin_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    content = models.JSONField()
    made_ms = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "end_ms"), name="report_once"),)


class ImpactAssessment(models.Model):
    """An assessment of what measuring work does to people; its content never changes.

    ``agreed_ms``: since when it is in force. ``concluded_ms``: when its views were answered, with
    what they ``changed``. ``review_ms``: by when it is looked at again, two years at most.
    """

    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    made_ms = models.BigIntegerField()
    agreed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    agreed_ms = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    concluded_ms = models.BigIntegerField(null=True)
    changed = models.CharField(max_length=2000, blank=True)
    review_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("number",), name="assessment_numbered_once"),
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_ms=None)
                | Q(agreed_by__isnull=False, agreed_ms__isnull=False),
                name="assessment_agreed_by_person",
            ),
        )


class WorkerView(models.Model):
    """What somebody who works here thinks of an assessment, and the answer.

    ``person``: nobody where they chose to give no name.
    """

    assessment = models.ForeignKey(ImpactAssessment, models.CASCADE, related_name="views")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_index=False)
    is_representative = models.BooleanField(default=False)
    text = models.TextField()
    at_ms = models.BigIntegerField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    answered_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="worker_view_in_words"),)


class InspectorFile(models.Model):
    """One inspector's file that was made: its scope, and its manifest, which names every hash.

    ``demand``: the written demand of an authority, in its words; empty where there was none.
    ``made_by``: nobody where a command made it.
    """

    first_day = models.DateField()
    last_day = models.DateField()
    place = models.CharField(max_length=6, blank=True)
    language = models.CharField(max_length=2)
    demand = models.CharField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64)
    manifest = models.JSONField()
    made_ms = models.BigIntegerField()
    made_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", db_index=False
    )


class RepresentativesStatement(models.Model):
    """What representatives said beside a release, a card, a file or an assessment; immutable.

    ``subject`` names which one and ``document`` is the SHA-256 of what they read. ``sha256`` is
    that of the statement. A reply is another row.
    """

    about = models.CharField(
        max_length=10, choices=[(about.value, about.name) for about in StatementAbout]
    )
    subject = models.CharField(max_length=64)
    document = models.CharField(max_length=64, blank=True)
    election = models.ForeignKey(Election, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    signed_ms = models.BigIntegerField()
    text_fr = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = (models.Index(fields=("about", "subject"), name="statement_beside"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(text_fr="", text_en=""), name="spoken_statement_in_words"
            ),
        )

    def spoken(self) -> SpokenStatement:
        """Return the statement in the core's type."""
        return SpokenStatement(
            self.about,
            self.subject,
            self.document,
            int(self.election_id),
            int(self.signed_ms),
            self.text_fr,
            self.text_en,
        )


class InspectionLink(models.Model):
    """A link by which an authority gets one inspector's file, once and without an account.

    The token is stored as its hash. ``used_ms``: when the file was sent.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    authority = models.CharField(max_length=200)
    first_day = models.DateField()
    last_day = models.DateField()
    place = models.CharField(max_length=6, blank=True)
    language = models.CharField(max_length=2)
    demand = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    made_ms = models.BigIntegerField()
    expires_ms = models.BigIntegerField()
    used_ms = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)


class InspectionOpening(models.Model):
    """One opening of a link for an authority: when, and what came of it."""

    class Outcome(models.TextChoices):
        """What came of an opening."""

        SHOWN = "shown"
        SENT = "sent"
        REFUSED = "refused"

    link = models.ForeignKey(InspectionLink, models.CASCADE, related_name="+")
    at_ms = models.BigIntegerField()
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
