"""Images as bytes that know what they are."""

from __future__ import annotations

import httpx


class NotAnImageError(ValueError):
    """An answer that should be an image is none."""


class Image(bytes):
    """The bytes of an image.

    - `media_type`: such as `image/png`.
    - `etag`: names what it shows, to ask whether that has changed; None when the server gave none.
    """

    media_type: str
    etag: str | None

    @classmethod
    def read(cls, response: httpx.Response) -> Image:
        """The image that an answer is."""
        image = cls(response.content)
        image.media_type = response.headers.get("content-type", "application/octet-stream")
        image.etag = response.headers.get("etag")
        if not image.media_type.startswith("image/"):
            raise NotAnImageError
        return image

    @classmethod
    def read_if_changed(cls, response: httpx.Response) -> Image | None:
        """The image that an answer is, or None when it says that nothing has changed."""
        return None if response.status_code == 304 else cls.read(response)
