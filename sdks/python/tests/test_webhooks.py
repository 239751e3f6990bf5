"""Signatures of webhooks: which are taken, and which are not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import pytest

from nen_client import WebhookSignatureError, verify_webhook
from nen_client.webhooks import verify_hmac, verify_standard_webhook

KEY = bytes(range(24))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
OTHER = "whsec_" + base64.b64encode(KEY[::-1]).decode()
BODY = json.dumps(
    {"workflow_id": "w", "message_id": "m", "status": "processing", "expires_at": 1796068800}
).encode()
NOW = 1795377600


def standard(secret: str = SECRET, sent_at: int = NOW, body: bytes = BODY) -> dict[str, str]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"msg_1.{sent_at}.".encode() + body, hashlib.sha256).digest()
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(sent_at),
        "Webhook-Signature": "v1," + base64.b64encode(mac).decode(),
    }


def nen(secret: str = SECRET, body: bytes = BODY) -> dict[str, str]:
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hmac-Signature": f"sha256={signature}"}


def test_the_vector_of_the_standard() -> None:
    # From the test suites of Standard Webhooks.
    body = b'{"test": 2432232314}'
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    verify_standard_webhook(body, headers, secret, now=1614265330)


@pytest.mark.parametrize("headers", [standard(), nen(), {**standard(), **nen()}])
def test_either_signature_is_enough(headers: dict[str, str]) -> None:
    lower = {name.lower(): value for name, value in headers.items()}
    for given in (headers, lower):
        payload = verify_webhook(BODY, given, SECRET, now=NOW)
        assert (payload.message_id, payload.status) == ("m", "processing")


@pytest.mark.parametrize("headers", [standard(), nen()])
def test_another_body_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(WebhookSignatureError, match="another secret, or over another body"):
        verify_webhook(BODY.replace(b"w", b"x", 1), headers, SECRET, now=NOW)


@pytest.mark.parametrize("headers", [standard(OTHER), nen(OTHER)])
def test_another_secret_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(WebhookSignatureError):
        verify_webhook(BODY, headers, SECRET, now=NOW)


@pytest.mark.parametrize("headers", [standard(OTHER), nen(OTHER)])
def test_while_a_secret_is_changed_both_are_taken(headers: dict[str, str]) -> None:
    assert verify_webhook(BODY, headers, [SECRET, OTHER], now=NOW).status == "processing"


def test_one_of_several_signatures_is_enough() -> None:
    signatures = [standard(OTHER)["Webhook-Signature"], standard()["Webhook-Signature"]]
    headers = {**standard(), "Webhook-Signature": f"v1a,xyz {signatures[0]} ü {signatures[1]}"}
    verify_webhook(BODY, headers, SECRET, now=NOW)


def test_a_wrong_standard_signature_is_not_saved_by_the_other() -> None:
    with pytest.raises(WebhookSignatureError):
        verify_webhook(BODY, {**standard(OTHER), **nen()}, SECRET, now=NOW)


@pytest.mark.parametrize("apart", [-301, 301, 86400])
def test_what_is_too_old_or_too_new_is_refused(apart: int) -> None:
    with pytest.raises(WebhookSignatureError, match="at most 300 s are taken"):
        verify_webhook(BODY, standard(), SECRET, now=NOW + apart)


@pytest.mark.parametrize("apart", [-300, 0, 300])
def test_clocks_may_differ_a_little(apart: int) -> None:
    verify_webhook(BODY, standard(), SECRET, now=NOW + apart)


def test_now_is_the_time_of_this_machine() -> None:
    verify_webhook(BODY, standard(sent_at=int(time.time())), SECRET)
    with pytest.raises(WebhookSignatureError):
        verify_webhook(BODY, standard(sent_at=int(time.time()) - 400), SECRET)
    verify_webhook(BODY, standard(sent_at=int(time.time()) - 400), SECRET, tolerance=500)


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "1e9", "١٢٣", "1.5"])
def test_a_time_that_is_none_is_refused(stamp: str) -> None:
    headers = {**standard(), "Webhook-Timestamp": stamp}
    with pytest.raises(WebhookSignatureError, match="must be Unix seconds"):
        verify_webhook(BODY, headers, SECRET, now=NOW)


@pytest.mark.parametrize("missing", ["Webhook-Id", "Webhook-Timestamp"])
def test_a_missing_header_is_named(missing: str) -> None:
    headers = {name: value for name, value in standard().items() if name != missing}
    with pytest.raises(WebhookSignatureError, match=missing.lower()):
        verify_webhook(BODY, headers, SECRET, now=NOW)


@pytest.mark.parametrize(
    "headers", [{}, {"X-Hmac-Signature": "ü"}, {"X-Hmac-Signature": "sha256="}]
)
def test_no_signature_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(WebhookSignatureError):
        verify_webhook(BODY, headers, SECRET)


def test_a_body_that_was_read_is_a_mistake_of_the_receiver() -> None:
    with pytest.raises(TypeError, match="the bytes as they arrived"):
        verify_webhook(BODY.decode(), nen(), SECRET)  # type: ignore[arg-type]


def test_a_secret_of_any_text_signs_the_body() -> None:
    verify_hmac(BODY, nen("0f3a-any text"), "0f3a-any text")


@pytest.mark.parametrize("secret", ["", [], [""]])
def test_no_secret_is_a_mistake_of_the_receiver(secret: str | list[str]) -> None:
    with pytest.raises(ValueError, match="no webhook secret"):
        verify_webhook(BODY, nen(), secret)


def test_a_secret_that_is_none_is_a_mistake_of_the_receiver() -> None:
    with pytest.raises(ValueError, match="whsec_ and base64"):
        verify_webhook(BODY, standard(), "whsec_!", now=NOW)


def test_a_signed_body_that_is_no_webhook_is_refused() -> None:
    with pytest.raises(WebhookSignatureError, match="no webhook of a Nen run"):
        verify_webhook(b"[]", nen(body=b"[]"), SECRET)


def test_what_a_newer_server_adds_is_kept() -> None:
    body = BODY[:-1] + b', "later": 1}'
    payload = verify_webhook(body, nen(body=body), SECRET)
    assert payload.model_extra == {"later": 1}
