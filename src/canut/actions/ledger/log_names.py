"""Name the ledger's logs: one name for the instance, chosen once; a project's log adds its number.

The name is an identity and no address: an instance that moves, or is served on another port, keeps
it. It is what ``CANUT_LOG_NAME`` says when the first log is written, else the host of a public
``CANUT_URL``, else a random word, so that no two instances share one. Logs of projects that an
earlier release named after another address keep their own name, and the platform log lists them
under the instance's: bundles verify against that, and a public entry says so.
"""

import ipaddress
import re
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from canut.actions.ledger.entries import record_fact
from canut.core.clock import Ms
from canut.core.errors import NotReady
from canut.store.ledger.log_names import RENAMED, misnamed_logs, platform_name
from canut.store.tables.ledger import Log
from canut.store.tables.platform import Fact

FACT = "log-name"
RANDOM_BYTES = 5
_NAME = re.compile(r"[a-z0-9][a-z0-9.:_/-]{2,199}")


def origin_of(project_id: int | None) -> str:
    """Return the name of a project's log, or of the platform log, begun or not.

    Raises:
        NotReady: ``CANUT_LOG_NAME`` is no name, and none was chosen yet.
    """
    log = Log.objects.filter(project=project_id).first()
    return log.origin if log is not None else listed_origin(project_id)


def listed_origin(project_id: int | None) -> str:
    """Return the name under which the platform log lists a project's log; None for its own.

    Raises:
        NotReady: ``CANUT_LOG_NAME`` is no name, and none was chosen yet.
    """
    name = platform_name() or _chosen_name()
    return f"{name}/{project_id}" if project_id else name


def likely_name() -> str:
    """Return the name the first log will get; empty where it will be a random word.

    Nothing is chosen by asking, and a ``CANUT_LOG_NAME`` that is no name is none here.
    """
    if settings.LOG_NAME:
        return settings.LOG_NAME if _NAME.fullmatch(settings.LOG_NAME) else ""
    host = urlsplit(settings.URL).hostname or ""
    return f"{host}/log" if _is_public(host) else ""


def record_misnamed_logs(now_ms: Ms) -> int:
    """Write an entry for each project's log that has another name than it is listed under.

    The next checkpoint of such a log is listed under the instance's name, so that bundles made
    from then on verify.

    Returns:
        How many entries were written; a log has one at most.
    """
    logs = misnamed_logs()
    with transaction.atomic():
        for log in logs:
            facts = {"own": log.origin, "listed": listed_origin(log.project_id)}
            record_fact(None, RENAMED, facts, now_ms)
    return len(logs)


def _chosen_name() -> str:
    """Return the name chosen for this instance, choosing it if this is its first log."""
    fact, _ = Fact.objects.get_or_create(name=FACT, defaults={"value": _first_name()})
    return fact.value


def _first_name() -> str:
    asked = settings.LOG_NAME
    if asked:
        if not _NAME.fullmatch(asked):
            raise NotReady(
                f"CANUT_LOG_NAME is {asked[:80]!r}; a name is 3 to 200 small letters, digits and"
                " . : _ / -, such as canut.example.org/log",
                code="log-name",
            )
        return asked
    host = urlsplit(settings.URL).hostname or ""
    return f"{host if _is_public(host) else 'canut-' + secrets.token_hex(RANDOM_BYTES)}/log"


def _is_public(host: str) -> bool:
    """Whether a host is a name that others know, and no number of a machine or a network."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal", ".test"))
    return False
