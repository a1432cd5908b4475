#!/usr/bin/env python3
"""SMTP servers for tests: aiosmtpd, which keeps what it receives and tells how Python's own parser reads it.

    mailsink.py FOLDER [PORT]

Three servers on loopback: `plain` (on PORT when given), `starttls`, which lets nobody in without TLS and a password, and
`smtps`, the same with TLS from the first byte. Writes one line of JSON once all listen and ends when its input does, with the folder.

Each message is kept as FOLDER/N.eml with what was said of it in FOLDER/N.json, both under their names only when whole.
The words of an address decide what the server does: `refuse-550@…` is answered so when it is named (as sender or
recipient), `content-452@…` when the content is there; `silent@…` and `held@…` never get an answer to these two.
FOLDER/N.begun appears when the Nth content begins to arrive, FOLDER/N.ended when the Nth connection has ended. Content
for `slow@…` is not read before there is FOLDER/go.
"""

import asyncio
import base64
import datetime
import email
import email.policy
import ipaddress
import itertools
import json
import os
import pathlib
import re
import shutil
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

USER, PASSWORD = "keeper@garden.example", "s3cret/with:odd@letters%"
SIZE_LIMIT = 24 << 20
numbers, beginnings, endings = itertools.count(1), itertools.count(1), itertools.count(1)


def make_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    return context, pem


def read_part(part):
    return {
        "type": part.get_content_type(),
        "charset": part.get_content_charset(),
        "encoding": str(part.get("Content-Transfer-Encoding", "")),
        "disposition": part.get_content_disposition(),
        "name": part.get_filename(),
        "id": part.get("Content-ID"),
        "content": base64.b64encode(part.get_payload(decode=True) or b"").decode(),
    }


def structure(part):
    inner = ", ".join(structure(each) for each in part.iter_parts()) if part.is_multipart() else ""
    return part.get_content_type() + (f"({inner})" if inner else "")


def read(content):
    """The message as Python understands it."""
    # Read from bytes, header fields in UTF-8 (RFC 6532) would become surrogates.
    message = email.message_from_string(content.decode(), policy=email.policy.default)
    addresses = {
        name: [[each.display_name, each.addr_spec] for each in message[name].addresses]
        for name in ("From", "To", "Reply-To") if name in message
    }
    return {
        "headers": [[name, str(value)] for name, value in message.items()],
        "addresses": addresses,
        "structure": structure(message),
        "parts": [read_part(part) for part in message.walk() if not part.is_multipart()],
        "defects": [
            f"{type(defect).__name__}: {defect}"
            for part in message.walk()
            for defect in [*part.defects, *(d for value in part.values() for d in value.defects)]
        ],
    }


class Server(SMTP):
    """Shows how far it is."""

    @property
    def folder(self):
        return self.event_handler.folder

    async def smtp_DATA(self, arg):
        if any(address.startswith("slow@") for address in self.envelope.rcpt_tos):
            self.transport.pause_reading()
            self.loop.create_task(self.read_later())
        (self.folder / f"{next(beginnings)}.begun").touch()
        await super().smtp_DATA(arg)

    async def read_later(self):
        transport = self.transport
        while not (self.folder / "go").exists():
            await asyncio.sleep(0.02)
        transport.resume_reading()

    def connection_lost(self, error):
        super().connection_lost(error)
        (self.folder / f"{next(endings)}.ended").touch()


class Handler:
    def __init__(self, folder):
        self.folder = folder

    async def answer(self, place, address):
        if address.startswith("silent@" if place == "refuse" else "held@"):
            await asyncio.sleep(3_600)
        found = re.match(rf"{place}-(\d)(\d\d)@", address)
        if found:
            return f"{found[1]}{found[2]} {found[1]}.1.1 the test wants {address} refused"

    async def handle_MAIL(self, server, session, envelope, address, options):
        refusal = await self.answer("refuse", address)
        if refusal:
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = await self.answer("refuse", address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            refusal = await self.answer("content", address)
            if refusal:
                return refusal
        number = next(numbers)
        content = envelope.original_content
        lines = content.split(b"\r\n")
        told = {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "options": envelope.mail_options,
            "greeting": session.host_name,
            "isSecure": server.transport.get_extra_info("sslcontext") is not None,
            "isSignedIn": bool(session.authenticated),
            "longestLine": max(len(line) for line in lines),
            "isASCII": content.isascii(),
            "hasBareLineEnds": any(b"\n" in line or b"\r" in line for line in lines),
            **read(content),
        }
        self.keep(f"{number}.eml", content)
        self.keep(f"{number}.json", json.dumps(told).encode())
        return "250 2.0.0 kept"

    def keep(self, name, content):
        part = self.folder / f".{name}"
        part.write_bytes(content)
        part.rename(self.folder / name)


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == USER.encode() and data.password == PASSWORD.encode()
    if data.login == b"busy":
        return AuthResult(success=False, handled=False, message="454 4.7.0 ask again later")
    return AuthResult(success=good, handled=False)


async def serve(folder, port):
    loop = asyncio.get_running_loop()
    context, certificate = make_certificate(folder)
    handler = Handler(folder)
    common = dict(data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, hostname="sink.example", loop=loop)
    guarded = dict(common, authenticator=authenticate, auth_required=True)
    plain = await loop.create_server(lambda: Server(handler, **common), "127.0.0.1", port)
    starttls = await loop.create_server(
        lambda: Server(handler, tls_context=context, require_starttls=True, **guarded), "127.0.0.1", 0
    )
    # It does not know of the TLS around it.
    smtps = await loop.create_server(
        lambda: Server(handler, auth_require_tls=False, **guarded), "127.0.0.1", 0, ssl=context
    )
    ports = {
        name: server.sockets[0].getsockname()[1]
        for name, server in (("plain", plain), ("starttls", starttls), ("smtps", smtps))
    }
    ready = {**ports, "user": USER, "password": PASSWORD, "authority": str(certificate), "sizeLimit": SIZE_LIMIT}
    print(json.dumps(ready), flush=True)
    await asyncio.Event().wait()


def end_with_input():
    sys.stdin.read()
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    asyncio.run(serve(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
