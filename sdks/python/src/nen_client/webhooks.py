"""Checks that a webhook comes from your workspace.

    payload = verify_webhook(request.body, request.headers, os.environ["NEN_WEBHOOK_SECRET"])

Give the body as it arrived: bytes, not what was parsed and written out again. A webhook may come
more than once: drop those whose `webhook-id` you know.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from .errors import WebhookSignatureError
from .models import WebhookPayload

# Seconds by which clocks may differ and a webhook may be late.
TOLERANCE = 300.0


def verify_webhook(
    body: bytes,
    headers: Mapping[str, str],
    secret: str | Iterable[str],
    *,
    tolerance: float = TOLERANCE,
    now: float | None = None,
) -> WebhookPayload:
    """What a webhook says, once its signature is found right; otherwise `WebhookSignatureError`.

    The signature of Standard Webhooks counts where there is one, since it covers id and time; else
    `X-Hmac-Signature`. `secret` may be several, while one is being changed. `now` is in Unix
    seconds.
    """
    given: object = body
    if isinstance(given, str):
        raise TypeError("body must be the bytes as they arrived, not text")
    if any(name.lower() == "webhook-signature" for name in headers):
        verify_standard_webhook(body, headers, secret, tolerance=tolerance, now=now)
    else:
        verify_hmac(body, headers, secret)
    try:
        return WebhookPayload.model_validate_json(body)
    except ValidationError:
        raise WebhookSignatureError(
            "the signature is right, but the body is no webhook of a Nen run"
        ) from None


def verify_standard_webhook(
    body: bytes,
    headers: Mapping[str, str],
    secret: str | Iterable[str],
    *,
    tolerance: float = TOLERANCE,
    now: float | None = None,
) -> None:
    """Checks `webhook-signature`, which covers `webhook-id`, `webhook-timestamp` and the body."""
    sent_id = _header(headers, "webhook-id")
    sent_at = _header(headers, "webhook-timestamp")
    theirs = _header(headers, "webhook-signature").split()
    if not sent_at.isascii() or not sent_at.isdecimal():
        raise WebhookSignatureError("webhook-timestamp must be Unix seconds")
    apart = abs((time.time() if now is None else now) - int(sent_at))
    if not apart <= tolerance:
        raise WebhookSignatureError(
            f"the webhook was sent {apart:.0f} s away from now, at most {tolerance:g} s are taken:"
            " look at this machine's clock, or it is an old one sent again"
        )
    message = f"{sent_id}.{sent_at}.".encode() + body
    for key in map(_standard_key, _each(secret)):
        mac = hmac.new(key, message, hashlib.sha256).digest()
        ours = b"v1," + base64.b64encode(mac)
        # All of them, so that the time says nothing about which one fits.
        if sum(hmac.compare_digest(ours, one.encode()) for one in theirs):
            return
    raise WebhookSignatureError("webhook-signature is by another secret, or over another body")


def verify_hmac(body: bytes, headers: Mapping[str, str], secret: str | Iterable[str]) -> None:
    """Checks `X-Hmac-Signature`, which covers the body. An old webhook sent again passes this
    check.
    """
    theirs = _header(headers, "x-hmac-signature").encode()
    for one in _each(secret):
        ours = "sha256=" + hmac.new(one.encode(), body, hashlib.sha256).hexdigest()
        if hmac.compare_digest(ours.encode(), theirs):
            return
    raise WebhookSignatureError("X-Hmac-Signature is by another secret, or over another body")


def _each(secret: str | Iterable[str]) -> list[str]:
    secrets = [secret] if isinstance(secret, str) else list(secret)
    if not secrets or "" in secrets:
        raise ValueError("there is no webhook secret: rotate_webhook_secret makes one")
    return secrets


def _standard_key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise ValueError("the webhook secret must be whsec_ and base64") from None


def _header(headers: Mapping[str, str], wanted: str) -> str:
    for name, value in headers.items():
        if name.lower() == wanted:
            return value
    raise WebhookSignatureError(f"the header {wanted} is missing: it is no webhook of Nen")
