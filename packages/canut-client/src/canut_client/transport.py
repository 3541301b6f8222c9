"""Send requests to a server and retry what a network or a busy server interrupts.

A request is retried after a lost connection and when the server is busy or full (429, 502, 503,
504, 507), with growing delays and not before ``Retry-After``.

Generated from ``async_transport`` by ``tools/sync_client.py``.
"""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from canut_client.errors import ClientError, ConnectionLostError, RefusedError
from canut_client.protocol import (
    JsonValue,
    Request,
    api_root,
    common_headers,
    parse_disconnection,
    parse_json,
    parse_refusal,
    retry_delay,
)

CHUNK_BYTES = 2**18


@dataclass(frozen=True)
class RetryPolicy:
    """How long to wait for a server and how often to retry.

    Args:
        timeout_seconds: how long connecting, sending or receiving may stall.
        retries: how often a request is sent again.
        sleep: waits a number of seconds.
    """

    timeout_seconds: float = 60.0
    retries: int = 8
    sleep: Callable[[float], None] = time.sleep


class Transport:
    """The connections to one server, with a key and a retry policy.

    Args:
        url: of the server, such as ``https://canut.example.org``.
        key: an API key, ``canut_…``.
        retry: the retry policy.
        language: of the sentences of refusals.

    Raises:
        ValueError: the URL is not the address of a server.
    """

    def __init__(self, url: str, key: str, retry: RetryPolicy, language: str) -> None:
        root = api_root(url)
        self.retry = retry
        self._http = httpx.Client(
            base_url=root,
            headers=common_headers(key, language),
            timeout=httpx.Timeout(retry.timeout_seconds, pool=None),
            verify=ssl.create_default_context() if root.startswith("https:") else True,
        )
        self._host = self._http.base_url.host

    def request(self, request: Request) -> JsonValue:
        """Send a request, retrying by the policy; return the JSON of the response, or None.

        Raises:
            RefusedError: the server refused.
            ConnectionLostError: no response came.
        """
        attempt = 0
        while True:
            try:
                return self.send_once(request)
            except (RefusedError, ConnectionLostError) as error:
                self.wait_to_retry(error, attempt)
            attempt += 1

    def send_once(self, request: Request) -> JsonValue:
        """Send a request a single time; return the JSON of the response, or None.

        Raises:
            RefusedError: the server refused.
            ConnectionLostError: no response came.
        """
        try:
            response = self._http.send(self._build(request))
        except httpx.TransportError as error:
            raise parse_disconnection(self._host, error) from error
        if not response.is_success:
            raise _refusal_of(response)
        return parse_json(response.content)

    @contextmanager
    def stream(self, request: Request) -> Iterator[Iterator[bytes]]:
        """Send a request a single time; return its response in chunks of at most 256 KiB.

        Memory stays bounded. A download that breaks is begun again by its caller, who has the file.

        Raises:
            RefusedError: the server refused.
            ConnectionLostError: no response came, or it broke off.
        """
        try:
            response = self._http.send(self._build(request), stream=True)
            try:
                if not response.is_success:
                    response.read()
                    raise _refusal_of(response)
                yield response.iter_bytes(CHUNK_BYTES)
            finally:
                response.close()
        except httpx.TransportError as error:
            raise parse_disconnection(self._host, error) from error

    def wait_to_retry(self, error: ClientError, attempt: int) -> None:
        """Wait before the next attempt; raise the error where a retry cannot help or none is left.

        Args:
            error: of the attempt that failed.
            attempt: 0 after the first one.
        """
        if attempt >= self.retry.retries or not error.is_transient:
            raise error
        self.wait(attempt, error.retry_after)

    def wait(self, attempt: int, retry_after: float = 0.0) -> None:
        """Wait after an attempt, longer after each; never less than the server asks for."""
        self.retry.sleep(retry_delay(attempt, retry_after))

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def _build(self, request: Request) -> httpx.Request:
        return self._http.build_request(
            request.method, request.url, content=request.content, headers=request.headers
        )


def _refusal_of(response: httpx.Response) -> RefusedError:
    return parse_refusal(
        response.status_code, response.content, response.headers.get("Retry-After")
    )
