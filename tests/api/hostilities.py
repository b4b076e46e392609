"""Hostile requests at a server: each is answered with 4xx in time, and health goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import hostile
from hostile import Answer, Sender, Watch, head
from serving import Server

JSON = "Content-Type: application/json"
FORM = "Content-Type: application/x-www-form-urlencoded"
PARTS = "Content-Type: multipart/form-data; boundary=b"
SIGN_IN = "/api/v1/session"
PART = b'--b\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n\r\n'

WITHIN = 10.0
"""Seconds until an answer; a test on a busy machine allows more."""


def whole(method: str, path: str, *lines: str, body: bytes, token: str = "") -> Iterator[bytes]:
    """A request with the length that its body has, and after which nothing more comes."""
    length, last = f"Content-Length: {len(body)}", "Connection: close"
    return hostile.once(head(method, path, *lines, length, last, token=token), body)


def kinds(running: Server) -> dict[str, Callable[[], Iterator[bytes]]]:
    """Each kind of hostile request by name; each call makes one."""
    admin = running.tokens["admin"]
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    deep = b"[" * 500_000
    zeros = b'{"%s": [%s0]}' % (b"a" * 32_000, b"0," * 15_000)
    twice = b'{%s"z": 0, "z": 0}' % b"".join(b'"%x": 0,' % n for n in range(6000))
    fields = b"&".join(b"name%d=x" % n for n in range(20_000))
    parts = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % n for n in range(20_000)
    )
    upload = [PARTS, "Content-Length: 50000000"]
    start = PART % b"enterprises.csv" + b"id,name\r\n"
    return {
        "head that never ends": lambda: hostile.once(b"GET / HTTP/1.1\r\nHost: x\r\n"),
        "head drop by drop": lambda: hostile.slowly(b"GET / HTTP/1.1\r\n", b"X-A: b\r\n", 0.5),
        "head in one line, drop by drop": lambda: hostile.slowly(b"GET /", b"a", 0.5),
        "huge headers": lambda: hostile.once(head("GET", "/", f"X: {'x' * 200_000}")),
        "a thousand headers": lambda: hostile.once(
            head("GET", "/", *(f"X-{n}: {'y' * 60}" for n in range(1000)))
        ),
        "a huge address": lambda: hostile.once(head("GET", "/" + "a" * 100_000)),
        "no http at all": lambda: hostile.once(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\r\n\r\n"),
        "upload by nobody": lambda: hostile.once(head("POST", "/api/v1/imports", *upload), start),
        "half-open upload": lambda: hostile.once(
            head("POST", "/api/v1/imports", *upload, token=admin), start
        ),
        "upload drop by drop": lambda: hostile.slowly(
            head("POST", "/api/v1/imports", *upload, token=admin) + start, b"x", 0.2
        ),
        "body drop by drop": lambda: hostile.slowly(
            head("POST", SIGN_IN, JSON, "Content-Length: 1000"), b" ", 0.2
        ),
        "length too large": lambda: hostile.once(
            head("POST", SIGN_IN, JSON, "Content-Length: 100"), b"{}"
        ),
        "length too small": lambda: hostile.once(
            head("POST", SIGN_IN, JSON, "Content-Length: 1"), b'{"name": "x", "password": "y"}'
        ),
        "length that is none": lambda: hostile.once(
            head("POST", SIGN_IN, JSON, "Content-Length: -1"), b"{}"
        ),
        "two lengths": lambda: hostile.once(
            head("POST", SIGN_IN, JSON, "Content-Length: 2", "Content-Length: 3"), b"{}"
        ),
        "length and chunks that disagree": lambda: hostile.once(
            head("POST", SIGN_IN, JSON, "Content-Length: 2", "Transfer-Encoding: chunked"),
            b"zz\r\n{}\r\n0\r\n\r\n",
        ),
        "announced too large": lambda: hostile.once(
            head("POST", "/api/v1/resources", JSON, "Content-Length: 999999999999", token=admin)
        ),
        "chunks for ever": lambda: hostile.forever(
            head("POST", "/api/v1/resources", JSON, "Transfer-Encoding: chunked", token=admin),
            chunk,
        ),
        "chunks for ever by nobody": lambda: hostile.forever(
            head("POST", SIGN_IN, JSON, "Transfer-Encoding: chunked"), chunk
        ),
        "chunks of one byte, slowly": lambda: hostile.slowly(
            head("POST", SIGN_IN, JSON, "Transfer-Encoding: chunked"), b"1\r\n \r\n", 0.2
        ),
        "a chunk that is none": lambda: hostile.once(
            head("POST", SIGN_IN, JSON, "Transfer-Encoding: chunked"), b"nonsense\r\n\r\n"
        ),
        "packed body": lambda: whole(
            "POST", "/api/v1/resources", JSON, "Content-Encoding: gzip",
            body=b"\x1f\x8b\x08" + b"\0" * 2000, token=admin,
        ),
        "deep lists": lambda: whole("POST", "/api/v1/resources", JSON, body=deep, token=admin),
        "deep lists in a row": lambda: whole(
            "POST", "/api/v1/resources", JSON, token=admin,
            body=b'{"id": ' + b"[" * 900 + b"]" * 900 + b"}",
        ),
        "a long name around many values": lambda: whole("POST", SIGN_IN, JSON, body=zeros),
        "many names, the last one twice": lambda: whole("POST", SIGN_IN, JSON, body=twice),
        "more values than anybody needs": lambda: whole(
            "POST", "/api/v1/prices", JSON, body=b"[" + b"0," * 500_000 + b"0]", token=admin
        ),
        "many wrong values": lambda: whole(
            "POST", "/api/v1/placements", JSON, token=admin,
            body=b'{"arrivals": [' + b"0," * 90_000 + b"0]}",
        ),
        "a huge number": lambda: whole(
            "POST", "/api/v1/resources", JSON, body=b"1" * 900_000, token=admin
        ),
        "text that is no text": lambda: whole(
            "POST", SIGN_IN, JSON, body=b'{"name": "\xff\xfe", "password": "\\ud800"}'
        ),
        "20,000 fields by nobody": lambda: whole("POST", "/sign-in", FORM, body=fields),
        "20,000 fields": lambda: whole("POST", "/sign-in", FORM, body=fields, token=admin),
        "20,000 short fields": lambda: whole("POST", "/sign-in", FORM, body=b"a&" * 20_000),
        "20,000 fields for files": lambda: whole(
            "POST", "/api/v1/imports", FORM, body=fields, token=admin
        ),
        "20,000 parts": lambda: whole(
            "POST", "/api/v1/imports", PARTS, body=parts + b"--b--\r\n", token=admin
        ),
        "a part with a huge head": lambda: whole(
            "POST", "/api/v1/imports", PARTS, token=admin,
            body=PART % (b"x" * 900_000) + b"y\r\n--b--\r\n",
        ),
        "bomb in a workbook": lambda: whole(
            "POST", "/api/v1/imports", PARTS, "Prefer: wait=30", token=admin,
            body=PART % b"enterprises.xlsx" + hostile.bomb_workbook() + b"\r\n--b--\r\n",
        ),
    }  # fmt: skip


SLOW = ("drop by drop", "never ends", "half-open", "slowly", "too large", "too small",
        "for ever")  # fmt: skip
"""Words of the kinds that are answered only when their time is over, or that go on and on."""


def shown_to_be_refused(running: Server) -> tuple[dict[str, Answer], Watch]:
    """Send one of each kind: the slow ones at once, the others meanwhile one after the other."""
    makers = kinds(running)
    slow = [name for name in makers if any(word in name for word in SLOW)]
    with hostile.watched(running) as watch:
        senders = {name: Sender(running, makers[name]()) for name in slow}
        answers = {
            name: Sender(running, make()).result()
            for name, make in makers.items()
            if name not in senders
        }
        answers |= {name: sender.result() for name, sender in senders.items()}
    return answers, watch


def flood(running: Server, kind: str, count: int) -> tuple[list[Answer], Watch]:
    """Send many of one kind at the same time."""
    make = kinds(running)[kind]
    with hostile.watched(running) as watch:
        senders = [Sender(running, make()) for _ in range(count)]
        answers = [sender.result() for sender in senders]
    return answers, watch


def amiss(answer: Answer) -> str:
    """What is not as it should be in a refusal; empty where it is a 4xx that says why."""
    top, _, body = answer.text.partition("\r\n\r\n")
    lines = top.lower()
    if not 400 <= answer.status < 500:
        return f"status {answer.status}: {answer.text[:300]}"
    if "nosniff" not in lines or "\nserver:" in lines:
        return f"headers: {top}"
    if "content-type: text/html" in lines:
        return "" if "<html" in body else f"no page: {body[:300]}"
    if "content-type: application/problem+json" not in lines:
        return f"type: {top}"
    told = json.JSONDecoder().raw_decode(body)[0]
    return "" if {"zh", "en"} <= set(told["message"]) else f"message: {told}"
