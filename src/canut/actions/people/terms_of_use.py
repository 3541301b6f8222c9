"""Publish terms of use with notice, and record who accepted which.

The shipped text comes first. A new one takes effect thirty days after it is published, at the
earliest; old ones stay readable. What a text must not say is decided in
``core.people.readability``.
"""

import hashlib

from django.db import transaction
from django.db.models import Max

from canut.actions.ledger.entry_types import inscribe_terms
from canut.core.errors import BadInput, Forbidden, Incomplete, Missing
from canut.core.people.readability import check_terms
from canut.core.people.terms_of_use import LANGUAGES, SHIPPED, earliest_ms
from canut.store.models import Membership, Person, Role, TermsAccepted, TermsOfUse
from canut.store.participation.policies import terms_texts


@transaction.atomic
def publish_terms(
    by: Person, text_en: str, text_fr: str, takes_effect_ms: int, now_ms: int
) -> TermsOfUse:
    """Publish the next terms of use, in both languages.

    Raises:
        Forbidden: the person does not run the instance.
        Incomplete: a language is missing.
        BadInput: less than thirty days' notice, a sentence too long to read, or one that forbids
            or prices work found outside.
    """
    if not Membership.objects.filter(person=by, role=Role.OPERATOR, ended_at=None).exists():
        raise Forbidden("only an operator publishes terms of use")
    for name, text in (("text_en", text_en), ("text_fr", text_fr)):
        if not text.strip():
            raise Incomplete("terms are in both languages", field=name)
        check_terms(text)
    if takes_effect_ms < earliest_ms(now_ms):
        raise BadInput("terms change 30 days after they are published", code="terms-too-soon")
    last = TermsOfUse.objects.aggregate(last=Max("number"))["last"] or SHIPPED
    terms = TermsOfUse.objects.create(
        number=last + 1,
        text_en=text_en.strip() + "\n",
        text_fr=text_fr.strip() + "\n",
        published_by=by,
        published_ms=now_ms,
        takes_effect_ms=takes_effect_ms,
    )
    inscribe_terms(terms, now_ms)
    return terms


@transaction.atomic
def accept_terms(person: Person, number: int, language: str, now_ms: int) -> TermsAccepted:
    """Record that a person accepts a text; accepting it again changes nothing.

    Raises:
        Missing: there is no such text in that language.
    """
    texts = terms_texts(number)
    if texts is None or language not in LANGUAGES:
        raise Missing(f"no terms of use {number} in {language!r}")
    accepted, _ = TermsAccepted.objects.get_or_create(
        person=person,
        number=number,
        defaults={
            "language": language,
            "sha256": hashlib.sha256(texts[language].encode()).hexdigest(),
            "at_ms": now_ms,
        },
    )
    return accepted
