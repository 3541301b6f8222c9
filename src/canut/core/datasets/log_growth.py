"""Prove that a later bundle's log only grew from an earlier one's, or that it was forked.

Both bundles were verified before, under one policy. For the project's log, the entries themselves
prove it: the first of them hash to the earlier root. For the global log only its witnesses can
prove it: a witness that cosigned both ends signs only growth.
"""

from canut.core.datasets.bundle import ENTRIES, BundleVerdict, CardPlace, VerdictLine
from canut.core.datasets.card import Grade
from canut.core.datasets.log_recount import root_at
from canut.core.datasets.manifest import BundleFiles
from canut.core.errors import NotProven

FORKED = "the log was forked"


def check_since(newer: BundleFiles, new: BundleVerdict, old: BundleVerdict) -> list[VerdictLine]:
    """Verify that the earlier bundle's log is a prefix of the later one's.

    Args:
        newer: the files of the later bundle.
        new: the verdict on it.
        old: the verdict on the earlier bundle.

    Returns:
        Lines on the growth of the logs, each with its grade.

    Raises:
        NotProven: the two are of different projects or logs; the earlier one is the longer; or
            history was rewritten between them, which both bundles together prove.
    """
    newest, oldest = new.ends, old.ends
    if (newest.judged.log, newest.project) != (oldest.judged.log, oldest.project):
        raise NotProven("the earlier release is of another log, or of another project")
    for size, before, of in (
        (newest.size, oldest.size, "entries"),
        (newest.judged.checkpoint.size, oldest.judged.checkpoint.size, "entries of the log of all"),
    ):
        if size < before:
            raise NotProven(
                f"the earlier release has {before} {of}, this one {size}: "
                f"give the later one first; if it is the later one, {FORKED}"
            )
    if root_at(newer.read(ENTRIES), oldest.size) != oldest.root:
        raise NotProven(
            f"{FORKED}: its first {oldest.size} entries are not those of the earlier release. "
            "The same key signed both: keep both, together they prove it"
        )
    grown = {"before": oldest.size, "after": newest.size}
    text = (
        f"the project's log grew from {oldest.size} to {newest.size} entries since the earlier "
        "release: the first ones are the same, in the same order"
    )
    kind = "grew" if newest.size > oldest.size else "same"
    lines = [VerdictLine(Grade.PROVEN, text, kind, grown), *_of_all(new, old)]
    if newest.card and oldest.card:
        _check_cards(newest.card, oldest.card)
    return lines


def _check_cards(newest: CardPlace, oldest: CardPlace) -> None:
    """Check that the later card is a later one, and follows the earlier where it is the next."""
    if newest.number < oldest.number:
        raise NotProven(
            f"the earlier release has card {oldest.number}, this one card {newest.number}: a newer"
            " card of this dataset exists"
        )
    if newest.number == oldest.number and newest.sha256 != oldest.sha256:
        raise NotProven(
            f"two cards of this dataset have the number {newest.number}. "
            "The same key signed both: keep both, together they prove it"
        )
    if newest.number == oldest.number + 1 and newest.previous != oldest.sha256:
        raise NotProven(f"card {newest.number} follows another card than the earlier release has")


def _of_all(new: BundleVerdict, old: BundleVerdict) -> list[VerdictLine]:
    """List the witnesses that saw the global log grow; one size cannot have two roots."""
    newest, oldest = new.ends.judged, old.ends.judged
    ends = newest.checkpoint, oldest.checkpoint
    if ends[0].size == ends[1].size and ends[0].root != ends[1].root:
        raise NotProven(
            f"{FORKED}: the log of all has two roots at {ends[0].size} entries. "
            "The same key signed both: keep both, together they prove it"
        )
    if ends[0] == ends[1]:
        return [VerdictLine(Grade.PROVEN, "the log of all is the same in both", "whole-same")]
    witnesses = sorted(
        {witness.name for witness in newest.seen} & {witness.name for witness in oldest.seen}
    )
    lines = [
        VerdictLine(
            Grade.ATTESTED,
            f"{name!a} saw both ends of the log of all, and signs nothing but growth",
            "whole-seen",
            {"name": name},
        )
        for name in witnesses
    ]
    text = "the log of all: no witness of the policy saw both ends; the log alone says that it grew"
    return lines or [VerdictLine(Grade.ASSERTED, text, "whole-alone")]
