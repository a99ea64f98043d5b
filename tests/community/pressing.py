"""Pressing the button of a form as a browser does."""

import re

from django.http import HttpResponse


def token_in(response: HttpResponse) -> str:
    """The token that the page's form carries against a second press."""
    return re.search(r'name="form_token" value="([^"]+)"', response.content.decode())[1]
