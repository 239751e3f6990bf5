"""What goes wrong is said in one sentence, with what would be right, and never with a key."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
from clients import KEY, Client
from fake_server import FakeServer, Reply

import nen_client
from nen_client import (
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    Nen,
    NenConnectionError,
    NenDesktopError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    UnexpectedAnswerError,
    UnknownRouteError,
    UnprocessableError,
)

HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (413, NenDesktopError),
        (418, NenDesktopError),
        (422, UnprocessableError),
        (429, RateLimitError),
        (500, ServerError),
        (507, ServerError),
        (599, ServerError),
    ],
)
def test_each_status_has_its_class(
    make: Callable[..., Client], server: FakeServer, status: int, kind: type[NenDesktopError]
) -> None:
    server.reply({"error": "what was wrong"}, status, x_request_id="req_7")
    with pytest.raises(NenDesktopError) as caught:
        make(max_retries=0).ask("get_desktop", "dsk_1")
    error = caught.value
    assert type(error) is kind
    assert error.status_code == status
    assert error.response_body == '{"error": "what was wrong"}'
    assert error.request_id == "req_7"
    assert error.code is None
    hint = ": check the key in api_key" if status == 401 else ""
    asked = f"GET /desktops/dsk_1 answered {status}"
    assert error.message == f"what was wrong{hint} ({asked})"
    assert str(error) == f"{error.message} (request req_7)"


def test_workflows_say_code_and_message(client: Client, server: FakeServer) -> None:
    server.reply({"error": "invalid_params", "message": "month: must be a string"}, 400)
    with pytest.raises(BadRequestError, match=r"^month: must be a string") as caught:
        client.ask("start_run", "wf", {"month": 3})
    assert caught.value.code == "invalid_params"


def test_a_wrong_signature_is_not_blamed_on_the_key(client: Client, server: FakeServer) -> None:
    server.reply({"error": "invalid_signature", "message": "X-Hmac-Signature is wrong"}, 401)
    with pytest.raises(AuthenticationError) as caught:
        client.ask("get_run", "run")
    assert "check the key" not in str(caught.value)


def test_no_server_there(make: Callable[..., Client]) -> None:
    with pytest.raises(NenConnectionError) as caught:
        make(base_url="http://127.0.0.1:1", max_retries=0).ask("list_desktops")
    assert "no Nen server can be reached at http://127.0.0.1:1" in str(caught.value)
    assert "give the address of one as base_url or NEN_API_URL" in str(caught.value)
    assert isinstance(caught.value, ConnectionError)


@pytest.mark.parametrize("status", [200, 401, 403, 404])
def test_a_server_that_is_not_nen(client: Client, server: FakeServer, status: int) -> None:
    server.add(Reply(status, b"<html>Welcome</html>", {**HTML, "X-Request-Id": "req_8"}))
    with pytest.raises(UnexpectedAnswerError) as caught:
        client.ask("list_desktops")
    assert str(caught.value) == (
        f"{server.url} answered GET /desktops with {status} and text/html instead of JSON, so it is"
        " no Nen server: give the address of one as base_url or NEN_API_URL, such as"
        " http://127.0.0.1:8700 (request req_8)"
    )
    assert caught.value.response_body == "<html>Welcome</html>"


def test_a_proxy_without_its_server(make: Callable[..., Client], server: FakeServer) -> None:
    server.add(Reply(502, b"<html>Bad Gateway</html>", HTML))
    with pytest.raises(ServerError, match="what stands before the Nen server could not hand"):
        make(max_retries=0).ask("list_desktops")


def test_an_image_that_is_none(client: Client, server: FakeServer) -> None:
    server.add(Reply(200, b"<html>", HTML))
    with pytest.raises(UnexpectedAnswerError, match="no Nen server"):
        client.ask("get_screenshot", "dsk_1")


@pytest.mark.parametrize(("method", "argument"), [("events", "dsk_1"), ("follow_run_logs", "run")])
def test_a_stream_that_is_none(
    client: Client, server: FakeServer, method: str, argument: str
) -> None:
    server.add(Reply(200, b"<html>", HTML))
    with pytest.raises(UnexpectedAnswerError, match="no Nen server"):
        client.all(method, argument)


def test_a_server_that_leads_elsewhere(client: Client, server: FakeServer) -> None:
    server.add(Reply(308, b"", {"Location": "https://nen.example.com/desktops"}))
    with pytest.raises(UnexpectedAnswerError, match=r"leads to https://nen\.example\.com/desktops"):
        client.ask("list_desktops")


def test_an_answer_of_another_shape(client: Client, server: FakeServer) -> None:
    server.reply({"desktop_id": "dsk_1", "session": {"href": "https://x/#token=secret"}})
    with pytest.raises(
        UnexpectedAnswerError, match="use a client of the server's version"
    ) as caught:
        client.ask("get_desktop", "dsk_1")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (404, 'no such path "/desktops/dsk_1/calls", see /docs'),
        (405, "POST is not possible here, use GET"),
    ],
)
def test_a_server_that_is_too_old(
    client: Client, server: FakeServer, status: int, text: str
) -> None:
    server.reply({"error": text}, status)
    with pytest.raises(UnknownRouteError) as caught:
        client.ask("calls", "dsk_1", [], dialect="openai")
    assert str(caught.value) == (
        f"the server at {server.url} does not know POST on this path: it is older than this client,"
        f" update it (POST /desktops/dsk_1/calls answered {status})"
    )


def test_a_server_that_knows_no_dialects(client: Client, server: FakeServer) -> None:
    server.reply([{"name": "computer", "description": "…", "parameters": {}}])
    with pytest.raises(UnknownRouteError, match="does not know this call: it is older"):
        client.ask("tools", "dsk_1", "gemini")


def test_a_long_path_that_the_server_shortens(client: Client, server: FakeServer) -> None:
    run = "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11"
    path = f"/runs/{run}/webhooks/msg_4f7c0z9k2mqa/resend"
    server.reply({"error": "not_found", "message": f'no such path "{path[:64]}…", see /docs'}, 404)
    with pytest.raises(UnknownRouteError):
        client.ask("resend_run_webhook", run, "msg_4f7c0z9k2mqa")


def test_a_base_url_with_a_path_too_many(make: Callable[..., Client], server: FakeServer) -> None:
    server.reply({"error": 'no such path "/api/v1/desktops", see /docs'}, 404)
    with pytest.raises(UnknownRouteError, match="no such path below /api/v1, where base_url ends"):
        make(base_url=f"{server.url}/api/v1/").ask("list_desktops")
    assert server.asked() == ["GET /api/v1/desktops"]


def test_a_missing_thing_is_not_a_missing_path(client: Client, server: FakeServer) -> None:
    server.reply({"error": 'no desktop "dsk_1"'}, 404)
    with pytest.raises(NotFoundError) as caught:
        client.ask("get_desktop", "dsk_1")
    assert type(caught.value) is NotFoundError


def test_no_key() -> None:
    with pytest.raises(ConfigurationError, match="give api_key=… or set NEN_API_KEY"):
        Nen()


def test_a_wrong_key_says_where_it_came_from(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEN_API_KEY", f"{KEY}\n")
    monkeypatch.setenv("NEN_API_URL", server.url)
    server.reply({"error": "the API key is unknown, expired or revoked"}, 401)
    with Nen() as client, pytest.raises(AuthenticationError) as caught:
        client.list_desktops()
    assert "the API key is unknown, expired or revoked: check the key in NEN_API_KEY" in str(
        caught.value
    )
    assert server.last.headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("key", ["sk_nen_ä", "sk_nen a", "sk_nen_\x00"])
def test_a_key_that_is_none_is_not_repeated(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Nen(key)
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("127.0.0.1:8700", "does not begin with http:// or https://"),
        ("localhost", "does not begin with http:// or https://"),
        ("ftp://nen.example.com", "does not begin with http:// or https://"),
        ("http://", "does not begin with http:// or https:// and a host"),
        ("http://nen.example.com:port", "is no URL"),
        ("http://nen.example.com/?a=b", "more than a host and a path"),
        ("http://user:hidden@nen.example.com", "holds a user name"),
    ],
)
def test_a_base_url_that_is_none(url: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why) as caught:
        Nen(KEY, url)
    assert "such as http://127.0.0.1:8700" in str(caught.value)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("options", [{"timeout": 0}, {"long_timeout": -1}, {"max_retries": -1}])
def test_limits_that_are_none(options: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(options))):
        Nen(KEY, **options)  # type: ignore[arg-type]


def test_secrets_cannot_be_sent_without_a_signing_secret(
    client: Client, server: FakeServer
) -> None:
    with pytest.raises(ConfigurationError, match="set NEN_SIGNING_SECRET"):
        client.ask("start_run", "wf", secure_params={"password": "p"})
    assert server.seen == []


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_an_id_that_would_lead_elsewhere(client: Client, server: FakeServer, segment: str) -> None:
    with pytest.raises(ValueError, match="cannot be an id or a name"):
        client.ask("delete_desktop", segment)
    with pytest.raises(ValueError, match="cannot be an id or a name"):
        client.ask("delete_file", "dsk_1", segment)
    assert server.seen == []


def test_the_key_is_in_no_text(server: FakeServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    client = Nen(KEY, server.url, signing_secret="nensig_hidden", timeout=1)
    client._io.pause = lambda seconds: None
    server.add(Reply(silent=True)).reply({"error": "busy"}, 503).add(Reply(silent=True))
    with pytest.raises(NenConnectionError) as caught:
        client.list_desktops()
    client.close()
    texts = [repr(client), str(client), repr(client._io.settings), repr(caught.value), caplog.text]
    texts += [str(caught.value), repr(caught.value.__dict__)]
    texts += [repr(record.__dict__) for record in caplog.records]
    assert "Trying a call again" in caplog.text
    for text in texts:
        assert KEY not in text
        assert "hidden" not in text


def test_what_cannot_be_sent_is_not_tried_again(client: Client, server: FakeServer) -> None:
    with pytest.raises(NenConnectionError, match="POST /desktops cannot be sent as it is"):
        client.ask("create_desktop", idempotency_key="a\nb")
    assert (server.seen, client.pauses) == ([], [])


@pytest.mark.parametrize("kind", [NotFoundError, NenConnectionError, PermissionDeniedError])
def test_errors_can_be_handed_to_another_process(kind: type[NenDesktopError]) -> None:
    error = kind("no such thing", 404, "{}", code="not_found", request_id="req_1")
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.status_code, copy.code) == (str(error), 404, "not_found")


def test_all_errors_have_one_base() -> None:
    kinds = [kind for kind in vars(nen_client.errors).values() if isinstance(kind, type)]
    assert len(kinds) > 12
    assert all(issubclass(kind, NenDesktopError) for kind in kinds)
