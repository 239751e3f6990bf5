#!/usr/bin/env python3
"""A supplier portal on loopback that remembers what reached it: the site on which every client does the same task.

Sign in, read a table, fill in a form, download a file; each page can be worked by keyboard alone and says in its title
where one is, so that a program without eyes can follow. `GET /record` answers what arrived; desktops have no need of it.

Prints one line of JSON, {"port": N}, once it listens, and ends with its standard input.
"""

import html
import http.server
import json
import sys
import threading
import urllib.parse

EMAIL = "ada@lumen.example"
PASSWORD = "correct-Horse7"
INVOICES = [
    ("INV-2041", "Björk & Partners", "2450.00", "paid"),
    ("INV-2042", "Café Noir", "312.40", "open"),
    ("INV-2044", "東京照明株式会社", "1880.00", "paid"),
]
COOKIE = "portal=signed-in"

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title} - Supplier Portal</title>
<link rel="icon" href="data:,">
<style>
body {{ font: 17px/1.5 system-ui, sans-serif; margin: 48px auto; max-width: 620px; color: #1b2330; }}
input, button {{ display: block; font: inherit; margin: 4px 0 16px; padding: 8px 12px; width: 100%; box-sizing: border-box; }}
table {{ border-collapse: collapse; width: 100%; }} td, th {{ text-align: left; padding: 8px; border-bottom: 1px solid #d5dae2; }}
</style>
<h1>{title}</h1>
{body}
</html>
"""
FORM = """<form method="post" action="{action}" autocomplete="off">{fields}<button>{button}</button></form>"""
FIELD = """<label for="{name}">{label}</label><input id="{name}" name="{name}" type="{type}"{more}>"""


def form(action, button, *fields):
    """A form whose first field has the keyboard."""
    inputs = [
        FIELD.format(name=name, label=label, type=kind, more=" autofocus" if at == 0 else "")
        for at, (name, label, kind) in enumerate(fields)
    ]
    return FORM.format(action=action, button=button, fields="".join(inputs))


def receipt(payment):
    """The file a payment is confirmed by."""
    lines = ["RECEIPT", *(f"{name}: {payment[name]}" for name in ("invoice", "amount", "note")), ""]
    return "\n".join(lines).encode()


class Portal(http.server.ThreadingHTTPServer):
    """The site with its record."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.record = {"logins": [], "tables": 0, "payments": [], "receipts": 0}


class Handler(http.server.BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Portal

    def log_message(self, *_):
        """Nothing goes to standard error: the tests read it."""

    def answer(self, body, status=200, kind="text/html; charset=utf-8", **headers):
        content = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def page(self, title, body, status=200):
        self.answer(PAGE.format(title=title, body=body), status)

    def go(self, place, **headers):
        self.answer("", 303, Location=place, **headers)

    def signed_in(self):
        return COOKIE in self.headers.get("Cookie", "")

    def fields(self):
        length = int(self.headers.get("Content-Length", "0"))
        return dict(urllib.parse.parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))

    def do_GET(self):
        record = self.server.record
        path = urllib.parse.urlsplit(self.path).path
        if path == "/record":
            return self.answer(json.dumps(record), kind="application/json")
        if path == "/":
            fields = ("email", "E-mail", "email"), ("password", "Password", "password")
            return self.page("Sign in", form("/login", "Sign in", *fields))
        if not self.signed_in():
            return self.go("/")
        if path == "/invoices":
            record["tables"] += 1
            rows = "".join(
                "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>\n" for row in INVOICES
            )
            head = "<tr><th>Number</th><th>Customer</th><th>Amount</th><th>Status</th></tr>\n"
            return self.page("Invoices", f"<table>{head}{rows}</table>")
        if path == "/pay":
            fields = ("invoice", "Invoice", "text"), ("amount", "Amount", "text"), ("note", "Note", "text")
            return self.page("Pay", form("/pay", "Pay", *fields))
        if path == "/paid" and record["payments"]:
            shown = html.escape(receipt(record["payments"][-1]).decode())
            return self.page("Paid", f'<pre>{shown}</pre><p><a href="/receipt.txt">Download the receipt</a>')
        if path == "/receipt.txt" and record["payments"]:
            record["receipts"] += 1
            attachment = 'attachment; filename="receipt.txt"'
            content = receipt(record["payments"][-1])
            return self.answer(content, kind="text/plain; charset=utf-8", Content_Disposition=attachment)
        return self.page("Not found", "", 404)

    def do_POST(self):
        record, fields = self.server.record, self.fields()
        with self.server.lock:
            if self.path == "/login":
                right = fields.get("email") == EMAIL and fields.get("password") == PASSWORD
                record["logins"].append(right)
                if right:
                    return self.go("/invoices", Set_Cookie=f"{COOKIE}; HttpOnly; SameSite=Lax; Path=/")
                return self.page("Wrong password", "<p>E-mail or password is wrong.", 401)
            if self.path == "/pay" and self.signed_in():
                record["payments"].append({name: fields.get(name, "") for name in ("invoice", "amount", "note")})
                return self.go("/paid")
        return self.page("Not found", "", 404)


def main():
    portal = Portal()
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    print(json.dumps({"port": portal.server_address[1]}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
