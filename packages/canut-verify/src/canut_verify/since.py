"""Two releases of a dataset: whether the later one's log only grew."""

from canut_verify import RefusedError
from canut_verify.counted import root_at
from canut_verify.folder import ENTRIES, Bundle, End, Line

FORKED = "the log was forked"


def check_since(bundle: Bundle, now: End, then: End) -> list[Line]:
    """Check that the entries of an earlier release are the first ones of this one."""
    if (now.log, now.project) != (then.log, then.project):
        raise RefusedError("the earlier release is of another log or project")
    if now.size < then.size or now.head.size < then.head.size:
        raise RefusedError(f"the earlier release is the later one; if it is not, {FORKED}")
    if root_at(bundle.read(ENTRIES), then.size) != then.root:
        raise RefusedError(f"{FORKED}: the first {then.size} entries are others now; keep both")
    if now.head.size == then.head.size and now.head.root != then.head.root:
        raise RefusedError(f"{FORKED}: the log of all has two roots of one size; keep both")
    both = sorted(now.seen & then.seen)
    return [
        ("PROVEN", "grew", {"before": then.size, "after": now.size}),
        *(("ATTESTED", "both", {"name": name}) for name in both),
        *([] if both else [("ASSERTED", "none-both", {})]),
    ]
