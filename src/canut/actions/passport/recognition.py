"""Keep the draft of a file for a recognition of skills, sealed under its writer's key."""

import json

from django.db import transaction

from canut.actions.platform.person_keys import key_for, sealed_for
from canut.core.passport.recognition import Recognition, check_lengths, write_draft
from canut.store.passport.brought import draft_bond
from canut.store.tables.passport import RecognitionDraft
from canut.store.tables.people import Person


@transaction.atomic
def save_draft(person: Person, draft: Recognition, now_ms: int) -> None:
    """Keep a draft instead of the one before.

    Raises:
        BadInput: a text is over its length.
    """
    check_lengths(draft)
    sealer = key_for(person.pk)
    text = json.dumps(write_draft(draft), ensure_ascii=False).encode()
    sealed = sealed_for(sealer, text, draft_bond(person))
    RecognitionDraft.objects.update_or_create(
        person=person, defaults={"sealed_by": sealer.id, "sealed": sealed, "at_ms": now_ms}
    )


def delete_draft(person: Person) -> None:
    """Delete somebody's draft; nothing where there is none."""
    RecognitionDraft.objects.filter(person=person).delete()
