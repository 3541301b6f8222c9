"""The first steps of an instance: who runs it, where it is, how it is reached and copied.

Each can be changed later. What was done is a fact of the instance, so that a page can say what is
left; the place, the currency and the clock are in ``store.platform.home``.
"""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction

from canut.actions.operations.scheduled_backups import back_up
from canut.actions.people.email_failures import note_failure, note_success
from canut.actions.people.organisations import LONGEST_NAME
from canut.actions.platform.instance_facts import keep_fact
from canut.core.clock import Ms
from canut.core.errors import BadInput, Conflict, Incomplete, NotReady
from canut.store.models import Organisation, Person, Project
from canut.store.platform.home import HOME, Home, forget_home, home
from canut.store.platform.instance import is_demo
from canut.store.tables.platform import Fact

STEPS = ("name", "place", "mail", "backups", "project")
FIRST_RUN = "first-run"
LATER = "later"
USUAL_NAME = "Canut"
"""What ``canut operator add`` calls an organisation that nobody named."""
COUNTRY, CURRENCY = re.compile("[A-Z]{2}"), re.compile("[A-Z]{3}")
LOCAL_CLOCK = Path("/etc/localtime")
LONGEST_SHOWN_NAME = 80


def begin_home() -> None:
    """Let a new instance run by the clock of its machine until somebody says where it is."""
    if home() is None and not Organisation.objects.exists():
        _keep_home(Home("", "", zone_of_machine()))


def zone_of_machine() -> str:
    """Return the time zone that the machine is set to; UTC where it cannot be read."""
    resolved = LOCAL_CLOCK.resolve().parts
    after = resolved.index("zoneinfo") + 1 if "zoneinfo" in resolved else len(resolved)
    for name in (os.environ.get("TZ", "").lstrip(":"), "/".join(resolved[after:])):
        if name and is_zone(name):
            return name
    return "UTC"


def is_zone(name: str) -> bool:
    """Return whether a name is a time zone.

    Example:
        >>> is_zone("Europe/Paris"), is_zone("Paris")
        (True, False)
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@transaction.atomic
def name_operator(organisation: Organisation, name: str, person: Person, called: str) -> None:
    """Name the organisation that runs the instance, and the person who sets it up.

    Raises:
        Incomplete: the organisation has no name.
        BadInput: another organisation has this name.
    """
    name, called = " ".join(name.split())[:LONGEST_NAME], " ".join(called.split())
    if not name:
        raise Incomplete("an organisation needs a name", field="name")
    others = Organisation.objects.exclude(id=organisation.pk)
    if others.filter(name__iexact=name).exists():
        raise BadInput(f"there is an organisation {name!r}", code="organisation-taken")
    Organisation.objects.filter(id=organisation.pk).update(name=name)
    if called:
        Person.objects.filter(id=person.pk).update(shown_name=called[:LONGEST_SHOWN_NAME])
    finish_step("name")


@transaction.atomic
def set_home(organisation: Organisation, chosen: Home) -> None:
    """Set the place, currency and clock of the instance, and the organisation's country.

    Raises:
        BadInput: the place, the currency or the clock is none.
    """
    if not COUNTRY.fullmatch(chosen.country):
        raise BadInput(f"{chosen.place!r} is no place such as FR", code="bad-place")
    if not CURRENCY.fullmatch(chosen.currency):
        raise BadInput(f"{chosen.currency!r} is no currency such as EUR", code="bad-currency")
    if not is_zone(chosen.zone):
        raise BadInput(f"{chosen.zone!r} is no time zone such as Europe/Paris", code="bad-zone")
    _keep_home(chosen)
    Organisation.objects.filter(id=organisation.pk).update(country=chosen.country)
    finish_step("place")


def _keep_home(chosen: Home) -> None:
    keep_fact(HOME, json.dumps(chosen._asdict()))
    forget_home()
    transaction.on_commit(forget_home)


def send_test_message(address: str, text: tuple[str, str], now_ms: Ms) -> None:
    """Send a message to see whether mail leaves; the address is not stored.

    Args:
        address: whose.
        text: subject and content.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        Conflict: no mail server is named.
        BadInput: it is no address.
        NotReady: the server did not take it, with its reason.
    """
    if not settings.SENDS_MAIL:
        raise Conflict("no mail leaves this instance", code="mail-none")
    try:
        validate_email(address)
    except ValidationError:
        raise BadInput(f"{address!r} is no mail address", code="mail-address") from None
    try:
        EmailMessage(*text, to=[address]).send()
    except OSError as failure:  # smtplib's own errors among them
        note_failure(failure, now_ms)
        problem = str(failure)[:200]
        raise NotReady(
            f"the mail server did not take the message: {problem}",
            code="mail-not-taken",
            problem=problem,
        ) from failure
    note_success()


def copy_now() -> None:
    """Let a job make a copy into the folder of the schedule.

    Raises:
        Conflict: no folder is named.
    """
    if not settings.BACKUP_FOLDER:
        raise Conflict("CANUT_BACKUP_FOLDER names no folder", code="backup-folder-none")
    back_up.enqueue()


def finish_step(step: str) -> None:
    """Note that a step is done."""
    _note({*_noted(), step})


def set_aside() -> None:
    """Lead nobody to the first steps unasked any more; they stay listed under Today."""
    _note({*_noted(), LATER})


def steps_left() -> list[str]:
    """List the steps that are not done, in order."""
    done = _noted() | ({"project"} if Project.objects.exists() else set())
    return [step for step in STEPS if step not in done]


def is_set_aside() -> bool:
    """Return whether somebody wished to do the first steps later."""
    return LATER in _noted()


def leads_to_first_steps() -> bool:
    """Return whether the operator's first page is the first steps: nothing was begun here yet."""
    return not (Project.objects.exists() or is_set_aside() or is_demo()) and bool(steps_left())


def _noted() -> set[str]:
    stored = Fact.objects.filter(name=FIRST_RUN).values_list("value", flat=True).first()
    return set(json.loads(stored)) if stored else set()


def _note(names: set[str]) -> None:
    keep_fact(FIRST_RUN, json.dumps(sorted(names)))


def clock_in(zone: str, now_ms: Ms) -> datetime:
    """Return a moment by the clock of a zone.

    Example:
        >>> clock_in("Asia/Kolkata", 0).hour
        5
    """
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(zone))
