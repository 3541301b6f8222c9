"""Check what Canut signs and logs, without Canut.

``RefusedError`` is raised where something reads well and is not true, ``UnreadableError`` where it
cannot be read at all.
"""

__version__ = "1.0.0rc1"


class RefusedError(Exception):
    """It reads well and does not show what it claims."""


class UnreadableError(RefusedError):
    """It cannot be read."""
