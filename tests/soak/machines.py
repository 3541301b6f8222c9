"""Three servers as on three machines: a network namespace each, one proxy before them.

Each namespace has its own interfaces and its own address on a bridge, which stands for the network
of a room. Where namespaces may not be made, which takes root, each server has a loopback address of
its own. All reach PostgreSQL by its socket, which is a file and no part of a network.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from tests.commands.running import free_port
from tests.soak.stage import ROOT, START_SECONDS, Stage
from tests.support.databases import environment

SERVERS = 3
PORT = 8000
NAME = f"cn{os.getpid() % 100_000}"  # tests beside this one have networks of their own
NET = f"10.213.{os.getpid() % 250}"
PROGRAMS = os.environ["PATH"] + ":/usr/sbin"
IP, NGINX_PROGRAM = shutil.which("ip", path=PROGRAMS), shutil.which("nginx", path=PROGRAMS)
APART, LOOPBACK = (
    [f"{net}.{number}" for number in range(2, SERVERS + 2)] for net in (NET, "127.0.0")
)
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
    upstream canut {{
        {upstreams}
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://canut;
            proxy_connect_timeout 1s;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
            error_page 502 504 = @away;
        }}
        location @away {{
            default_type application/json;
            return 502 '{{"code": "machine-away"}}';
        }}
    }}
}}
"""
AWAY = "502 machine-away"


class Network:
    """Namespaces that reach each other over a bridge, or loopback addresses in their place."""

    def __init__(self) -> None:
        self.is_apart = os.geteuid() == 0 and IP is not None and self._make()
        self.hosts = APART if self.is_apart else LOOPBACK

    def _make(self) -> bool:
        """Make bridge and namespaces; return whether this machine lets us."""
        if not self._ip("link", "add", NAME, "type", "bridge"):
            return False
        self._ip("addr", "add", f"{NET}.1/24", "dev", NAME)
        self._ip("link", "set", NAME, "up")
        made = [self._add(number) for number in range(2, SERVERS + 2)]
        if not all(made):
            self.remove()
        return all(made)

    def _add(self, number: int) -> bool:
        name, inner, outer = self._space(number), f"{NAME}i{number}", f"{NAME}o{number}"
        steps = (
            ("netns", "add", name),
            ("link", "add", outer, "type", "veth", "peer", "name", inner),
            ("link", "set", inner, "netns", name),
            ("link", "set", outer, "master", NAME, "up"),
            ("-n", name, "addr", "add", f"{NET}.{number}/24", "dev", inner),
            ("-n", name, "link", "set", inner, "up"),
            ("-n", name, "link", "set", "lo", "up"),
        )
        return all(self._ip(*step) for step in steps)

    def _space(self, number: int) -> str:
        return f"{NAME}-{number}"

    def inside(self, host: str) -> list[str]:
        """Return the words before a command that runs it on the machine of an address."""
        if not self.is_apart:
            return []
        return [str(IP), "netns", "exec", self._space(int(host.rpartition(".")[2]))]

    def remove(self) -> None:
        """Remove all that was made."""
        for number in range(2, SERVERS + 2):
            self._ip("netns", "del", self._space(number))
        self._ip("link", "del", NAME)

    @staticmethod
    def _ip(*words: str) -> bool:
        command = [str(IP), *words]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0


@dataclass
class Machines(Stage):
    """A stage whose servers are machines: a number stands for each, and one port for the proxy."""

    network: Network = field(default_factory=Network)

    def host(self, number: int) -> str:
        """Return the address of a machine."""
        return self.network.hosts[number]

    def serve(self, port: int) -> None:
        """Start the server of a machine."""
        host = self.host(port)
        words = ["serve", "--host", host, "--port", str(PORT), "--data", str(self.data)]
        with self.said.open("ab") as said:
            self.servers[port] = subprocess.Popen(
                [*self.network.inside(host), sys.executable, "-m", "canut", *words],
                env=self.env,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def asked(self, page: str, port: int | None = None) -> int:
        """Ask a page of a machine itself and return the status; 0 where nobody answers."""
        return self.asked_at(f"{self.host(port or 0)}:{PORT}", page)


@contextmanager
def machines(folder: Path) -> Iterator[tuple[Machines, int]]:
    """Serve the database of this test from three machines; yield them and the proxy's port."""
    known = environment() | {"CANUT_SECRET_KEY": settings.SECRET_KEY, "CANUT_WORK_RATE": "0"}
    proxy = free_port()
    known |= {"CANUT_TRUSTED_PROXIES": "1", "CANUT_URL": f"http://127.0.0.1:{proxy}"}
    where = Machines(folder, [*range(SERVERS)], known)
    try:
        for number in where.ports:
            where.serve(number)
        for number in where.ports:
            where.wait(number)
        with _balanced(folder / "nginx", proxy, where):
            yield where, proxy
    finally:
        where.stop()
        if where.network.is_apart:
            where.network.remove()


@contextmanager
def _balanced(folder: Path, port: int, where: Machines) -> Iterator[None]:
    """Run nginx before all machines; one that fails is left out for two seconds."""
    folder.mkdir()
    upstreams = "\n".join(
        f"server {where.host(number)}:{PORT} max_fails=1 fail_timeout=2s;" for number in where.ports
    )
    user = "user root;" if os.geteuid() == 0 else ""
    text = NGINX.format(folder=folder, port=port, upstreams=upstreams, user=user)
    (folder / "conf").write_text(text)
    process = subprocess.Popen(
        [str(NGINX_PROGRAM), "-p", str(folder), "-c", str(folder / "conf"), "-e", "error.log"],
        cwd=ROOT,
    )
    try:
        end = time.monotonic() + START_SECONDS
        while where.asked_at(f"127.0.0.1:{port}", "healthz") != 200:
            assert process.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < end, "nginx does not answer"
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)
