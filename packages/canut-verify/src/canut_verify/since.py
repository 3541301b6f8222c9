"""Two releases of a dataset: whether the later one's log only grew."""

from canut_verify import RefusedError
from canut_verify.counted import root_at
from canut_verify.folder import ENTRIES, Bundle, End, Line

FORKED = "the log was forked"
PROVED = "The same key signed both: keep both, together they prove it"


def check_since(bundle: Bundle, now: End, then: End) -> list[Line]:
    """Check that the entries of an earlier release are the first ones of this one."""
    if (now.log, now.project) != (then.log, then.project):
        raise RefusedError("the earlier release is of another log, or of another project")
    for size, before, of in (
        (now.size, then.size, "entries"),
        (now.head.size, then.head.size, "entries of the log of all"),
    ):
        if size < before:
            raise RefusedError(
                f"the earlier release has {before} {of}, this one {size}: "
                f"give the later one first; if it is the later one, {FORKED}"
            )
    if root_at(bundle.read(ENTRIES), then.size) != then.root:
        raise RefusedError(
            f"{FORKED}: its first {then.size} entries are not those of the earlier release."
            f" {PROVED}"
        )
    if now.head.size == then.head.size and now.head.root != then.head.root:
        raise RefusedError(
            f"{FORKED}: the log of all has two roots at {now.head.size} entries. {PROVED}"
        )
    if now.card and then.card:
        _check_cards(now.card, then.card)
    both = sorted(now.seen & then.seen)
    return [
        ("PROVEN", "grew", {"before": then.size, "after": now.size}),
        *(("ATTESTED", "both", {"name": name}) for name in both),
        *([] if both else [("ASSERTED", "none-both", {})]),
    ]


def _check_cards(now: tuple[int, str, str], then: tuple[int, str, str]) -> None:
    """Check that the later card is a later one, and follows the earlier where it is the next."""
    (number, digest, previous), (before, earlier, _) = now, then
    if number < before:
        raise RefusedError(
            f"the earlier release has card {before}, this one card {number}: a newer card of this"
            " dataset exists"
        )
    if number == before and digest != earlier:
        raise RefusedError(f"two cards of this dataset have the number {number}. {PROVED}")
    if number == before + 1 and previous != earlier:
        raise RefusedError(f"card {number} follows another card than the earlier release has")
