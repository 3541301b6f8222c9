"""Sign webhook deliveries, and compute the delay before a retry.

The signature is that of Standard Webhooks 1.0.0: HMAC-SHA256 over identifier, instant and body,
joined with full stops. Events are queued in ``actions.integrations.outbox`` and sent in
``actions.integrations.webhook_delivery``.
"""

import base64
import binascii
import hmac

from canut.core.errors import BadInput

PREFIX = "whsec_"
FEWEST_BYTES, MOST_BYTES = 24, 64
DELAYS_SECONDS = (5, 30, 120, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400)
MOST_ATTEMPTS = len(DELAYS_SECONDS) + 1
LONGEST_SECONDS = 86_400
JITTER = 0.2


def encode_secret(key: bytes) -> str:
    """Write a key as the secret given to a receiver."""
    return PREFIX + base64.b64encode(key).decode()


def key_of(secret: str) -> bytes:
    """Read the key from a secret.

    Raises:
        BadInput: it is not ``whsec_`` and base64 of 24 to 64 bytes.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as failure:
        raise BadInput(
            "a webhook's secret is whsec_ and base64", code="webhook-secret"
        ) from failure
    if not (secret.startswith(PREFIX) and FEWEST_BYTES <= len(key) <= MOST_BYTES):
        raise BadInput(
            f"a webhook's secret is {PREFIX} and base64 of {FEWEST_BYTES} to {MOST_BYTES} bytes",
            code="webhook-secret",
        )
    return key


def signature(secret: str, message: str, at_seconds: int, body: bytes) -> str:
    """Sign one delivery attempt of one message.

    Args:
        secret: from ``encode_secret``.
        message: the identifier of the message, the same at every attempt.
        at_seconds: the moment of the attempt, in seconds since 1970 UTC.
        body: the bytes that are sent.

    Returns:
        The value of the header ``webhook-signature``, for one secret.

    Source:
        Standard Webhooks 1.0.0, signature scheme, https://www.standardwebhooks.com

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
    ...     1614265330, b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = b".".join((message.encode(), str(at_seconds).encode(), body))
    digest = hmac.digest(key_of(secret), signed, "sha256")
    return "v1," + base64.b64encode(digest).decode()


def delay_ms(attempts: int, chance: float, asked_seconds: int = 0) -> int | None:
    """Return the delay before the next attempt, in milliseconds.

    Args:
        attempts: number of failed attempts, at least 1.
        chance: random number from 0 to 1, which spreads retries over time.
        asked_seconds: how long the receiver asked us to wait, at most a day of it is heeded.

    Returns:
        Milliseconds, within a fifth of the planned delay; None when it is not tried any more.

    >>> [delay_ms(n, 0.5) for n in (1, 2, 10, 11)]
    [5000, 30000, 86400000, None]
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    planned = DELAYS_SECONDS[attempts - 1] * (1 - JITTER + 2 * JITTER * chance)
    return round(1000 * max(planned, min(asked_seconds, LONGEST_SECONDS)))
