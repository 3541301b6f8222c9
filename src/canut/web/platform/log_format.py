"""Log formats: text for people or JSON for programs, without secrets or personal data.

Messages of libraries may quote a URL with a token, an e-mail address or a database row: these are
removed from each line in both formats.
"""

import json
import logging
import re
from datetime import UTC, datetime

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

from canut.store.platform.transient_errors import as_transient
from canut.web.platform.request_middleware import request_name, request_trace, route_of

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
    """Remove secrets and personal data from a text.

    Example:
        >>> clean("GET /enter/abcdef123456 from ada@example.org")
        'GET /enter/(token) from (mail address)'
    """
    for pattern, instead in HIDDEN:
        text = pattern.sub(instead, text)
    return text


class Short(logging.Filter):
    """Drop tracebacks of what is no fault of ours.

    So is a database that was unavailable, a full disk, and a request that Django refuses, such as
    one with the name of another host: anybody can send these all day.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Accept all records, without the traceback of transient errors and refused requests."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, SuspiciousOperation) or (error and as_transient(error) is not None):
            record.exc_info = record.exc_text = None
        return True


class Plain(logging.Formatter):
    """One line of text per record."""

    def format(self, record: logging.LogRecord) -> str:
        """Format time, level, logger and message, with the request's name if there is one."""
        name = request_name()
        text = clean(super().format(_without_address(record)))
        return f"{text} [{name}]" if name else text


class JsonLines(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """Format the same fields as ``Plain``, with the facts of a request."""
        redacted = _without_address(record)
        data: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": clean(redacted.getMessage()),
        }
        if request_name():
            data["request"] = request_name()
        if trace := request_trace():
            data |= {"trace": trace.trace, "span": trace.span}
        data |= getattr(record, "facts", {})
        if record.exc_info:
            data["fault"] = clean(self.formatException(record.exc_info))
        return json.dumps(data, ensure_ascii=False, default=str)


def _without_address(record: logging.LogRecord) -> logging.LogRecord:
    """Replace the requested path in Django's message by its pattern."""
    request = getattr(record, "request", None)
    if not isinstance(request, HttpRequest) or not isinstance(record.args, tuple):
        return record
    redacted = logging.makeLogRecord(record.__dict__)
    redacted.args = tuple(
        route_of(request) if argument == request.path else argument for argument in record.args
    )
    return redacted
