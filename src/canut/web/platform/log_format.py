"""How a line is logged: for people, or as JSON for a program; without secrets or personal data.

What a library writes may quote an address with a token, a mail address or a row of the database:
those are taken out of every line, whatever its form.
"""

import json
import logging
import re
from datetime import UTC, datetime

from django.http import HttpRequest

from canut.store.platform.transient_errors import as_transient
from canut.web.platform.request_middleware import request_name, route_of

HIDDEN = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "(mail address)"),
    (re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"), "(user)"),
    (re.compile(r"/(enter|join|record|reset)/[^\s/]{6,}"), r"/\1/(token)"),
    (
        re.compile(
            r"(?i)(bearer\s+|(?:password|token|secret|key)['\"]?\s*[:=]\s*['\"]?)[^\s,;'\")]{4,}"
        ),
        r"\1(hidden)",
    ),
    (re.compile(r"(?m)^DETAIL: .*$"), "DETAIL: (row)"),
    (re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b"), "(account)"),
)


def clean(text: str) -> str:
    """Take out of a text what nobody should find in a log.

    Example:
        >>> clean("GET /enter/abcdef123456 from ada@example.org")
        'GET /enter/(token) from (mail address)'
    """
    for pattern, instead in HIDDEN:
        text = pattern.sub(instead, text)
    return text


class Short(logging.Filter):
    """Leaves out where it happened when the database was away or the disk full."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, without the trace of what passes by itself."""
        if record.exc_info and as_transient(record.exc_info[1]) is not None:
            record.exc_info = record.exc_text = None
        return True


class Plain(logging.Formatter):
    """One line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Write time, level, where, and what; the request's name where there is one."""
        name = request_name()
        said = clean(super().format(_without_address(record)))
        return f"{said} [{name}]" if name else said


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write what ``Plain`` does, by name, and the facts of a request beside it."""
        seen = _without_address(record)
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": clean(seen.getMessage()),
        }
        if request_name():
            told["request"] = request_name()
        told |= getattr(record, "facts", {})
        if record.exc_info:
            told["fault"] = clean(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False, default=str)


def _without_address(record: logging.LogRecord) -> logging.LogRecord:
    """Say the pattern where Django says the address that was asked for."""
    request = getattr(record, "request", None)
    if not isinstance(request, HttpRequest) or not isinstance(record.args, tuple):
        return record
    told = logging.makeLogRecord(record.__dict__)
    told.args = tuple(route_of(request) if one == request.path else one for one in record.args)
    return told
