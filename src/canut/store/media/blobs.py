"""Blob storage of media: a folder, or S3.

Both take a key and bytes, and give the bytes back. Writing is asked for many at a time and waited
for once, in ``settle``: disks and networks serve many at the price of one. An object is written
under its whole name or not at all. What may be written, and who may read it, is decided elsewhere.

``CANUT_MEDIA`` names the storage: ``s3://bucket/folder?endpoint=https://…&region=…``; keys come
from the environment as everywhere with S3 (``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``).
"""

import os
import stat
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from threading import get_ident
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings

from canut.core.errors import NotReady

WAITING_TOGETHER = 16  # disks write for many at the price of one, and so do networks
MOST_WAITING = 2 * WAITING_TOGETHER
CONNECT_SECONDS, ANSWER_SECONDS = 5, 60
NOT_THERE = frozenset({"404", "NoSuchKey", "NotFound"})

type Client = Any  # boto3 builds its clients when they are asked for, without types


class Storage(Protocol):
    """A store of bytes by key."""

    def write(self, key: str, content: bytes, content_type: str, /) -> None:
        """Start to write bytes; they are durable after ``settle``."""
        ...

    def settle(self) -> None:
        """Wait until all writes are durable."""
        ...

    def read(self, key: str) -> bytes:
        """Return the bytes; raises ``FileNotFoundError``."""
        ...

    def part(self, key: str, begin: int, count: int, /) -> bytes:
        """Return a byte range; raises ``FileNotFoundError``."""
        ...

    def sizes(self, keys: Sequence[str], /) -> list[int | None]:
        """Return how many bytes each key holds; None where it holds none."""
        ...

    def remove(self, key: str) -> None:
        """Delete the bytes, if they exist."""
        ...

    def address(self, key: str, seconds: int, /) -> str:
        """Return a URL of the bytes, valid for some seconds; empty if only Canut serves them."""
        ...


class Disk:
    """A folder with one file per key.

    Args:
        root: the folder; it is made when something is written.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._written: set[Path] = set()

    def write(self, key: str, content: bytes, _content_type: str, /) -> None:
        """Write a temporary file, then rename it."""
        path = self._root / key
        if path not in self._written and not _holds(path, content):
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_name(f"{path.name}.{os.getpid()}.{get_ident()}.part")
            half.write_bytes(content)
            half.replace(path)
        self._written.add(path)

    def settle(self) -> None:
        """Flush all written files and their folders to disk."""
        paths, self._written = self._written, set()
        folders = {path.parent for path in paths}
        with ThreadPoolExecutor(WAITING_TOGETHER) as waiting:
            for _ in waiting.map(_sync, [*paths, *folders]):
                pass

    def read(self, key: str) -> bytes:
        """Return the content of a file."""
        return (self._root / key).read_bytes()

    def part(self, key: str, begin: int, count: int, /) -> bytes:
        """Return a byte range of a file."""
        with (self._root / key).open("rb") as file:
            file.seek(begin)
            return file.read(count)

    def sizes(self, keys: Sequence[str], /) -> list[int | None]:
        """Return the size of each file; None where there is none."""
        return [self._size(key) for key in keys]

    def _size(self, key: str) -> int | None:
        try:
            status = (self._root / key).stat()
        except OSError:
            return None
        return status.st_size if stat.S_ISREG(status.st_mode) else None

    def remove(self, key: str) -> None:
        """Delete the file."""
        (self._root / key).unlink(missing_ok=True)

    def address(self, _key: str, _seconds: int, /) -> str:
        """Return an empty string: only Canut's pages serve these files."""
        return ""


