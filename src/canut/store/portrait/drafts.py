"""Drafts of editions of the Portrait, and what each was computed from until it is released."""

from collections.abc import Sequence

from django.db import transaction

from canut.core.clock import Ms
from canut.core.portrait.disclosure.edition_changes import EditionInputs
from canut.core.portrait.privacy import Release
from canut.core.proofs.canonical import canonical
from canut.store.tables.portrait import PortraitDraft, PortraitDraftInput


def find_draft(period: str, edition: int) -> PortraitDraft | None:
    """Return the draft of an edition that is not released yet, if any."""
    drafts = PortraitDraft.objects.filter(period=period, edition=edition, released_ms=None)
    return drafts.first()


def draft_named(name: str) -> PortraitDraft | None:
    """Return a draft by the name of its edition, such as ``2026-Q3-1``; released or not."""
    return next((row for row in PortraitDraft.objects.order_by("id") if row.name == name), None)


@transaction.atomic
def store_draft(
    release: Release, inputs: EditionInputs, withheld: Sequence[int], times: tuple[Ms, Ms]
) -> PortraitDraft:
    """Store a draft with its inputs, in place of an earlier one of the same edition.

    Args:
        release: its figures, without a signature.
        inputs: what it was computed from.
        withheld: projects whose card is not public beside it.
        times: when it was made, and from when it may be released.
    """
    PortraitDraft.objects.filter(
        period=release.period, edition=release.edition, released_ms=None
    ).delete()
    made_ms, due_ms = times
    draft = PortraitDraft.objects.create(
        period=release.period,
        edition=release.edition,
        made_ms=made_ms,
        due_ms=due_ms,
        content=canonical(release.content()).decode(),
        sha256=release.sha256,
        shared=dict(inputs.shared),
        withheld=list(withheld),
    )
    PortraitDraftInput.objects.bulk_create(
        (
            PortraitDraftInput(draft=draft, person_id=person, amounts=dict(amounts))
            for person, amounts in inputs.people.items()
        ),
        batch_size=2_000,
    )
    return draft


def inputs_of_draft(draft: PortraitDraft) -> EditionInputs:
    """Return what a draft was computed from."""
    rows = PortraitDraftInput.objects.filter(draft=draft).values_list("person", "amounts")
    return EditionInputs(dict(rows), draft.shared)


def end_draft(draft: PortraitDraft, now_ms: Ms) -> None:
    """Record that a draft is released, and delete what it was computed from."""
    PortraitDraftInput.objects.filter(draft=draft).delete()
    PortraitDraft.objects.filter(pk=draft.pk).update(released_ms=now_ms)
