"""Keep that an inspector's file was made, and enter it in the platform log."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import transaction

from canut.actions.ledger.entry_types import inscribe_inspector_file
from canut.core.errors import BadInput
from canut.core.participation.inspector_file import InspectionScope, changed_files, manifest_digest
from canut.store.tables.participation import InspectorFile
from canut.store.tables.people import Person

DEMAND_LENGTH = 500
LONGEST_DAYS = 366


class KeptFile(NamedTuple):
    """A file that was made: its hash, and what differs from the last one of the same scope.

    ``is_first``: no file of this scope was made before.
    """

    sha256: str
    changed: list[str]
    is_first: bool


def check_scope(scope: InspectionScope) -> None:
    """Refuse a scope that ends before it begins, is over a year, or has too long a demand.

    Raises:
        BadInput: it is one of these.
    """
    days = (scope.last - scope.first).days + 1
    if not 1 <= days <= LONGEST_DAYS:
        raise BadInput(
            f"{scope.first} to {scope.last} has {days} days; choose 1 to {LONGEST_DAYS}",
            code="inspect-days",
            limit=LONGEST_DAYS,
        )
    if len(scope.demand) > DEMAND_LENGTH:
        raise BadInput(
            f"the demand has {len(scope.demand)} characters; write at most {DEMAND_LENGTH}",
            code="inspect-demand",
            limit=DEMAND_LENGTH,
        )


@transaction.atomic
def keep_file(
    scope: InspectionScope, manifest: Mapping[str, Any], by: Person | None, now_ms: int
) -> KeptFile:
    """Keep a file's manifest; the same file again is no new row and no new entry."""
    sha256 = manifest_digest(manifest)
    same_scope = InspectorFile.objects.filter(
        first_day=scope.first, last_day=scope.last, place=scope.place, language=scope.language,
        demand=scope.demand,
    )  # fmt: skip
    before = same_scope.order_by("-id").first()
    changed = changed_files(before.manifest, manifest) if before else []
    if before is None or before.sha256 != sha256:
        InspectorFile.objects.create(
            first_day=scope.first,
            last_day=scope.last,
            place=scope.place,
            language=scope.language,
            demand=scope.demand,
            sha256=sha256,
            manifest=dict(manifest),
            made_by=by,
            made_ms=now_ms,
        )
        inscribe_inspector_file(scope, sha256, now_ms)
    return KeptFile(sha256, changed, before is None)
