"""Options as they stand on the wire, for type checkers and editors. Plain dicts will do."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypedDict

ImageFormat: TypeAlias = Literal["png", "jpeg", "webp"]


class Display(TypedDict):
    """Size of a screen in pixels, each side 320 to 7680."""

    width: int
    height: int


class AllowList(TypedDict):
    """What may be reached, and nothing else: `example.com`, `*.example.com` for every name below,
    `203.0.113.0/24`, `host.nen` for exposed ports of the host, each also with `:port`.
    """

    allow: list[str]


class DesktopOptions(TypedDict, total=False):
    """How a desktop is made. All of it is optional.

    - `name`: shown to people, 1 to 128 characters.
    - `display`: size of the screen, 1280x800 unless given.
    - `tools`: of `computer`, `bash`, `clipboard`, `windows`; `computer` alone unless given.
    - `timeout_seconds`: after that many it is deleted whatever happens.
    - `idle_timeout_seconds`: after that many without a call `on_idle` happens; 1800 unless given, 0
      for never.
    - `on_idle`: `pause`, which is usual, or `delete`.
    - `network`: `internet`, `none`, or an `AllowList`; what its workspace may, unless given.
    - `env`: environment of its programs; no place for secrets.
    - `metadata`: labels of yours, by which lists are filtered.
    - `start_url`: a web page to open at once.
    """

    name: str | None
    display: Display | None
    tools: list[str] | None
    timeout_seconds: int | None
    idle_timeout_seconds: int | None
    on_idle: Literal["pause", "delete"] | None
    network: Literal["internet", "none"] | AllowList | None
    env: dict[str, str] | None
    metadata: dict[str, str] | None
    start_url: str | None


class CreateOptions(DesktopOptions, total=False):
    """How a desktop is made, with its type: `sandbox` is the only one so far."""

    desktop_type: str | None


class Settle(TypedDict, total=False):
    """When the screen counts as settled, in milliseconds: without damage for `quiet_ms`, at most
    `max_ms`.
    """

    quiet_ms: int
    max_ms: int


class ImageOptions(TypedDict, total=False):
    """How an image is encoded: `quality` 1 to 100 for JPEG and WebP, `max_width` and `max_height`
    in pixels shrink it.

    `cursor` says whether the pointer is drawn.
    """

    format: ImageFormat
    quality: int
    max_width: int | None
    max_height: int | None
    cursor: bool


class ExecuteOptions(TypedDict, total=False):
    """What may be said beside an action.

    - `screenshot`: when the answer has an image; `auto` is after what can change the screen, `each`
      gives every action of a batch that looks an image of its own.
    - `settle`: False for not waiting until the screen has settled, or when it has.
    - `image`: how the image is encoded.
    - `secret`: what is typed is one; the tool log then tells not even its length.
    """

    screenshot: Literal["auto", "always", "never", "each"] | None
    settle: bool | Settle | None
    image: ImageOptions | None
    secret: bool | None


class ActionCall(TypedDict):
    """An action as it stands on the wire: `{"tool": "computer", "action": "left_click", "params":
    {…}}`.
    """

    tool: str
    action: str
    params: dict[str, Any]


class ScreenshotOptions(TypedDict, total=False):
    """How the screen is shown; as `ImageOptions`, and only the `region` (x, y, width, height) in
    pixels.

    With `peek` it is looked at without being noticed: a paused desktop stays so, which is a
    `ConflictError`, and the idle time goes on.
    """

    format: ImageFormat | None
    quality: int | None
    max_width: int | None
    max_height: int | None
    region: tuple[int, int, int, int] | None
    cursor: bool | None
    peek: bool | None
