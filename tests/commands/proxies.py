"""Run real nginx and Caddy with the blocks of the guide, read out of its page."""

import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.commands.serving import ROOT

GUIDES = [ROOT / "docs" / language / "one-server.md" for language in ("en", "fr")]
SPLIT_GUIDES = [ROOT / "docs" / language / "capacity.md" for language in ("en", "fr")]
HERE = IPv4Address("127.0.0.1")
UPSTREAM = "127.0.0.1:8000"
NAMES = ("nginx", "caddy")
NGINX = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/cert.pem;
        ssl_certificate_key {folder}/key.pem;
        {block}
    }}
}}
"""
CADDY = """
{{
    admin off
    auto_https off
}}
{block}
"""


def block_of(guide: Path, proxy: str) -> str:
    """Return the configuration that a guide shows for a proxy."""
    match = re.search(rf"^```{proxy}\n(.*?)^```$", guide.read_text(), re.MULTILINE | re.DOTALL)
    assert match is not None, f"{guide} shows no block for {proxy}"
    return match[1]


def check_is_installed(proxy: str) -> None:
    """Skip where a proxy is missing; on a build server nothing may be."""
    if shutil.which(proxy, path=f"{os.environ['PATH']}:/usr/sbin") is None:
        if os.environ.get("CI"):
            pytest.fail(f"{proxy} is not installed; .ci/run installs it")
        pytest.skip(f"no {proxy} on this machine")


@contextmanager
def running(proxy: str, folder: Path, port: int, upstream: int) -> Iterator[None]:
    """Run a proxy on a port of this machine, in front of a server on another one."""
    folder.mkdir()
    write_certificate(folder)
    block = block_of(GUIDES[0], proxy).replace(UPSTREAM, f"127.0.0.1:{upstream}")
    assert str(upstream) in block
    if proxy == "nginx":
        user = "user root;" if os.geteuid() == 0 else ""
        text = NGINX.format(folder=folder, port=port, block=block, user=user)
        command = ["nginx", "-p", str(folder), "-c", str(folder / "conf"), "-e", "error.log"]
    else:
        site, _, inside = block.partition("\n")
        assert site == "canut.example.org {"
        tls = f"    tls {folder}/cert.pem {folder}/key.pem\n"
        block = f"https://127.0.0.1:{port} {{\n    bind 127.0.0.1\n{tls}{inside}"
        text = CADDY.format(block=block)
        command = ["caddy", "run", "--config", str(folder / "conf"), "--adapter", "caddyfile"]
    with _started(command, text, folder, port):
        yield


@contextmanager
def running_split(folder: Path, port: int, answers: int, pages: int) -> Iterator[None]:
    """Run nginx as the page on capacity shows it, in front of two servers of this machine."""
    folder.mkdir()
    block = block_of(SPLIT_GUIDES[0], "nginx")
    replaced = {
        "server 10.0.0.11:8000;\n    server 10.0.0.12:8000;": f"server 127.0.0.1:{answers};",
        "server 10.0.0.13:8000;": f"server 127.0.0.1:{pages};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port};",
    }
    for shown, used in replaced.items():
        assert shown in block
        block = block.replace(shown, used)
    block = re.sub(r"^ *(ssl_\w+|server_name) .*\n", "", block, flags=re.MULTILINE)
    user = "user root;" if os.geteuid() == 0 else ""
    text = NGINX.format(folder=folder, port=port, block="@", user=user)
    text = re.sub(r"    server \{.*?@\s*\}", lambda _: block, text, flags=re.DOTALL)
    command = ["nginx", "-p", str(folder), "-c", str(folder / "conf"), "-e", "error.log"]
    with _started(command, text, folder, port):
        yield


@contextmanager
def _started(command: list[str], text: str, folder: Path, port: int) -> Iterator[None]:
    """Run a proxy with a configuration while it is wanted."""
    (folder / "conf").write_text(text)
    environment = os.environ | {"HOME": str(folder), "PATH": f"{os.environ['PATH']}:/usr/sbin"}
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            _wait_until_it_listens(process, port, folder / "output")
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


def write_certificate(folder: Path) -> None:
    """Write a certificate for this machine and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(HERE)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(certificate.public_bytes(form))
    (folder / "key.pem").write_bytes(
        key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def unchecked_tls() -> ssl.SSLContext:
    """Return a context that takes our own certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    until = time.monotonic() + 20
    while not listens(port):
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < until, output.read_text()
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Return whether something listens on a port of this machine."""
    return any(row[3] == "0A" and row[1].endswith(f":{port:04X}") for row in _connections())


def count_connections(port: int) -> int:
    """Return how many connections to a port of this machine are open."""
    return sum(row[3] == "01" and row[1].endswith(f":{port:04X}") for row in _connections())


def _connections() -> list[list[str]]:
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return [line.split() for line in lines]
