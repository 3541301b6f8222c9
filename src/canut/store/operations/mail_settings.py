"""Where the e-mails of this instance go, by its settings: a server, files, or the terminal.

Reads settings only. Whether the server answers: ``connections``.
"""

from typing import Any

from django.conf import settings


def mail_host() -> str:
    """Return the host of the mail server, such as ``mail.example.org``; empty without one."""
    return str(_options().get("host", ""))


def mail_server() -> str:
    """Return host and port of the mail server; empty without one."""
    options = _options()
    return f"{options['host']}:{options['port']}" if "host" in options else ""


def mail_written_to() -> str:
    """Return the ``EMAIL_URL`` that keeps e-mails on this machine; empty where they leave.

    ``file:/folder`` for files, ``console:`` for the output of the server.
    """
    folder = _options().get("file_path", "")
    if folder:
        return f"file:{folder}"
    is_printed = settings.SENDS_MAIL and "console" in settings.MAILERS["default"]["BACKEND"]
    return "console:" if is_printed else ""


def _options() -> dict[str, Any]:
    """Return the options of the mailer; empty where no ``EMAIL_URL`` is set."""
    return settings.MAILERS["default"].get("OPTIONS", {}) if settings.SENDS_MAIL else {}
