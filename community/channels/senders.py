"""The accounts that mail leaves by, as the settings name them."""

from dataclasses import dataclass
from urllib.parse import unquote

from django.conf import settings

from community.channels.mime import ascii_address, sender

PORTS = {"smtp+ssl": 465, "smtp+tls": 587, "smtp": 2525}


@dataclass(frozen=True)
class Sender:
    """One account: mail from ``address`` goes through ``host``. A limit of 0 is none.

    ``scheme`` is ``smtp+ssl`` (encrypted from the start), ``smtp+tls`` (STARTTLS), ``smtp`` (a relay
    on this machine) or ``mailbox`` (files). ``setting`` is where it stands, for whoever must
    correct it.
    """

    address: str
    name: str
    scheme: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    per_hour: int = 0
    per_day: int = 0
    setting: str = "EMAIL_URL"

    def __repr__(self) -> str:  # in logs and tracebacks: without the password
        return f"<Sender {self.address} by {self.scheme}://{self.host}:{self.port}>"


def all_senders() -> list[Sender]:
    """Those of EMAIL_SENDERS_FILE in its order, or the one of EMAIL_URL. Never empty."""
    name, address = sender()
    if settings.EMAIL_SENDERS:
        return [
            Sender(
                **{"name": name, "setting": "EMAIL_SENDERS_FILE"}
                | told
                | {"address": ascii_address(told["address"])}
            )
            for told in settings.EMAIL_SENDERS
        ]
    url = settings.EMAIL_URL
    return [
        Sender(
            address=address,
            name=name,
            scheme=url.scheme,
            host=url.hostname or "",
            port=url.port or PORTS.get(url.scheme, 0),
            user=unquote(url.username or ""),
            password=settings.EMAIL_PASSWORD or unquote(url.password or ""),
            per_hour=settings.EMAIL_PER_HOUR,
            per_day=settings.EMAIL_PER_DAY,
        )
    ]
