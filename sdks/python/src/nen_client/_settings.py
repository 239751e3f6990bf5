"""Which server, with which key, how patiently: read once, from arguments and environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import NoReturn

import httpx

from .errors import ConfigurationError

DEFAULT_URL = "http://127.0.0.1:8700"


@dataclass(frozen=True)
class Settings:
    """What all calls of a client have in common. Durations are in seconds."""

    base_url: str
    api_key: str = field(repr=False)
    # Where the key came from, for the message when the server does not take it.
    key_source: str = "api_key"
    signing_secret: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    long_timeout: float = 120.0
    # Longest silence of a stream. Events have a sign of life every 15 s.
    inactivity_timeout: float = 60.0
    max_retries: int = 2

    def __post_init__(self) -> None:
        for name in ("timeout", "long_timeout"):
            seconds = getattr(self, name)
            if not seconds > 0:
                raise ConfigurationError(f"{name} must be more than 0 seconds, not {seconds}")
        if self.max_retries < 0:
            raise ConfigurationError(f"max_retries must be 0 or more, not {self.max_retries}")

    def limited(
        self, timeout: float | None, long_timeout: float | None, max_retries: int | None
    ) -> Settings:
        """The same with those limits that are given."""
        return replace(
            self,
            timeout=self.timeout if timeout is None else timeout,
            long_timeout=self.long_timeout if long_timeout is None else long_timeout,
            max_retries=self.max_retries if max_retries is None else max_retries,
        )


def read(
    api_key: str | None,
    base_url: str | None,
    signing_secret: str | None,
    timeout: float,
    long_timeout: float,
    max_retries: int,
) -> Settings:
    """Settings from arguments; what is not given comes from the environment."""
    key, key_source = _given("api_key", api_key, "NEN_API_KEY")
    url, url_source = _given("base_url", base_url, "NEN_API_URL")
    if not key:
        raise ConfigurationError(
            "there is no API key: give api_key=… or set NEN_API_KEY"
            " (a server's first key is in the file api-key of its data folder)"
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigurationError(
            f"{key_source} holds characters that no API key has:"
            " a key is sk_nen_ and letters and digits"
        )
    secret, _ = _given("signing_secret", signing_secret, "NEN_SIGNING_SECRET")
    return Settings(
        base_url=_checked_url(url or DEFAULT_URL, url_source),
        api_key=key,
        key_source=key_source,
        signing_secret=secret or None,
        timeout=timeout,
        long_timeout=long_timeout,
        max_retries=max_retries,
    )


def _given(name: str, value: str | None, variable: str) -> tuple[str, str]:
    """A value and where it came from. Space around it is what files and shells add."""
    if value is not None:
        return value.strip(), name
    return os.environ.get(variable, "").strip(), variable


def _checked_url(url: str, source: str) -> str:
    def wrong(why: str) -> NoReturn:
        raise ConfigurationError(
            f"{source} {why}: it must be the address of a Nen server, such as {DEFAULT_URL}"
        ) from None

    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        wrong("is no URL")
    # Not repeated in a message: what stands before an @ is a password.
    if parts.userinfo:
        wrong("holds a user name, which Nen has none of")
    if parts.scheme not in ("http", "https") or not parts.host:
        wrong(f"is {url!r}, which does not begin with http:// or https:// and a host")
    if parts.query or parts.fragment:
        wrong(f"is {url!r}, which has more than a host and a path")
    return url.rstrip("/")
