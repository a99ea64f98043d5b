"""Coming in, going out, one's own settings, and the documents one agrees to."""

from allauth.mfa.models import Authenticator

from community.models import Member
from community.services import claims, spaces
from tests.factories import MemberFactory
from tests.matrix.routes import Route
from tests.matrix.world import World

OWN = "The key of a passkey is looked up among one's own only."


def add_to(world: World) -> dict[str, object]:
    """Two members without an address of their own, one in each space; a link for the first; and
    a passkey of the stranger's."""
    waiting = [
        MemberFactory(handle=name, email=None, state="unclaimed") for name in ("wait", "far")
    ]
    for space, member in zip((world.home, world.away), waiting, strict=True):
        spaces.join(space=space, member=member)
    _link, address = claims.issue(member=waiting[0], by=world.people["owner"])
    key = Authenticator.objects.create(
        user=world.stranger, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"}
    )
    return {
        "waiting": waiting[0],
        "waiting_far": waiting[1],
        "claim_token": address.rstrip("/").rsplit("/", 1)[-1],
        "strangers_key": key,
    }


def strangers_email(world: World) -> dict[str, str]:
    return {"email": Member.objects.get(pk=world.stranger.pk).email}


def own_settings(world: World) -> dict[str, str]:
    return {
        "display_name": "New name",
        "handle": "a_new_handle",
        "locale": "en",
        "timezone": "Asia/Shanghai",
        "theme": "dark",
    }


