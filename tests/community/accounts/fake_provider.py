"""WeChat, Feishu and DingTalk as far as signing in needs them, on a port of their own.

It checks what the real ones check (client id, secret, one-time code) and answers in their shapes.
The page where one says yes is played by the test: ``grant`` gives what the browser brings back.
"""

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CLIENT, SECRET = "client-1", "secret-1"


class FakeProvider:
    def __init__(self) -> None:
        self.codes: dict[str, dict] = {}
        self.tokens: dict[str, dict] = {}
        self.asked: list[str] = []
        self.broken = False
        handler = type("Handler", (_Handler,), {"fake": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> "FakeProvider":
        self.thread.start()
        return self

    def __exit__(self, *exc) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def config(self) -> dict[str, str]:
        return {
            "client_id": CLIENT,
            "secret": SECRET,
            "authorize_base": self.origin,
            "api_base": self.origin,
        }

    def grant(self, authorize_url: str, person: dict) -> tuple[str, dict[str, str]]:
        """``person`` says yes on the page at ``authorize_url``: the path to come back to, and the
        query that the service adds."""
        parts = urlsplit(authorize_url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert f"{parts.scheme}://{parts.netloc}" == self.origin
        assert CLIENT in (asked.get("appid"), asked.get("app_id"), asked.get("client_id"))
        code = secrets.token_hex(8)
        self.codes[code] = person
        name = "authCode" if parts.path.startswith("/oauth2/") else "code"
        return urlsplit(asked["redirect_uri"]).path, {name: code, "state": asked["state"]}

    def spend(self, code: str) -> dict:
        """The token for a code, once."""
        person = self.codes.pop(code, None)
        if person is None:
            return {"errcode": 40029, "errmsg": "invalid code"}
        token = secrets.token_hex(8)
        self.tokens[token] = person
        return {"token": token, "person": person}

    def answer(self, path: str, query: dict, body: dict, headers) -> tuple[int, object]:
        self.asked.append(path)
        if self.broken:
            return 200, "<html>maintenance</html>"
        if path == "/sns/oauth2/access_token":
            ok = (body.get("appid"), body.get("secret")) == (CLIENT, SECRET)
            spent = self.spend(body.get("code", "")) if ok else {"errcode": 40125}
            if "token" not in spent:
                return 200, spent
            return 200, {
                "access_token": spent["token"],
                "openid": spent["person"]["openid"],
                "expires_in": 7200,
            }
        if path == "/sns/userinfo":
            person = self.tokens.get(query.get("access_token", ""))
            return 200, person or {"errcode": 40001}
        if path == "/open-apis/auth/v3/app_access_token/internal/":
            ok = (body.get("app_id"), body.get("app_secret")) == (CLIENT, SECRET)
            return 200, {"app_access_token": "app-token"} if ok else {"code": 10003}
        if path == "/open-apis/authen/v1/access_token":
            spent = self.spend(body.get("code", ""))
            return 200, {"data": {"access_token": spent["token"]}} if "token" in spent else spent
        if path == "/open-apis/authen/v1/user_info":
            person = self.tokens.get(headers.get("Authorization", "").removeprefix("Bearer "))
            return 200, {"code": 0, "data": person} if person else {"code": 20005}
        if path == "/v1.0/oauth2/userAccessToken":
            ok = (body.get("clientId"), body.get("clientSecret")) == (CLIENT, SECRET)
            spent = self.spend(body.get("code", "")) if ok else {}
            if "token" not in spent:
                return 400, {"code": "invalidCode"}
            return 200, {"accessToken": spent["token"], "refreshToken": "r", "expireIn": 7200}
        if path == "/v1.0/contact/users/me":
            person = self.tokens.get(headers.get("x-acs-dingtalk-access-token", ""))
            return (200, person) if person else (403, {"code": "Forbidden"})
        return 404, {}


class _Handler(BaseHTTPRequestHandler):
    fake: FakeProvider

    def do_GET(self) -> None:
        self._reply({})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        try:
            body = json.loads(raw)
        except ValueError:
            body = {name: values[0] for name, values in parse_qs(raw).items()}
        self._reply(body)

    def _reply(self, body: dict) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        status, said = self.fake.answer(parts.path, query, body, self.headers)
        text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        self.send_response(status)
        # As WeChat does it: UTF-8 without saying so.
        kind = "text/plain" if parts.path.startswith("/sns/") else "application/json"
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args) -> None:
        pass
