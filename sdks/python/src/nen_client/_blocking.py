"""Carries calls out and waits for them: the only place where blocking code touches the network."""

from __future__ import annotations

import time
from typing import Any, TypeVar

import httpx

from . import _failure
from ._attempts import Send, attempts
from ._call import Call
from ._request import link_request, request
from ._settings import Settings

T = TypeVar("T")


class BlockingIO:
    """Sends requests over connections that are kept. Any thread may use it."""

    def __init__(self, settings: Settings, http: httpx.Client) -> None:
        self.settings = settings
        self.http = http
        # Replaced in tests, which do not wait.
        self.pause = time.sleep

    def send(self, call: Call[T]) -> T:
        """Carries a call out and reads its answer."""
        response = self._answer(call, whole=True)
        answer: T = _failure.read(call, self.settings, response)
        return answer

    def open(self, call: Call[Any]) -> httpx.Response:
        """Carries a call out up to the head of its answer; the caller reads on and closes it."""
        return self._answer(call, whole=False)

    def _answer(self, call: Call[Any], whole: bool) -> httpx.Response:
        steps = attempts(call, self.settings)
        step = next(steps)
        while True:
            outcome = None
            if isinstance(step, Send):
                outcome = self._outcome(call, step.link, whole)
            else:
                self.pause(step.seconds)
            try:
                step = steps.send(outcome)
            except StopIteration as end:
                response: httpx.Response = end.value
                return response

    def _outcome(
        self, call: Call[Any], link: httpx.URL | None, whole: bool
    ) -> httpx.Response | httpx.RequestError:
        try:
            response = self._response(call, link)
            # An error is read whatever was asked for: its text says what is wrong.
            if whole or not response.is_success:
                try:
                    response.read()
                finally:
                    response.close()
        except httpx.RequestError as error:
            return error
        return response

    def _response(self, call: Call[Any], link: httpx.URL | None) -> httpx.Response:
        """The head of an answer. Links are followed by who decides what may be one, whatever the
        program's client does by itself.
        """
        if link is None:
            content = None if call.body is None else call.body.pieces()
            asked = request(self.http, call, self.settings, content)
            return self.http.send(asked, stream=True, follow_redirects=False)
        asked = link_request(link, call, self.settings)
        return self.http.send(asked, auth=None, stream=True, follow_redirects=False)
