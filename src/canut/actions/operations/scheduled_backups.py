"""Back up on a schedule, into a folder that the operator names, and keep the last few.

The scheduler asks each hour whether a copy is due; a job makes it. A copy that fails is noted for
``canut doctor``, with its reason, and tried again an hour later.
"""

import re
from datetime import UTC
from pathlib import Path

from django.conf import settings
from django.tasks import task

from canut.actions.operations.backups import make_backup
from canut.actions.platform.instance_facts import keep_fact
from canut.actions.platform.system_clock import now_ms as read_clock
from canut.core.clock import HOUR_MS, MINUTE_MS, Ms, from_ms
from canut.core.errors import Refusal
from canut.store.operations.health import BACKUP_FAILED, SCHEDULED_BACKUP
from canut.store.tables.platform import Fact

ASKED = "scheduled-backup-asked"
OWN = re.compile(r"canut-\d{8}-\d{6}\.tar")
EARLY_MS = 5 * MINUTE_MS  # an hour's step may come a little early


def back_up_when_due(now_ms: Ms) -> int:
    """Enqueue a copy where the last one is too old; return whether it did."""
    if not settings.BACKUP_FOLDER or not settings.BACKUP_HOURS:
        return 0
    made_ms, asked_ms = _moment(SCHEDULED_BACKUP), _moment(ASKED)
    is_fresh = now_ms - made_ms < settings.BACKUP_HOURS * HOUR_MS - EARLY_MS
    if is_fresh or now_ms - asked_ms < HOUR_MS - EARLY_MS:
        return 0
    keep_fact(ASKED, str(now_ms))
    back_up.enqueue()
    return 1


def _moment(name: str) -> Ms:
    value = Fact.objects.filter(name=name).values_list("value", flat=True).first()
    return int(value) if value else 0


@task
def back_up() -> None:
    """Make a copy in a job, and delete the oldest ones."""
    make_scheduled_backup(read_clock())


def make_scheduled_backup(now_ms: Ms) -> Path | None:
    """Make a copy and delete those beyond the number to keep; return it, or None if it failed.

    Its keys go where ``CANUT_BACKUP_KEYS`` says, else into ``keys`` beside it.
    """
    folder = Path(settings.BACKUP_FOLDER)
    path = folder / f"canut-{from_ms(now_ms).astimezone(UTC):%Y%m%d-%H%M%S}.tar"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_backup(path, now_ms)
        _delete_oldest(folder)
    except (OSError, Refusal) as failure:
        keep_fact(BACKUP_FAILED, str(failure)[:200])
        return None
    Fact.objects.filter(name=BACKUP_FAILED).delete()
    keep_fact(SCHEDULED_BACKUP, str(now_ms))
    return path


def _delete_oldest(folder: Path) -> None:
    """Delete the copies of the schedule but the newest; no other file is touched."""
    copies = sorted(file for file in folder.iterdir() if OWN.fullmatch(file.name))
    for file in copies[: -max(1, settings.BACKUP_KEEP)]:
        file.unlink()
