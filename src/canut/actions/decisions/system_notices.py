"""Show people what decides about them before their first task, and keep which text they saw.

Showing is not agreeing: nobody accepts anything here. A text is stored once, the first time
somebody is shown it, and entered in the platform log by its hash. A person who was shown the
versions that decide now is asked for nothing; a new version of any system shows the text again.
"""

import json

from django.db import transaction

from canut.actions.ledger.entry_types import inscribe_system_notice
from canut.actions.platform.instance_facts import keep_fact
from canut.core.decisions.automated_systems import SYSTEMS
from canut.core.decisions.system_notice import (
    ALL,
    MODEL,
    Contact,
    notice_content,
    notice_digest,
)
from canut.core.errors import BadInput, Forbidden, Missing
from canut.core.participation.policies_in_force import written
from canut.store.decisions.automated_systems import versions_since
from canut.store.decisions.system_notices import CONTACTS, contacts_named, must_be_shown
from canut.store.learning.models_in_use import models_in_use
from canut.store.participation.policies import limits_at
from canut.store.tables.decisions import SystemNotice, SystemsRead, SystemsShown
from canut.store.tables.people import Person

LONGEST_NAME, LONGEST_REACH = 120, 200


def notice_now(now_ms: int) -> SystemNotice:
    """Return the text about the systems as it is now; unsaved where nobody was shown it yet."""
    limits = limits_at(now_ms)
    settings = {language: written(limits, language) for language in ("en", "fr")}
    content = notice_content(settings, contacts_named(), versions_since(), models_in_use())
    sha256 = notice_digest(content)
    stored = SystemNotice.objects.filter(sha256=sha256).first()
    return stored or SystemNotice(
        versions=content["versions"], sha256=sha256, content=content, at_ms=now_ms
    )


@transaction.atomic
def note_shown(person: Person, now_ms: int) -> SystemsShown:
    """Keep that a person was shown the text as it is now; what it changed is no news any more."""
    notice = notice_now(now_ms)
    if notice.pk is None:
        notice.save()
        inscribe_system_notice(notice.sha256, now_ms)
    row, _ = SystemsShown.objects.get_or_create(
        person=person, notice=notice, defaults={"at_ms": now_ms}
    )
    SystemsRead.objects.update_or_create(person=person, defaults={"at_ms": now_ms})
    return row


def check_shown(person_id: int, project_id: int) -> None:
    """Refuse to lend a task to a person who was not shown what decides about them.

    Raises:
        Forbidden: the person has not been shown the systems in the versions that decide now.
    """
    if must_be_shown(person_id, project_id):
        raise Forbidden(
            f"person {person_id} was not shown the automated systems in their present versions;"
            " show /systems/first first",
            code="systems-not-shown",
        )


def name_contact(key: str, contact: Contact, by: Person) -> None:
    """Name who answers for a system, or for all; an empty name takes the name away.

    Raises:
        Missing: no system of this name is registered.
        Forbidden: a program names nobody.
        BadInput: the name, or how to reach it, is too long.
    """
    if key not in {*SYSTEMS, MODEL, ALL}:
        raise Missing(f"no automated system {key!r} is registered", code="system-unknown", seen=key)
    if by.is_service:
        raise Forbidden("who answers is named by a person", code="service-actor")
    name, reach = " ".join(contact.name.split()), " ".join(contact.reach.split())
    if len(name) > LONGEST_NAME or len(reach) > LONGEST_REACH:
        raise BadInput(
            f"the name has {len(name)} characters and the address {len(reach)}; at most"
            f" {LONGEST_NAME} and {LONGEST_REACH}",
            code="contact-long",
            name=LONGEST_NAME,
            reach=LONGEST_REACH,
        )
    contacts = contacts_named()
    if name:
        contacts[key] = Contact(name, reach)
    else:
        contacts.pop(key, None)
    keep_fact(CONTACTS, json.dumps({each: list(pair) for each, pair in sorted(contacts.items())}))
