"""Send the waiting webhook messages, and record the results.

Every message is retried until it succeeds, at most eleven times within two days, at growing
intervals. A claimed message whose sender dies is sent again later: a receiver may get a message
twice, under the same identifier. A failing webhook pauses, longer each time; after eleven failures
in a row, or a reply that the address is gone, it stops until it is resumed, and its messages wait.

Several webhooks are served at the same time, each by one thread that waits for the network and
never uses the database.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from canut.actions.integrations.http_client import HttpResult, post
from canut.actions.integrations.webhooks import secrets_of
from canut.actions.platform.row_faults import attempt
from canut.actions.platform.system_clock import now_ms
from canut.actions.platform.trace_context import trace_context
from canut.core.proofs.webhooks import delay_ms, signature
from canut.store.integrations.webhooks import TEST
from canut.store.tables.integrations import Delivery, Webhook

AT_ONCE = 8
MOST_WEBHOOKS = 16
THREADS = 4
CLAIM_MS = 120_000
GONE = 410
AGENT = "Canut-Webhooks/1"

type Clock = Callable[[], int]


class DeliveryAttempt(NamedTuple):
    """One attempt: of which message, when, and with what result."""

    delivery: Delivery
    at_ms: int
    reply: HttpResult


def deliver_due(clock: Clock = now_ms) -> int:
    """Send due messages once; return how many attempts were made."""
    claimed = _claim(clock())
    if not claimed:
        return 0
    count = 0
    with ThreadPoolExecutor(THREADS, "webhook") as pool:
        rounds = {
            pool.submit(_send_all, webhook, keys, rows, clock): webhook.pk
            for webhook, keys, rows in _with_secrets(claimed, clock())
        }
        for done in as_completed(rounds):
            result = attempt("webhook", rounds[done], done.result)
            if result is None:
                continue
            tried, unsent = result
            for delivery_attempt in tried:
                attempt("webhook", rounds[done], partial(_note, delivery_attempt))
            _give_back(unsent, clock())
            count += len(tried)
    return count


def _claim(at_ms: int) -> dict[Webhook, list[Delivery]]:
    """Claim due messages, a few per webhook, so that no other process sends them."""
    is_sent_to = Q(webhook__state=Webhook.State.ACTIVE, webhook__rest_until_ms__lte=at_ms) | Q(
        event=TEST
    )
    due = Delivery.objects.filter(is_sent_to, state=Delivery.State.WAITING, next_ms__lte=at_ms)
    chosen = list(due.order_by().values_list("webhook", flat=True).distinct()[:MOST_WEBHOOKS])
    claimed: dict[Webhook, list[Delivery]] = defaultdict(list)
    for number in chosen:
        webhook = attempt("webhook", number, partial(Webhook.objects.get, pk=number))
        if webhook is None:
            continue
        for delivery in due.filter(webhook=webhook).order_by("id")[:AT_ONCE]:
            same = Delivery.objects.filter(
                pk=delivery.pk, state=Delivery.State.WAITING, next_ms=delivery.next_ms
            )
            if same.update(next_ms=at_ms + CLAIM_MS):
                claimed[webhook].append(delivery)
    return claimed


def _with_secrets(
    claimed: dict[Webhook, list[Delivery]], at_ms: int
) -> list[tuple[Webhook, list[str], list[Delivery]]]:
    """Decrypt the secrets; messages fail where a secret does not decrypt."""
    opened: list[tuple[Webhook, list[str], list[Delivery]]] = []
    for webhook, rows in claimed.items():
        keys = attempt("webhook", webhook.pk, partial(secrets_of, webhook, at_ms))
        if keys is not None:
            opened.append((webhook, keys, rows))
        else:
            for delivery in rows:
                _note(DeliveryAttempt(delivery, at_ms, HttpResult(0, "sealed")))
    return opened


def _send_all(
    webhook: Webhook, keys: list[str], rows: list[Delivery], clock: Clock
) -> tuple[list[DeliveryAttempt], list[Delivery]]:
    """Send messages in order until one fails; return the attempts and the unsent ones."""
    tried: list[DeliveryAttempt] = []
    for at, delivery in enumerate(rows):
        began_ms = clock()
        body = delivery.body.encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": AGENT,
            "traceparent": trace_context().header,
            "webhook-id": delivery.message,
            "webhook-timestamp": str(began_ms // 1000),
            "webhook-signature": " ".join(
                signature(key, delivery.message, began_ms // 1000, body) for key in keys
            ),
        }
        reply = post(webhook.url, body, headers, inside=settings.WEBHOOKS_INSIDE)
        tried.append(DeliveryAttempt(delivery, began_ms, reply))
        if reply.error:
            return tried, rows[at + 1 :]
    return tried, []


@transaction.atomic
def _note(tried: DeliveryAttempt) -> None:
    """Record the result of an attempt, and its consequence for the webhook."""
    delivery, reply = tried.delivery, tried.reply
    webhook = Webhook.objects.select_for_update().filter(pk=delivery.webhook_id).first()
    if webhook is None:  # removed since it was claimed
        return
    if delivery.event != TEST or not reply.error:
        webhook.failures = webhook.failures + 1 if reply.error else 0
        rest_ms = _wait_ms(webhook.failures, reply) if reply.error else 0
        webhook.rest_until_ms = tried.at_ms + (rest_ms or 0)
        if reply.code == GONE or rest_ms is None:
            webhook.state = Webhook.State.STOPPED
        webhook.save(update_fields=["failures", "rest_until_ms", "state"])
    attempts = delivery.attempts + 1
    wait_ms = _wait_ms(attempts, reply)
    state = Delivery.State.DELIVERED
    if reply.error:
        # Where the whole webhook stopped, the message waits for it to begin again.
        is_used_up = wait_ms is None and webhook.state != Webhook.State.STOPPED
        has_failed = is_used_up or delivery.event == TEST
        state = Delivery.State.FAILED if has_failed else Delivery.State.WAITING
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state,
        attempts=attempts,
        next_ms=tried.at_ms + (wait_ms or 0),
        tried_ms=tried.at_ms,
        took_ms=reply.took_ms,
        code=reply.code,
        error=reply.error,
        response=reply.response,
    )


def _wait_ms(failures: int, reply: HttpResult) -> int | None:
    return delay_ms(failures, secrets.randbelow(1_000) / 999, reply.retry_seconds)


def _give_back(unsent: list[Delivery], at_ms: int) -> None:
    """Return claimed messages that were not tried to the queue."""
    ids = [delivery.pk for delivery in unsent]
    Delivery.objects.filter(pk__in=ids, state=Delivery.State.WAITING).update(next_ms=at_ms)
