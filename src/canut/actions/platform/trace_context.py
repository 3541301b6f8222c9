"""Read and write ``traceparent``, by which traces of several programs are joined.

A request that comes with one keeps its trace; another begins one. Each request is a span of its
own, and so is each message to a webhook.

Source:
    W3C Trace Context, version 00.
"""

import re
import secrets
from typing import NamedTuple

VERSION = "00"
PATTERN = re.compile(
    r"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})"
    r"-(?P<flags>[0-9a-f]{2})(?P<more>-.*)?"
)
INVALID = "ff"


class TraceContext(NamedTuple):
    """Where a request stands in a trace; ids are lower-case hexadecimal.

    Args:
        trace: id of the trace, 32 digits.
        span: id of this request's span, 16 digits.
        parent: id of the caller's span; empty where the trace begins here.
        is_sampled: whether the caller records the trace; false where it begins here.
    """

    trace: str
    span: str
    parent: str = ""
    is_sampled: bool = False

    @property
    def header(self) -> str:
        """The ``traceparent`` of what this request causes elsewhere."""
        return f"{VERSION}-{self.trace}-{self.span}-{int(self.is_sampled):02x}"


def trace_context(header: str = "") -> TraceContext:
    """Return the context of a request that came with this ``traceparent``, or with none.

    A header that is malformed begins a new trace, as the specification asks.

    Example:
        >>> came = trace_context("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        >>> came.trace, came.parent, came.is_sampled
        ('4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7', True)
        >>> trace_context("00-0-0-00").parent
        ''
    """
    span, match = secrets.token_hex(8), PATTERN.fullmatch(header.strip())
    if match is None or not _is_valid(match):
        return TraceContext(secrets.token_hex(16), span)
    return TraceContext(
        match["trace"], span, match["span"], bool(bytes.fromhex(match["flags"])[0] & 1)
    )


def _is_valid(match: re.Match[str]) -> bool:
    """Return whether ids are not all zero, and a known version has no more parts."""
    is_known = match["version"] == VERSION
    return (
        match["version"] != INVALID
        and bool(match["trace"].strip("0") and match["span"].strip("0"))
        and not (is_known and match["more"])
    )