ROUTES = [
    Route(
        "community:login",
        data=lambda w: {"email": "somebody.new@example.org"},
        get="guests: 200; signed_in: 302",
        post="guests: 302 +outboxmessage +signincode; signed_in: 302",
    ),
    Route(
        "community:join",
        data=lambda w: {"email": "somebody.new@example.org"},
        get="guests: 200; signed_in: 302",
        post="guests: 302 +outboxmessage +signincode; signed_in: 302",
    ),
    Route(
        "community:join_agree",
        get="all: 302",
        post="all: 302",
    ),
    Route(
        "community:login_code",
        get="all: 302",
        post="all: 302",
    ),
    Route(
        "community:login_code_again",
        get="all: 405",
        post="all: 302",
    ),
    Route(
        "community:login_password",
        data=lambda w: {"email": "a@example.org", "password": "x"},
        get="guests: 200; signed_in: 302",
        post="guests: 422; signed_in: 302",
    ),
    Route(
        "community:logout",
        get="guests: 302; signed_in: 200",
        post="all: 302",
    ),
    Route(
        "community:claim",
        at={"token": "claim_token"},
        foreign="Whoever holds the link is the person it is for.",
        data=lambda w: {"agree": "on"},
        get="all: 200",
        post=(
            "guests: 302 +auditevent +consent claimlink.used_at member.last_login,locale,state; "
            "signed_in: 409"
        ),
    ),
    Route(
        "community:claim_issue",
        at={"space": "home.slug", "handle": "waiting.handle"},
        foreign={"space": "away.slug", "handle": "waiting_far.handle"},
        get="guests: login; insiders: 403; outsiders: 404; managers: 200; assistant: 200",
        post=(
            "guests: login; insiders: 403; outsiders: 404; "
            "managers: 200 +auditevent +claimlink claimlink.revoked_at; "
            "assistant: 200 +auditevent +claimlink claimlink.revoked_at"
        ),
    ),
    Route(
        "community:me",
        data=own_settings,
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 302 member.display_name,handle,theme",
    ),
    Route(
        "community:me_privacy",
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:consent_give",
        data=lambda w: {"document": "rules"},
        get="guests: login; signed_in: 405",
        post="guests: login; signed_in: 302 +consent",
    ),
    Route(
        "community:consent_withdraw",
        data=lambda w: {"document": "rules"},
        get="guests: login; signed_in: 405",
        post="guests: login; signed_in: 302",
    ),
    Route(
        "community:security",
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:session_end",
        data=lambda w: {"id": "others"},
        get="guests: login; signed_in: 405",
        post="guests: login; signed_in: 302",
    ),
    Route(
        "community:disconnect",
        data=lambda w: {"id": "1"},
        get="guests: login; signed_in: 405",
        post="guests: login; signed_in: 302",
    ),
    Route(
        "community:password",
        data=lambda w: {"password": "a calm long phrase of words"},
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 302 +auditevent +outboxmessage member.password",
    ),
    Route(
        "community:email",
        data=strangers_email,
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 302 +outboxmessage +signincode",
    ),
    Route(
        "community:email_code",
        get="guests: login; signed_in: 302",
        post="guests: login; signed_in: 302",
    ),
    Route(
        "community:confirm",
        get="guests: login; signed_in: 302",
        post="guests: login; signed_in: 302",
    ),
    Route(
        "community:second_step",
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:rules",
        get="all: 200",
        post="all: 405",
    ),
    Route(
        "community:privacy",
        get="all: 200",
        post="all: 405",
    ),
    Route(
        "set_language",
        data=lambda w: {"language": "zh-hans"},
        get="all: 200",
        post="guests: 302; signed_in: 302 member.locale",
    ),
    # The pages of django-allauth that are in use, under /account/.
    Route(
        "account_login",
        get="all: 302",
        post="all: 302",
    ),
    Route(
        "account_signup",
        get="all: 302",
        post="all: 302",
    ),
    Route(
        "account_reauthenticate",
        get="all: 302",
        post="all: 302",
    ),
    Route(
        "mfa_index",
        get="all: 302",
        post="all: 302",
    ),
    Route(
        "mfa_authenticate",
        get="all: 302",
        post="all: 302",
    ),
    Route(
        "mfa_reauthenticate",
        get="guests: login; signed_in: 302",
        post="guests: login; signed_in: 302",
    ),
    Route(
        "mfa_activate_totp",
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 422",
    ),
    Route(
        "mfa_deactivate_totp",
        get="guests: login; signed_in: 404",
        post="guests: login; signed_in: 404",
    ),
    Route(
        "mfa_view_recovery_codes",
        get="guests: login; signed_in: 404",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "mfa_generate_recovery_codes",
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 200",
    ),
    Route(
        "mfa_download_recovery_codes",
        get="guests: login; signed_in: 404",
        post="guests: login; signed_in: 404",
    ),
    Route(
        "mfa_list_webauthn",
        get="all: 302",
        post="all: 302",
    ),
    Route(
        "mfa_add_webauthn",
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 422",
    ),
    Route(
        "mfa_reauthenticate_webauthn",
        get="guests: login; signed_in: 302",
        post="guests: login; signed_in: 302",
    ),
    Route(
        "mfa_edit_webauthn",
        at={"pk": "strangers_key.pk"},
        foreign=OWN,
        get="guests: login; signed_in: 404",
        post="guests: login; signed_in: 404",
    ),
    Route(
        "mfa_remove_webauthn",
        at={"pk": "strangers_key.pk"},
        foreign=OWN,
        get="guests: login; signed_in: 404",
        post="guests: login; signed_in: 404",
    ),
    Route(
        "mfa_login_webauthn",
        get="all: 302",
        post="all: 302",
    ),
    Route(
        "socialaccount_connections",
        get="all: 302",
        post="all: 302",
    ),
    Route(
        "socialaccount_signup",
        get="all: 302",
        post="all: 302",
    ),
    Route(
        "socialaccount_login_cancelled",
        get="all: 200",
        post="all: 405",
    ),
    Route(
        "socialaccount_login_error",
        get="all: 401",
        post="all: 405",
    ),
    *(
        Route(f"{provider}_{step}", get="all: 404", post="all: 404")  # none is configured
        for provider in ("weixin", "feishu", "dingtalk")
        for step in ("login", "callback")
    ),
]
