"""Send e-mails about news to read, once each, with retries while the mail server fails.

The pages already display everything an e-mail mentions. Without ``EMAIL_URL``, or without a
person's address, no e-mail is written. Each minute the statements, payments, decisions, answers and
packs of legal values of the last three days are read, drafts of releases for representatives,
incidents that nobody owns, questions that people agreed to be asked after they left, parts of
studies that opened to them, and what waits for somebody's decision (``decision_notices``); each
e-mail is a row, so that several processes send it once.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Max

from canut.actions.people.decision_notices import decision_news
from canut.actions.people.email_failures import note_failure, note_success
from canut.actions.platform import system_clock
from canut.actions.platform.instance_facts import keep_fact
from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import MINUTE_MS, Ms, from_ms, to_ms
from canut.core.errors import BadInput, Conflict, NotReady, TooMany
from canut.core.operations.email_texts import EmailKind, letter
from canut.core.pathways.destinations import LATER_DAYS
from canut.store.models import (
    Appeal,
    Decision,
    Destination,
    Incident,
    Membership,
    Message,
    Payment,
    Period,
    Person,
    PortraitDraft,
    Role,
    Statement,
    Terms,
)
from canut.store.pay.places import is_concerned, packs_alone
from canut.store.recruiting.studies import parts_opened_since
from canut.store.tables.people import Letter
from canut.store.tables.platform import Fact

LOOK_BACK = timedelta(days=3)
MOST_ROWS = 2_000
MOST_TRIES = 8
MOST_AT_ONCE = 20
MOST_INVITED = 50
LOOKED = "letters-looked-at"
PAGES = {
    EmailKind.STATEMENT: "/pay/",
    EmailKind.PAYMENT: "/pay/",
    EmailKind.DECISION: "/decisions/",
    EmailKind.APPEAL: "/decisions/",
    EmailKind.MESSAGE: "/messages/",
    EmailKind.LAW: "/pay/",
    EmailKind.ADDRESS: "/account",
    EmailKind.TERMS_WAIT: "/payroll/changes",
    EmailKind.TIME_WAITS: "/time/review",
    EmailKind.REJECTION_WAITS: "/rejections/",
    EmailKind.APPEAL_WAITS: "/appeals/",
    EmailKind.TIME_LIMIT: "/",
    EmailKind.DRAFT: "/statements/",
    EmailKind.DESTINATION: "/account/pathways/where",
    EmailKind.INCIDENT: "/incidents/",
    EmailKind.NEXT_PART: "/board/",
}
_log = logging.getLogger("canut.letters")
type Told = tuple[int, int]


def send_due_emails(now_ms: Ms) -> int:
    """Write the e-mails that are due, then send them; return how many were sent."""
    if not settings.SENDS_MAIL:
        return 0
    minute = str(now_ms // MINUTE_MS)
    if not Fact.objects.filter(name=LOOKED, value=minute).exists():
        keep_fact(LOOKED, minute)
        make_letters(now_ms)
    return send_letters(now_ms)


@transaction.atomic
def make_letters(now_ms: Ms) -> int:
    """Write an e-mail for each news of a person with an address; return how many."""
    count = 0
    for kind, news in _news(from_ms(now_ms) - LOOK_BACK, now_ms):
        existing = set(
            Letter.objects.filter(kind=kind, number__in=[number for number, _ in news]).values_list(
                "number", "person_id"
            )
        )
        new = set(news) - existing
        reachable = set(
            Person.objects.filter(id__in=[person for _, person in new], is_active=True)
            .exclude(email="")
            .values_list("id", flat=True)
        )
        rows = [
            Letter(kind=kind, number=number, person_id=person, made_ms=now_ms, due_ms=now_ms)
            for number, person in sorted(new)
            if person in reachable
        ]
        Letter.objects.bulk_create(rows, ignore_conflicts=True)
        count += len(rows)
    return count


def send_letters(now_ms: int) -> int:
    """Send due e-mails; a failure waits longer each time, up to eight tries."""
    due = Letter.objects.filter(due_ms__lte=now_ms).order_by("due_ms")
    numbers = list(due.values_list("id", flat=True)[:MOST_AT_ONCE])
    return attempt_each("e-mail", numbers, lambda number: _send(number, now_ms))


def invite_by_mail(url: str, addresses: Iterable[str], language: str) -> int:
    """Send an invitation link; the addresses are not stored. Return how many were sent.

    Raises:
        Conflict: no mail leaves this instance.
        BadInput: one of them is no address.
        TooMany: more than fifty at once.
        NotReady: the mail server does not take them; none was sent after the one named.
    """
    recipients = list(dict.fromkeys(text.strip() for text in addresses if text.strip()))
    if not settings.SENDS_MAIL:
        raise Conflict("no mail leaves here; send the link yourself", code="mail-none")
    if len(recipients) > MOST_INVITED:
        raise TooMany(f"{len(recipients)} addresses at once", code="mail-many", limit=MOST_INVITED)
    for address in recipients:
        _check_address(address)
    email = letter(EmailKind.INVITATION, url, "", language)
    for number, address in enumerate(recipients):
        try:
            EmailMessage(email.subject, email.text, to=[address]).send()
        except OSError as failure:
            raise NotReady(
                f"the mail server took {number} of {len(recipients)} letters: {failure}",
                code="mail-fails",
                sent=number,
                total=len(recipients),
            ) from failure
    return len(recipients)


def answer_by_mail(url: str, address: str, language: str) -> bool:
    """Tell somebody without an account that their private page holds an answer.

    Returns:
        Whether it left; the answer is on the page anyway.
    """
    email = letter(EmailKind.WITHDRAWAL, url, "", language)
    try:
        _check_address(address)
        EmailMessage(email.subject, email.text, to=[address]).send()
    except (BadInput, OSError) as failure:
        _log.warning("an answer to a request was not sent: %s", failure)
        return False
    return True


def email_language(person: Person) -> str:
    """Return the language of a person's e-mails: their own, or French if they chose none."""
    return person.language or "fr"


