"""Is a part of the production site well? Exit status 0 or 1, and a sentence when it is not.

    python scripts/healthcheck.py web HOST:PORT      the process answers (no database is asked)
    python scripts/healthcheck.py ready HOST:PORT    it can serve: database, broker, last look
    python scripts/healthcheck.py broker             the broker of CELERY_BROKER_URL answers

The look is what beat and worker bring about together; "ready" is therefore their check as well.
"""

import http.client
import os
import socket
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

SECONDS = 4


def ask(path: str, address: str) -> str:
    """GET ``path``; nothing when it is 200, else what is wrong."""
    host = urlsplit(os.environ.get("BASE_URL", "")).hostname or "localhost"
    connection = http.client.HTTPConnection(address, timeout=SECONDS)
    try:
        # As the proxy would ask: with the site's own name.
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        body = answer.read(500).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"{address} does not answer: {error}"
    finally:
        connection.close()
    return "" if answer.status == 200 else f"{address}{path} says {answer.status}: {body}"


def ping_broker() -> str:
    """PING the broker; nothing when it answers, else what is wrong (never its password)."""
    url = os.environ.get("CELERY_BROKER_URL", "")
    if file := os.environ.get("CELERY_BROKER_URL_FILE", ""):
        url = Path(file).read_text(encoding="utf-8").strip()
    parts = urlsplit(url)
    where = f"{parts.hostname}:{parts.port or 6379}"
    try:
        address = (parts.hostname or "localhost", parts.port or 6379)
        with socket.create_connection(address, timeout=SECONDS) as connection:
            if parts.password:
                connection.sendall(f"AUTH {unquote(parts.password)}\r\n".encode())
                if not connection.recv(200).startswith(b"+OK"):
                    return f"the broker at {where} refuses the password"
            connection.sendall(b"PING\r\n")
            said = connection.recv(200)
    except OSError as error:
        return f"the broker at {where} does not answer: {error}"
    return "" if said.startswith(b"+PONG") else f"the broker at {where} says {said!r}"


def main(words: list[str]) -> int:
    """Run the check that the first word names."""
    match words:
        case ["web", address]:
            trouble = ask("/healthz/", address)
        case ["ready", address]:
            trouble = ask("/readyz/", address)
        case ["broker"]:
            trouble = ping_broker()
        case _:
            trouble = __doc__ or ""
    if trouble:
        print(trouble)
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
