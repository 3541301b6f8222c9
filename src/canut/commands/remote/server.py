"""The server and the key of ``canut --server URL``, and how its refusals are told.

A key is a secret: it comes from ``--key``, a file or ``CANUT_API_KEY``, and is printed nowhere.
Needs the package ``canut-client``, which needs nothing of this instance.
"""

import argparse
import ipaddress
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from canut.commands.instance_options import speaks_french
from canut.core.errors import BadInput, Incomplete, NotReady

if TYPE_CHECKING:
    from canut_client import Client

VARIABLE = "CANUT_API_KEY"
KEY = re.compile(r"canut_[0-9A-Za-z_-]+")


def run_on_server(args: argparse.Namespace, act: "Callable[[Client], int]") -> int:
    """Do something on the server of the arguments; return 1 where it refuses.

    Args:
        args: with ``server``, ``api_key`` and ``key_file``.
        act: what to do; returns the exit code.

    Raises:
        Incomplete: no server or no key is named.
        BadInput: the key or the address of the server cannot be one.
        NotReady: the package ``canut-client`` is not installed.
    """
    if not args.server:
        raise Incomplete(
            f"canut {args.command} works on a server: canut --server URL {args.command} …",
            field="server",
        )
    try:
        import canut_client
    except ImportError as error:
        raise NotReady(
            "the package canut-client is missing; install it from the release, beside canut"
        ) from error
    key = _key_of(args)
    _warn_of_plain(args.server)
    try:
        with canut_client.Client(
            args.server, key, language="fr" if speaks_french() else "en"
        ) as client:
            return act(client)
    except ValueError as error:
        raise BadInput(str(error)) from error
    except canut_client.RefusedError as refusal:
        told = in_words(refusal.title, refusal.detail, refusal.next)
        text = printable(f"{told or refusal} ({refusal.code})")
        print(f"canut {args.command}: {text}.", file=sys.stderr)
        return 1
    except canut_client.ClientError as error:
        print(f"canut {args.command}: {printable(str(error))}", file=sys.stderr)
        return 1


def printable(text: str) -> str:
    r"""Return what a server says without what would move the cursor of a terminal.

    Example:
        >>> printable("a\x1b[2Jb\nc é")
        'a [2Jb c é'
    """
    return "".join(char if char.isprintable() else " " for char in text)


def in_words(*parts: str | None) -> str:
    """Return the parts of a refusal as sentences, without what another part says already.

    Example:
        >>> in_words("Nobody has answered yet", "nobody has answered yet.", "Wait.", None)
        'Nobody has answered yet. Wait'
    """
    sentences: list[str] = []
    for part in parts:
        sentence = (part or "").rstrip(". ")
        if sentence and not any(sentence.lower() in said.lower() for said in sentences):
            sentences.append(sentence)
    return ". ".join(sentences)


def _key_of(args: argparse.Namespace) -> str:
    """Return the key: of the option, of the file, or of the environment."""
    key = args.api_key or ""
    if not key and args.key_file:
        file = Path(args.key_file)
        if not file.is_file():
            raise BadInput(f"there is no file at {file}; check the name", code="file-missing")
        key = file.read_text("utf-8").strip()
    key = key or os.environ.get(VARIABLE, "").strip()
    if not key:
        raise Incomplete(f"give a key: --key-file FILE, --key KEY, or {VARIABLE}", field="key")
    if not KEY.fullmatch(key):
        raise BadInput("that is no API key; one begins with canut_ and has no space")
    return key


def _warn_of_plain(server: str) -> None:
    """Warn where the key would cross a network unencrypted."""
    parts = urlsplit(server)
    if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
        print("The key travels unencrypted: use https.", file=sys.stderr)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
