"""Receive the webhooks of runs, and take only those that are signed.

    NEN_WEBHOOK_SECRET=whsec_… python webhook_receiver.py 8080

Give its address as `webhook_callback` of `start_run`. `rotate_webhook_secret` makes a secret.
"""

import http.server
import os
import sys

from nen_client import WebhookSignatureError, verify_webhook


class Receiver(http.server.BaseHTTPRequestHandler):
    """Answers 204 to what is signed, 401 to everything else."""

    # A webhook may come more than once: what is known is taken, and not looked at again.
    known: set[str] = set()  # noqa: RUF012  # it is meant to be one for all requests

    def do_POST(self) -> None:
        """One webhook. The answer comes first: Nen waits for ten seconds at most."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        try:
            payload = verify_webhook(body, dict(self.headers), os.environ["NEN_WEBHOOK_SECRET"])
        except WebhookSignatureError as error:
            self.send_error(401, str(error))
            return
        self.send_response(204)
        self.end_headers()
        sent_id = self.headers.get("webhook-id", f"{payload.message_id} {payload.status}")
        if sent_id not in self.known:
            self.known.add(sent_id)
            print(payload.message_id, payload.status, payload.result or payload.error or "")


def main() -> None:
    """Listens on the port of the command line."""
    http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Receiver).serve_forever()


if __name__ == "__main__":
    main()
