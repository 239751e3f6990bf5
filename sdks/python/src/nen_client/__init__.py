"""Client of the Nen API.

    from nen_client import Nen

    with Nen() as client, client.desktops.create(start_url="https://example.com") as desktop:
        desktop.wait()
        desktop.left_click(500, 300)
        desktop.type_text("hello")
        image = desktop.screenshot()

`Nen` has all calls, `AsyncNen` the same for asyncio. What they answer is in `models`, what they
raise in `errors`, the actions of a batch in `actions`, the check of webhooks in `webhooks`, and the
types of dicts in `options`.
"""

from . import actions, errors, models, options, webhooks
from ._async_streams import AsyncDownload, AsyncStream
from ._body import Data
from ._streams import Download, Stream
from ._version import __version__
from .actions import Act
from .async_client import AsyncNen
from .async_desktop import AsyncDesktop
from .client import Nen, NenDesktop
from .desktop import Desktop
from .errors import (
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    NenConnectionError,
    NenDesktopError,
    NenTimeoutError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    UnexpectedAnswerError,
    UnknownRouteError,
    UnprocessableError,
    WebhookSignatureError,
)
from .image import Image
from .models import (
    BatchResult,
    DeleteResponse,
    DesktopEvent,
    DesktopInfo,
    ExecuteResult,
    File,
    LogRecord,
    Replay,
    Run,
    RunAccepted,
    SessionInfo,
    Step,
    ToolLogEntry,
    ToolSchema,
    UploadFileResponse,
    WebhookPayload,
    Window,
    Workflow,
    WorkspaceEvent,
)
from .webhooks import verify_webhook

__all__ = [
    "Act",
    "AsyncDesktop",
    "AsyncDownload",
    "AsyncNen",
    "AsyncStream",
    "AuthenticationError",
    "BadRequestError",
    "BatchResult",
    "ConfigurationError",
    "ConflictError",
    "Data",
    "DeleteResponse",
    "Desktop",
    "DesktopEvent",
    "DesktopInfo",
    "Download",
    "ExecuteResult",
    "File",
    "Image",
    "LogRecord",
    "Nen",
    "NenConnectionError",
    "NenDesktop",
    "NenDesktopError",
    "NenTimeoutError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitError",
    "Replay",
    "Run",
    "RunAccepted",
    "ServerError",
    "SessionInfo",
    "Step",
    "Stream",
    "ToolLogEntry",
    "ToolSchema",
    "UnexpectedAnswerError",
    "UnknownRouteError",
    "UnprocessableError",
    "UploadFileResponse",
    "WebhookPayload",
    "WebhookSignatureError",
    "Window",
    "Workflow",
    "WorkspaceEvent",
    "__version__",
    "actions",
    "errors",
    "models",
    "options",
    "verify_webhook",
    "webhooks",
]