class Bucket:
    """An S3 bucket, or a folder of one.

    Args:
        client: speaks to the storage.
        name: the bucket.
        folder: what every key starts with, empty for the whole bucket.
    """

    def __init__(self, client: Client, name: str, folder: str) -> None:
        self._client = client
        self._name = name
        self._folder = folder
        self._pool = ThreadPoolExecutor(WAITING_TOGETHER, "media")
        self._waiting: list[Future[object]] = []

    def write(self, key: str, content: bytes, content_type: str, /) -> None:
        """Start to upload an object with its detected type, as inline content."""
        if len(self._waiting) >= MOST_WAITING:  # what waits is held in memory
            self._waiting.pop(0).result()
        self._waiting.append(
            self._pool.submit(
                self._client.put_object,
                Bucket=self._name,
                Key=self._key(key),
                Body=content,
                ContentType=content_type,
                ContentDisposition="inline",
                CacheControl="private, max-age=31536000, immutable",
            )
        )

    def settle(self) -> None:
        """Wait until all uploads are acknowledged; raises the first failure."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            future.result()

    def read(self, key: str) -> bytes:
        """Fetch an object."""
        return self._got(key)

    def part(self, key: str, begin: int, count: int, /) -> bytes:
        """Fetch a byte range of an object."""
        return self._got(key, Range=f"bytes={begin}-{begin + count - 1}")

    def _got(self, key: str, **more: str) -> bytes:
        try:
            response = self._client.get_object(Bucket=self._name, Key=self._key(key), **more)
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in NOT_THERE:
                raise FileNotFoundError(str(error)) from error
            raise
        return bytes(response["Body"].read())

    def sizes(self, keys: Sequence[str], /) -> list[int | None]:
        """Ask for the size of each object, many at a time; None where there is none."""
        return list(self._pool.map(self._size, keys))

    def _size(self, key: str) -> int | None:
        try:
            head = self._client.head_object(Bucket=self._name, Key=self._key(key))
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in NOT_THERE:
                return None
            raise
        return int(head["ContentLength"])

    def remove(self, key: str) -> None:
        """Delete an object."""
        self._client.delete_object(Bucket=self._name, Key=self._key(key))

    def address(self, key: str, seconds: int, /) -> str:
        """Return a signed URL that expires."""
        where = {"Bucket": self._name, "Key": self._key(key)}
        signed = self._client.generate_presigned_url("get_object", Params=where, ExpiresIn=seconds)
        return str(signed)

    def _key(self, key: str) -> str:
        return f"{self._folder}/{key}" if self._folder else key


def storage() -> Storage:
    """Return the storage of this instance.

    Raises:
        NotReady: ``media-storage``: its address cannot be read, or ``canut[s3]`` is missing.
    """
    where = str(settings.MEDIA_STORAGE)
    return _bucket(where) if where else Disk(Path(settings.MEDIA_ROOT))


def _bucket(where: str) -> Bucket:
    client, name, folder = _client(where)
    return Bucket(client, name, folder)


@lru_cache(maxsize=4)
def _client(where: str) -> tuple[Client, str, str]:
    parts = urlsplit(where)
    if parts.scheme != "s3" or not parts.hostname:
        raise NotReady(
            f"CANUT_MEDIA is {where!r}; expected s3://bucket/folder?endpoint=…, or nothing",
            code="media-storage",
        )
    try:  # an extra: who keeps media on disk does not need it
        boto3, config_of = import_module("boto3"), import_module("botocore.config").Config
    except ImportError as error:
        raise NotReady(
            "CANUT_MEDIA names S3 storage; install its client: pip install 'canut[s3]'",
            code="media-storage",
        ) from error
    query = dict(parse_qsl(parts.query))
    config = config_of(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        max_pool_connections=WAITING_TOGETHER,
        retries={"mode": "standard", "max_attempts": 5},
        s3={"addressing_style": "path" if "endpoint" in query else "auto"},
        signature_version="s3v4",
    )
    client = boto3.client(
        "s3",
        endpoint_url=query.get("endpoint"),
        region_name=query.get("region"),
        config=config,
    )
    return client, parts.netloc, parts.path.strip("/")


def _holds(path: Path, content: bytes) -> bool:
    """Return whether a file already has these bytes; a power cut can leave it empty."""
    try:
        return path.read_bytes() == content
    except FileNotFoundError:
        return False


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
