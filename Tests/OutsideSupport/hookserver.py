#!/usr/bin/env python3
"""A server that takes what alerts are told to others by: webhooks, the Telegram Bot API, EarthRanger.

    hookserver.py FOLDER

Writes one line of JSON with its port once it listens and ends when its input does. Each request is kept as
FOLDER/N.json: what it asked for, and how Python's own parsers read it. The path decides the answer: `/hook?secret=whsec_…`
looks at the signature as Standard Webhooks say, without a line of ours, and refuses a wrong one with 401; `/fails…` is
answered with 500, `/slow…` after two seconds; a token of `wrong` is refused by either service, which repeats it.
"""

import base64
import email.parser
import email.policy
import hashlib
import hmac
import http.server
import itertools
import json
import os
import pathlib
import sys
import threading
import time
import urllib.parse

numbers = itertools.count(1)


def is_signed(headers, body, secret):
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    is_fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 10**9
    return is_fresh and hmac.compare_digest(wanted, headers["webhook-signature"])


def form_of(kind, body):
    parsed = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    found = {}
    for part in parsed.iter_parts():
        content = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        found[name] = base64.b64encode(content).decode() if part.get_filename() else content.decode()
    return found


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind = self.headers["Content-Type"]
        url = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(url.query))
        told = {
            "path": url.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "json": json.loads(body) if kind == "application/json" else None,
            "form": form_of(kind, body) if kind.startswith("multipart/form-data") else None,
        }
        path = pathlib.Path(sys.argv[1]) / f"{next(numbers)}.json"
        path.with_suffix(".part").write_text(json.dumps(told))
        path.with_suffix(".part").rename(path)
        status, said = 200, {"ok": True}
        if url.path.startswith("/slow"):
            time.sleep(2)
        if url.path.startswith("/fails"):
            status, said = 500, {}
        elif url.path == "/hook":
            status = 204 if is_signed(self.headers, body, asked["secret"]) else 401
        elif "/botwrong" in url.path:
            status, said = 401, {"ok": False, "description": "Unauthorized: wrong is no token"}
        elif self.headers.get("Authorization") == "Bearer wrong":
            status, said = 403, {"status": {"code": 403, "detail": "wrong may not"}}
        answer = b"" if status == 204 else json.dumps(said).encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


def end_with_input():
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()