def _news(since: datetime, now_ms: Ms) -> Iterator[tuple[EmailKind, list[Told]]]:
    """List news per person since a moment, as ids; the newest rows of each table only."""
    since_ms = to_ms(since)
    statements = Statement.objects.filter(
        period__state=Period.State.CLOSED, period__closed_at__gte=since
    )
    payments = Payment.objects.filter(state=Payment.State.SENT, sent_at__gte=since)
    decisions = Decision.objects.filter(at_ms__gte=since_ms).exclude(made_by=F("person"))
    appeals = Appeal.objects.filter(answered_ms__gte=since_ms)
    questions = Destination.objects.filter(
        asked_ms__gte=since_ms, answered_ms=None, moment__in=LATER_DAYS
    )
    answers = Message.objects.filter(at_ms__gte=since_ms).exclude(author=F("thread__opened_by"))
    for kind, rows in (
        (EmailKind.STATEMENT, statements.values_list("id", "person_id")),
        (EmailKind.PAYMENT, payments.values_list("id", "person_id")),
        (EmailKind.DECISION, decisions.values_list("id", "person_id")),
        (EmailKind.APPEAL, appeals.values_list("id", "by_id")),
        (EmailKind.MESSAGE, answers.values_list("id", "thread__opened_by_id")),
        (EmailKind.DESTINATION, questions.values_list("id", "person_id")),
    ):
        yield kind, list(rows.order_by("-id")[:MOST_ROWS])
    yield EmailKind.LAW, list(_law_news(since_ms))
    yield EmailKind.DRAFT, list(_draft_news(since_ms))
    yield EmailKind.INCIDENT, list(_incident_news(since_ms))
    yield EmailKind.NEXT_PART, parts_opened_since(since_ms, now_ms)
    yield from decision_news(since_ms, now_ms)


def _law_news(since_ms: Ms) -> Iterator[Told]:
    """Yield whom a pack of legal values concerns that takes effect on one person's word."""
    packs = [pack for pack in packs_alone() if (pack[0].first_ms or 0) >= since_ms]
    newest = Terms.objects.values("person").annotate(last=Max("id")).values("last")
    for row, touched in packs:
        terms = Terms.objects.filter(id__in=newest).order_by("-id")
        for person, place in terms.values_list("person", "place")[:MOST_ROWS]:
            if is_concerned(place, touched):
                yield row.pk, person


def _draft_news(since_ms: Ms) -> Iterator[Told]:
    """Yield each representative in office for each draft of a release that they may read."""
    drafts = PortraitDraft.objects.filter(made_ms__gte=since_ms, released_ms=None)
    in_office = Membership.objects.filter(role=Role.REPRESENTATIVE, ended_at=None)
    people = sorted(set(in_office.values_list("person", flat=True)))
    for number in drafts.order_by("id").values_list("id", flat=True):
        for person in people:
            yield number, person


def _incident_news(since_ms: Ms) -> Iterator[Told]:
    """Yield the representatives of a client for each incident of it that nobody owns for a day."""
    late = Incident.objects.filter(told_ms__gte=since_ms, owner=None)
    in_office = Membership.objects.filter(role=Role.REPRESENTATIVE, ended_at=None)
    for number, organisation in late.order_by("id").values_list("id", "project__organisation"):
        people = in_office.filter(organisation=organisation).order_by("person")
        for person in people.values_list("person", flat=True).distinct():
            yield number, person


def _send(number: int, now_ms: int) -> int:
    """Claim an e-mail by moving its next try, then send it; return how many were sent."""
    queued = Letter.objects.select_related("person").get(id=number)
    if queued.due_ms is None or queued.due_ms > now_ms:  # another process was faster
        return 0
    wait_ms = MINUTE_MS * 4**queued.tries
    claimed = Letter.objects.filter(id=queued.pk, due_ms=queued.due_ms).update(
        due_ms=None if queued.tries + 1 >= MOST_TRIES else now_ms + wait_ms, tries=queued.tries + 1
    )
    if not claimed:
        return 0
    person = queued.person
    if person.email and person.is_active:
        url = settings.URL.rstrip("/")
        email = letter(
            EmailKind(queued.kind),
            url + PAGES[EmailKind(queued.kind)],
            f"{url}/account/mail",
            email_language(person),
        )
        try:
            EmailMessage(email.subject, email.text, to=[person.email]).send()
        except OSError as failure:  # smtplib's own errors among them
            note_failure(failure, now_ms)
            _log.warning("a letter did not leave (%s); it is tried again", type(failure).__name__)
            return 0
        note_success()
    sent_ms = system_clock.now_ms()
    return Letter.objects.filter(id=queued.pk).update(sent_ms=sent_ms, due_ms=None)


def _check_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise BadInput(f"{address!r} is no mail address", code="mail-address") from None
