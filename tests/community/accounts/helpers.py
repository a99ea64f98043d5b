"""Coming in by the pages, as a browser does it."""

import re

from django.test import Client

from community.models import SignInCode
from tests.community.delivery.helpers import delivered


def ask_for_code(client: Client, address: str, **said):
    """Post the form; the response leads to the page for the code."""
    return client.post("/login/", {"email": address, **said})


def newest_code(address: str) -> str:
    """The digits in the newest mail to ``address`` that has any; a notice may have left after it."""
    mails = [mail for mail in delivered() if address.lower() in mail["To"]]
    texts = [mail.get_body(("plain",)).get_content() for mail in mails]
    return [found[0] for text in texts if (found := re.search(r"(?<!\d)\d{6}(?!\d)", text))][-1]


def type_code(client: Client, code: str):
    return client.post("/login/code/", {"code": code})


def come_in(client: Client, address: str, **said):
    """Both pages; the response to the code."""
    ask_for_code(client, address, **said)
    return type_code(client, newest_code(address))


def wrong(code: str) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def rows() -> int:
    return SignInCode.objects.count()
