"""Only a right signature of a key in force is let in, and errors have the names clients know."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.test import Client

from canut.actions.integrations.api_keys import revoke_key
from canut.actions.platform.system_clock import now_ms
from canut.store.models import ApiKey
from canut.web.kit.api import rate_limits
from tests.support.turk import URL, connect, make_requester

pytestmark = pytest.mark.django_db


def code_of(refused: pytest.ExceptionInfo[ClientError]) -> str:
    """Return the name of an error."""
    error: Any = refused.value.response["Error"]
    return str(error["Code"])


def test_balance_is_read_with_a_key_and_each_reply_has_a_request_id() -> None:
    requester = make_requester()

    reply = requester.turk.get_account_balance()

    assert reply["AvailableBalance"] == "0.00"
    assert reply["OnHoldBalance"] == "0.00"
    assert len(reply["ResponseMetadata"]["RequestId"]) == 36


@pytest.mark.parametrize("url", [URL, URL + "/"])
def test_both_addresses_are_taken_and_none_is_redirected(url: str) -> None:
    requester = make_requester()

    reply = connect(requester.access_id, requester.secret, url).get_account_balance()

    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_wrong_secret_unknown_key_and_revoked_key_are_refused() -> None:
    requester = make_requester()

    with pytest.raises(ClientError, match="verified for the host testserver") as wrong:
        connect(requester.access_id, "x" * 40).get_account_balance()
    with pytest.raises(ClientError) as unknown:
        connect("CNT00000000000000000", requester.secret).get_account_balance()
    assert requester.turk.get_account_balance()
    revoke_key(ApiKey.objects.get(), now_ms())
    with pytest.raises(ClientError) as revoked:
        requester.turk.get_account_balance()

    assert code_of(wrong) == "InvalidSignatureException"
    assert code_of(unknown) == code_of(revoked) == "UnrecognizedClientException"


def test_key_that_has_ended_is_refused() -> None:
    requester = make_requester()
    ApiKey.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))

    with pytest.raises(ClientError) as refused:
        requester.turk.get_account_balance()

    assert code_of(refused) == "UnrecognizedClientException"


@pytest.mark.parametrize(
    ("headers", "kind", "status"),
    [
        ({}, "UnknownOperationException", 400),
        (
            {"X-Amz-Target": "MTurkRequesterServiceV20170117.GetHIT"},
            "MissingAuthenticationTokenException",
            403,
        ),
    ],
)
def test_unsigned_calls_are_refused_in_json(
    headers: dict[str, str], kind: str, status: int
) -> None:
    reply = Client().post(
        "/mturk", b"{}", content_type="application/x-amz-json-1.1", headers=headers
    )

    assert reply.status_code == status
    assert json.loads(reply.content)["__type"] == kind
    assert reply["Content-Type"] == "application/x-amz-json-1.1"


def test_a_page_read_of_the_endpoint_is_no_call() -> None:
    assert Client().get("/mturk").status_code == 405


def test_rate_limit_is_an_error_that_clients_retry(settings: Any) -> None:
    settings.API_RATE = 1
    rate_limits.HELD.clear()
    requester = make_requester()
    turk = connect(requester.access_id, requester.secret, tries=1)

    with pytest.raises(ClientError) as refused:
        for _ in range(3):
            turk.get_account_balance()

    assert code_of(refused) == "ThrottlingException"
    assert refused.value.response["ResponseMetadata"]["HTTPHeaders"]["retry-after"]
