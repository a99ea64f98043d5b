"""Passwords that many have: beside Django's English list, a rule for what they are made of."""

import unicodedata
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What the passwords found in leaks are made of, above all in Chinese ones: names of love, numbers
# that sound like a sentence, rows of the keyboard, years, and the word itself.
_PIECES = (
    "woaini woaiwo woaiziji aini wo ai ni laopo laogong baobei qinaide mima wodemima zhanghao "
    "woshi nihao zhongguo beijing shanghai shenzhen guangzhou yunnan dali china "
    "iloveyou love you password passwd pass word secret welcome letmein admin administrator root "
    "login user test demo guest master dragon monkey sunshine princess football shadow superman "
    "qwertyuiop qwerty asdfghjkl asdfgh zxcvbnm qazwsxedc qazwsx 1qaz2wsx3edc 1qaz2wsx 1q2w3e4r "
    "qwer asdf zxcv abcd abc aa qq ww weixin wechat taobao alipay shalijin gold jin sha li "
    "1234567890 123456789 12345678 1234567 123456 12345 1234 123 987654321 87654321 654321 321 "
    "0123456789 5201314 1314520 520 1314 521 7758521 147258369 147258 258369 159357 110 119 "
    "888888 666666 168 88 66 00 11 22 33 44 55 77 99 12 10 01 "
    "2019 2020 2021 2022 2023 2024 2025 2026 2027 1980 1985 1988 1990 1995 1998 2000 2008"
)
FAMILIAR = _PIECES.split()
DISGUISE = str.maketrans("@$!0135", "asioles")
FEWEST_CHARACTERS = 5
OTHER_CHARACTERS_NEEDED = 6


class FamiliarPasswordValidator:
    """Refuses a password that is made of pieces everybody knows ("woaini5201314", "Password2025!"),
    or of very few different characters ("abababababab")."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError in words. No query; the work is bounded by the length."""
        folded = unicodedata.normalize("NFKC", password).lower()
        if len(set(folded)) < FEWEST_CHARACTERS:
            raise ValidationError(
                _("This password uses too few different characters."),
                code="password_too_monotonous",
            )
        if _strange(folded) < OTHER_CHARACTERS_NEEDED:
            raise ValidationError(
                _(
                    "Many people have a password like this one. Put together a few words "
                    "that have nothing to do with each other."
                ),
                code="password_too_familiar",
            )

    def get_help_text(self) -> str:
        return _("Three or four words that do not belong together are good and easy to keep.")


def _strange(text: str) -> int:
    """How many characters no familiar piece covers, in the reading that covers most. A piece counts
    in its disguise too ("p@ssw0rd"); signs and blanks between pieces count for nothing."""
    # What is familiar stands in front; a long text would only make the search long.
    text = text[:128]
    undisguised = text.translate(DISGUISE)

    @cache
    def fewest_from(start: int) -> int:
        if start >= len(text):
            return 0
        best = (1 if text[start].isalnum() else 0) + fewest_from(start + 1)
        for piece in FAMILIAR:
            if text.startswith(piece, start) or undisguised.startswith(piece, start):
                best = min(best, fewest_from(start + len(piece)))
        return best

    return fewest_from(0)
