"""Second factors: their secrets are sealed, and the last way in stays."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.models import Member
from community.services import members
from community.services.claims import qr_svg
from community.services.field_keys import MFA_PLACE
from community.trust import crypto


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right. Look again, or wait for the next one."),
        "cannot_delete_authenticator": _(
            "This is your last way to sign in. Add an e-mail address or another passkey first."
        ),
    }

    def encrypt(self, text: str) -> str:
        return crypto.seal(text, **MFA_PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(encrypted_text, **MFA_PLACE)

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)

    def _get_user_identifier(self, user: Member) -> str:
        return user.email or user.handle

    def build_totp_svg(self, url: str) -> str:
        return qr_svg(url)

    def generate_authenticator_name(self, user: Member, type: Any) -> str:
        n = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(n)d") % {"n": n}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        ways = members.ways_in(authenticator.user)
        return bool(ways - {f"passkey:{authenticator.pk}"})
