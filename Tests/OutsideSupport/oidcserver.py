#!/usr/bin/env python3
"""A provider of OpenID Connect for tests: `mock` is oidc-provider-mock, which keeps to the standard; `hostile` says
whatever it was told to say.

Writes one line of JSON once it listens (port) and ends when its input does, so that it never outlives the test run.

A test tells the hostile one by `POST /prepare` what its answers are from then on:

    claims     of the ID token
    alg, kid   of its header; `alg` also says how it is signed: RS256, ES256, none, or HS256 with the public key as secret
    key        which key signs: first, second, or curve
    published  the keys of its key set
    metadata   members of its description that are not as they should be
    slow       paths that are answered after a minute
    huge       paths that are answered with four megabytes
    refusal    an error instead of tokens

and reads by `GET /seen` how often each path was asked for, and the last form and Authorization at `/token`.
"""

import base64
import contextlib
import hashlib
import hmac
import http.server
import io
import json
import logging
import os
import sys
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils


def text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def number(value, size=None):
    return text(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


KEYS = {
    "first": rsa.generate_private_key(65537, 2048),
    "second": rsa.generate_private_key(65537, 2048),
    "curve": ec.generate_private_key(ec.SECP256R1()),
}


def public(name):
    numbers = KEYS[name].public_key().public_numbers()
    if name == "curve":
        return {"kty": "EC", "crv": "P-256", "kid": name, "use": "sig", "x": number(numbers.x, 32), "y": number(numbers.y, 32)}
    return {"kty": "RSA", "kid": name, "use": "sig", "alg": "RS256", "n": number(numbers.n), "e": number(numbers.e)}


def signature(alg, name, message):
    key = KEYS[name]
    if alg == "RS256":
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    if alg == "ES256":
        r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    if alg == "HS256":
        secret = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return hmac.new(secret, message, hashlib.sha256).digest()
    return b""


class Hostile(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    told = {}
    seen = {}
    last = {}

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/seen":
            return self.answer({"paths": self.seen, "last": self.last})
        self.seen[path] = self.seen.get(path, 0) + 1
        if path == "/.well-known/openid-configuration":
            base = f"http://127.0.0.1:{self.server.server_port}"
            description = {
                "issuer": base, "authorization_endpoint": base + "/authorize", "token_endpoint": base + "/token",
                "jwks_uri": base + "/keys",
            }
            return self.answer(description | self.told.get("metadata", {}))
        if path == "/keys":
            return self.answer({"keys": [public(name) for name in self.told.get("published", ["first", "curve"])]})
        self.answer({}, 404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/prepare":
            Hostile.told = json.loads(body)
            return self.answer({})
        self.seen[self.path] = self.seen.get(self.path, 0) + 1
        Hostile.last = {"form": dict(urllib.parse.parse_qsl(body.decode())), "authorization": self.headers.get("Authorization", "")}
        if "refusal" in self.told:
            return self.answer({"error": self.told["refusal"]}, 400)
        alg, name = self.told.get("alg", "RS256"), self.told.get("key", "first")
        header = {"alg": alg, "typ": "JWT"}
        kid = self.told.get("kid", name)
        if kid:
            header["kid"] = kid
        signed = text(json.dumps(header).encode()) + "." + text(json.dumps(self.told.get("claims", {})).encode())
        token = signed + "." + text(signature(alg, name, signed.encode()))
        self.answer({"access_token": "x", "token_type": "Bearer", "id_token": self.told.get("token", token)})

    def answer(self, value, status=200):
        if self.path in self.told.get("slow", []):
            time.sleep(60)
        body = json.dumps(value).encode()
        if self.path in self.told.get("huge", []):
            body = body[:-1] + b" " * (4 << 20) + body[-1:]
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass


def server(kind):
    if kind == "hostile":
        return http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    # It is on loopback: there is no line that anybody could listen on.
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    logging.disable(logging.ERROR)
    with contextlib.redirect_stderr(io.StringIO()):  # its own warnings of what is old in what it uses
        import oidc_provider_mock
        import werkzeug.serving

    return werkzeug.serving.make_server("127.0.0.1", 0, oidc_provider_mock.app(), threaded=True)


def main():
    listening = server(sys.argv[1])
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    print(json.dumps({"port": listening.server_port}), flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
