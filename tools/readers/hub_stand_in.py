"""A hub on this machine: the part of the Hub's API that its own library uses for datasets.

Files are in memory. Large files go by the LFS protocol, as there; Parquet files count as large.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

REPO = r"(?P<repo>[\w.-]+/[\w.-]+)"
SHA = "a" * 40


class Hub:
    """The datasets of a hub: files by path, by repository; and blobs that were sent, by hash."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, bytes]] = {}
        self.blobs: dict[str, bytes] = {}
        self.private: dict[str, bool] = {}
        self.url = ""

    def route(self, method: str, path: str, body: bytes) -> object:
        """Return a JSON object, the bytes of a file, or None where there is none."""
        for verb, pattern, answer in self.ROUTES:
            if verb == method and (match := re.fullmatch(pattern, path)):
                return answer(self, body=body, **match.groupdict())
        return None

    def create(self, body: bytes) -> object:
        """Create a dataset, or leave the one that is there."""
        named = json.loads(body)
        repo = f"{named['organization']}/{named['name']}" if named.get("organization") else ""
        repo = repo or named["name"]
        self.files.setdefault(repo, {".gitattributes": b"*.parquet filter=lfs\n"})
        self.private.setdefault(repo, named.get("visibility") == "private")
        return {"url": f"{self.url}/datasets/{repo}", "id": repo, "name": repo}

    def preupload(self, repo: str, body: bytes) -> object:
        """Say which files go by LFS."""
        del repo
        files = json.loads(body)["files"]
        return {
            "files": [
                {
                    "path": file["path"],
                    "uploadMode": "lfs" if file["path"].endswith(".parquet") else "regular",
                    "shouldIgnore": False,
                }
                for file in files
            ]
        }

    def batch(self, repo: str, body: bytes) -> object:
        """Say where each large file is to be put."""
        del repo
        objects = [
            {**each, "actions": {"upload": {"href": f"{self.url}/blobs/{each['oid']}"}}}
            for each in json.loads(body)["objects"]
        ]
        return {"transfer": "basic", "objects": objects}

    def put(self, oid: str, body: bytes) -> object:
        """Take a large file in, if it has the hash it is announced under."""
        if hashlib.sha256(body).hexdigest() != oid:
            return None
        self.blobs[oid] = body
        return {}

    def commit(self, repo: str, body: bytes) -> object:
        """Take in small files, name large ones, and delete."""
        files = self.files[repo]
        for line in body.splitlines():
            entry = json.loads(line)
            what, fields = entry["key"], entry["value"]
            if what == "file":
                files[fields["path"]] = base64.b64decode(fields["content"])
            elif what == "lfsFile":
                files[fields["path"]] = self.blobs[fields["oid"]]
            elif what == "deletedFile":
                del files[fields["path"]]
        return {
            "commitUrl": f"{self.url}/datasets/{repo}/commit/{SHA}",
            "commitOid": SHA,
            "success": True,
        }

    def about(self, repo: str, body: bytes) -> object:
        """Describe a dataset."""
        del body
        if repo not in self.files:
            return None
        siblings = [{"rfilename": path} for path in sorted(self.files[repo])]
        owner = repo.partition("/")[0]
        return {
            "id": repo,
            "author": owner,
            "sha": SHA,
            "private": self.private[repo],
            "gated": False,
            "disabled": False,
            "tags": [],
            "siblings": siblings,
        }

    def _entry(self, path: str, content: bytes) -> dict[str, object]:
        oid = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        return {"type": "file", "path": path, "size": len(content), "oid": oid}

    def tree(self, repo: str, body: bytes, folder: str | None, deep: str | None) -> object:
        """List files and folders below a folder: its own, or all."""
        del body
        start = f"{unquote(folder)}/" if folder else ""
        inside = [path for path in self.files[repo] if path.startswith(start)]
        folders = dict.fromkeys(
            path[: match.start()]
            for path in inside
            for match in re.finditer("/", path)
            if match.start() > len(start)
        )
        entries = [{"type": "directory", "path": path, "oid": SHA, "size": 0} for path in folders]
        entries += [self._entry(path, self.files[repo][path]) for path in inside]
        if not deep:
            entries = [each for each in entries if "/" not in str(each["path"])[len(start) :]]
        return entries if entries or not folder else None

    def paths(self, repo: str, body: bytes) -> object:
        """Describe files and folders by their paths."""
        text = body.decode()
        named = (
            json.loads(text)["paths"] if text.startswith("{") else re.findall("paths=([^&]*)", text)
        )
        files = self.files[repo]
        entries = list[dict[str, object]]()
        for path in map(unquote, named):
            if path in files:
                entries.append(self._entry(path, files[path]))
            elif any(name.startswith(f"{path}/") for name in files):
                entries.append({"type": "directory", "path": path, "oid": SHA})
        return entries

    def resolve(self, repo: str, path: str, body: bytes) -> object:
        """Return a file."""
        del body
        return self.files.get(repo, {}).get(unquote(path))

    def valid(self, body: bytes) -> object:
        """Find nothing wrong with the head of a README."""
        del body
        return {"errors": [], "warnings": []}

    ROUTES = (
        ("POST", "/api/repos/create", create),
        ("POST", "/api/validate-yaml", valid),
        ("POST", f"/api/datasets/{REPO}/preupload/[^/]+", preupload),
        ("POST", f"/datasets/{REPO}.git/info/lfs/objects/batch", batch),
        ("PUT", "/blobs/(?P<oid>[0-9a-f]{64})", put),
        ("POST", f"/api/datasets/{REPO}/commit/[^/]+", commit),
        ("GET", f"/api/datasets/{REPO}(?:/revision/[^/]+)?", about),
        ("GET", f"/api/datasets/{REPO}/tree/[^/?]+(?:/(?P<folder>[^?]+))?(?P<deep>[?]deep)?", tree),
        ("POST", f"/api/datasets/{REPO}/paths-info/[^/]+", paths),
        ("GET", f"/datasets/{REPO}/resolve/[^/]+/(?P<path>.+)", resolve),
    )


@contextmanager
def hub_stand_in() -> Iterator[Hub]:
    """Serve an empty hub on a free port; its address is ``url``."""
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            """Answer any request, from the table of routes."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            method = "GET" if self.command == "HEAD" else self.command
            address = urlsplit(self.path)
            is_deep = "/tree/" in address.path and "recursive=true" in address.query.lower()
            path = address.path + ("?deep" if is_deep else "")
            content = hub.route(method, path, body)
            status, kind, extra = 200, "application/octet-stream", dict[str, str]()
            if content is None:
                status, content = 404, b'{"error":"not here"}'
                extra["X-Error-Code"] = "EntryNotFound"
            if not isinstance(content, bytes):
                kind, content = "application/json", json.dumps(content).encode()
            else:
                extra["ETag"] = f'"{hashlib.sha256(content).hexdigest()}"'
                extra["Accept-Ranges"] = "bytes"
            part = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
            if part and status == HTTPStatus.OK:
                first, last = int(part[1]), int(part[2] or len(content) - 1)
                last = min(last, len(content) - 1)
                extra["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
                status, content = 206, content[first : last + 1]
            self.send_response(status)
            headers = {"Content-Type": kind, "Content-Length": str(len(content)), **extra}
            for name, value in {**headers, "X-Repo-Commit": SHA}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            pass

    for verb in ("GET", "HEAD", "POST", "PUT"):
        setattr(Handler, f"do_{verb}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
