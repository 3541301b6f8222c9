"""Show that a later bundle's log only grew from an earlier one's, or that it was forked.

Both bundles were checked before, under one policy. Of the project's log the entries themselves show
it: the first of them hash to the root that was logged then. Of the log of all only its witnesses
can say so: whoever cosigned both ends signs nothing but growth.
"""

from canut.core.datasets.bundle import ENTRIES, BundleVerdict, VerdictLine
from canut.core.datasets.card import Grade
from canut.core.datasets.log_recount import root_at
from canut.core.datasets.manifest import Files
from canut.core.errors import NotProven

FORKED = "the log was forked"


def check_since(newer: Files, new: BundleVerdict, old: BundleVerdict) -> list[VerdictLine]:
    """Check that what was released earlier still stands, unchanged, in what is released now.

    Args:
        newer: the files of the later bundle.
        new: what it showed.
        old: what the earlier bundle showed.

    Returns:
        Lines on what came between, each with its grade.

    Raises:
        NotProven: the two are of different projects or logs; the earlier one is the longer; or
            history was rewritten between them, which both bundles together prove.
    """
    now, then = new.ends, old.ends
    if (now.judged.log, now.project) != (then.judged.log, then.project):
        raise NotProven("the earlier release is of another log, or of another project")
    for size, before, of in (
        (now.size, then.size, "entries"),
        (now.judged.checkpoint.size, then.judged.checkpoint.size, "entries of the log of all"),
    ):
        if size < before:
            raise NotProven(
                f"the earlier release has {before} {of}, this one {size}: "
                f"give the later one first; if it is the later one, {FORKED}"
            )
    if root_at(newer.read(ENTRIES), then.size) != then.root:
        raise NotProven(
            f"{FORKED}: its first {then.size} entries are not those of the earlier release. "
            "The same key signed both: keep both, together they prove it"
        )
    grown = {"before": then.size, "after": now.size}
    said = (
        f"the project's log grew from {then.size} to {now.size} entries since the earlier "
        "release: the first ones are the same, in the same order"
    )
    kind = "grew" if now.size > then.size else "same"
    return [VerdictLine(Grade.PROVEN, said, kind, grown), *_of_all(new, old)]


def _of_all(new: BundleVerdict, old: BundleVerdict) -> list[VerdictLine]:
    """Say who shows that the log of all only grew; the same size cannot have two roots."""
    now, then = new.ends.judged, old.ends.judged
    ends = now.checkpoint, then.checkpoint
    if ends[0].size == ends[1].size and ends[0].root != ends[1].root:
        raise NotProven(
            f"{FORKED}: the log of all has two roots at {ends[0].size} entries. "
            "The same key signed both: keep both, together they prove it"
        )
    if ends[0] == ends[1]:
        return [VerdictLine(Grade.PROVEN, "the log of all is the same in both", "whole-same")]
    both = sorted({one.name for one in now.seen} & {one.name for one in then.seen})
    lines = [
        VerdictLine(
            Grade.ATTESTED,
            f"{name!a} saw both ends of the log of all, and signs nothing but growth",
            "whole-seen",
            {"name": name},
        )
        for name in both
    ]
    said = "the log of all: no witness of the policy saw both ends; the log alone says that it grew"
    return lines or [VerdictLine(Grade.ASSERTED, said, "whole-alone")]
