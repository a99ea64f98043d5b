"""A platform on this machine that answers as it is told, and checks signatures by itself."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

WELL = {"errcode": 0, "errmsg": "ok", "code": 0, "msg": "success"}


@dataclass
class Platform:
    """``answer`` is (status, body as JSON or bytes, headers), or "cut" (the connection is closed
    after the request was read), or "nothing" (it stays open until ``let_go`` is set)."""

    base: str = ""
    answer: object = field(default_factory=lambda: (200, WELL, {}))
    asked: list = field(default_factory=list)  # (address, body)
    let_go: threading.Event = field(default_factory=threading.Event)


def _handler(platform):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            size = int(self.headers.get("Content-Length", 0))
            platform.asked.append((self.path, json.loads(self.rfile.read(size))))
            answer = platform.answer
            if answer == "nothing":
                platform.let_go.wait(20)
            if answer in ("cut", "nothing"):
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            status, body, headers = answer
            told = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(told)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *told):
            pass

    return Handler


@contextmanager
def running_platform():
    platform = Platform()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(platform))
    server.daemon_threads = True
    platform.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield platform
    finally:
        platform.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()


def feishu_accepts(body, secret):
    """Whether a body is signed as Feishu asks, worked out apart from the code."""
    made = hmac.new(f"{body['timestamp']}\n{secret}".encode(), digestmod=hashlib.sha256)
    return base64.b64decode(body["sign"]) == made.digest()


def dingtalk_accepts(path, secret):
    """The same for an address of DingTalk: the signature is quoted once and no more."""
    raw = dict(pair.split("=", 1) for pair in urlsplit(path).query.split("&"))
    made = hmac.new(secret.encode(), f"{raw['timestamp']}\n{secret}".encode(), hashlib.sha256)
    asked = parse_qs(urlsplit(path).query)
    return (
        base64.b64decode(unquote(raw["sign"])) == made.digest()
        and asked["sign"] == [base64.b64encode(made.digest()).decode()]
        and len(raw["timestamp"]) == 13
    )
