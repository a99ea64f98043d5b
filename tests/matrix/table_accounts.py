"""Coming in, going out, one's own account, and claim links.

Everybody in this world has just shown who she is; what happens to those who have not stands in
tests/community/accounts.
"""

from django.core.cache import cache

from community.services import claims, spaces
from tests.factories import MemberFactory
from tests.matrix.routes import Route
from tests.matrix.world import World

OWN = "Only her own passkeys can be named; every other id is 404."


def add_to(world: World) -> dict[str, object]:
    """Somebody in each space whose account waits to be claimed, and a link for one of them."""
    cache.clear()
    waiting = MemberFactory(handle="waiting", email=None, state="unclaimed")
    away_waiting = MemberFactory(handle="away_waiting", email=None, state="unclaimed")
    spaces.join(space=world.home, member=waiting)
    spaces.join(space=world.away, member=away_waiting)
    _link, address = claims.issue(member=waiting, by=world.people["owner"])
    return {
        "waiting": waiting,
        "away_waiting": away_waiting,
        "token": address.rstrip("/").rsplit("/", 1)[-1],
        "passkey": 4711,
    }


def some_address(world: World) -> dict[str, str]:
    return {"email": "somebody@new.example", "agree": "on"}


def agreed(world: World) -> dict[str, str]:
    return {"agree": "on"}


def both(world: World) -> dict[str, list[str]]:
    return {"document": ["rules", "privacy"]}


def my_settings(world: World) -> dict[str, str]:
    return {
        "display_name": "Somebody",
        "handle": "somebody_new",
        "locale": "en",
        "timezone": "Europe/Lisbon",
        "theme": "dark",
    }


CLAIM_ISSUE = {"space": "home.slug", "handle": "waiting.handle"}
AWAY_CLAIM_ISSUE = {"space": "away.slug", "handle": "away_waiting.handle"}

DESK = "guests: login; signed_in: 403; operator: "


def a_reason(world: World) -> dict[str, str]:
    return {"reason": "A test."}


ROUTES = [
    Route("community:account_list", get=f"{DESK}200", post="guests: login; signed_in: 405"),
    Route(
        "community:account_detail",
        at={"handle": "neighbour.handle"},
        foreign="The operator's desk is above the spaces.",
        data=a_reason,
        get=f"{DESK}200",
        post=f"{DESK}302 +auditevent member.state",
    ),
    Route(
        "community:account_delete",
        at={"handle": "neighbour.handle"},
        foreign="The operator's desk is above the spaces.",
        data=a_reason,
        get=f"{DESK}200",
        post=(
            "guests: login; signed_in: 403; operator: 302 +auditevent -article -articleversion "
            "-checkin -contactnote -contactpreference -flag -greeting -helprequest -inboxitem "
            "-introduction -introductiontag -introductionversion -praise -staffnote -upload "
            "member.display_name,email,handle,locale,password,state "
            "membership.left_at,state roommembership.until"
        ),
    ),
    Route(
        "community:login",
        data=some_address,
        get="guests: 200; signed_in: 302",
        post="guests: 302 +outboxmessage +signincode; signed_in: 302",
    ),
    Route(
        "community:join",
        data=some_address,
        get="guests: 200; signed_in: 302",
        post="guests: 302 +outboxmessage +signincode; signed_in: 302",
    ),
    Route(
        "community:claim",
        at={"token": "token"},
        foreign="The token is the permission.",
        data=agreed,
        get="all: 200",
        post="guests: 302 +auditevent +consent claimlink.used_at member.last_login,locale,state; signed_in: 409",
    ),
    Route(
        "community:claim_issue",
        at=CLAIM_ISSUE,
        foreign=AWAY_CLAIM_ISSUE,
        get="guests: login; insiders: 403; outsiders: 404; managers: 200; assistant: 200",
        post="guests: login; insiders: 403; outsiders: 404; managers: 200 +auditevent +claimlink claimlink.revoked_at; assistant: 200 +auditevent +claimlink claimlink.revoked_at",
    ),
    Route(
        "community:me",
        data=my_settings,
        get="guests: login; signed_in: 200",
        post=(
            "guests: login; signed_in: 302 member.display_name,handle,theme,timezone; "
            # She has settings of her own: her digest keeps its hour on the new clock.
            "member: 302 member.display_name,handle,theme,timezone "
            "notificationsettings.changed_at,next_digest_at"
        ),
    ),
    Route(
        "community:consent_give",
        data=both,
        get="guests: login; signed_in: 405",
        post="guests: login; signed_in: 302 +consent",
    ),
    Route("set_language", data=lambda world: {"language": "en"}, get="all: 200", post="all: 302"),
    Route(
        "mfa_edit_webauthn",
        at={"pk": "passkey"},
        foreign=OWN,
        get="guests: login; signed_in: 404",
        post="guests: login; signed_in: 404",
    ),
    Route(
        "mfa_remove_webauthn",
        at={"pk": "passkey"},
        foreign=OWN,
        get="guests: login; signed_in: 404",
        post="guests: login; signed_in: 404",
    ),
    Route("community:join_agree", get="all: 302", post="all: 302"),
    Route("community:login_code", get="all: 302", post="all: 302"),
    Route("community:login_code_again", get="all: 405", post="all: 302"),
    Route(
        "community:login_password",
        get="guests: 200; signed_in: 302",
        post="guests: 422; signed_in: 302",
    ),
    Route("community:logout", get="guests: 302; signed_in: 200", post="all: 302"),
    Route(
        "community:me_privacy",
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:consent_withdraw",
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
        get="guests: login; signed_in: 405",
        post="guests: login; signed_in: 302",
    ),
    Route(
        "community:disconnect",
        get="guests: login; signed_in: 405",
        post="guests: login; signed_in: 302",
    ),
    Route(
        "community:password",
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 422",
    ),
    Route(
        "community:email", get="guests: login; signed_in: 200", post="guests: login; signed_in: 422"
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
    Route("community:rules", get="all: 200", post="all: 405"),
    Route("community:privacy", get="all: 200", post="all: 405"),
    Route("account_login", get="all: 302", post="all: 302"),
    Route("account_signup", get="all: 302", post="all: 302"),
    Route("account_reauthenticate", get="all: 302", post="all: 302"),
    Route("mfa_index", get="all: 302", post="all: 302"),
    Route("mfa_authenticate", get="all: 302", post="all: 302"),
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
        post="guests: login; signed_in: 422",
    ),
    Route(
        "mfa_download_recovery_codes",
        get="guests: login; signed_in: 404",
        post="guests: login; signed_in: 404",
    ),
    Route("mfa_list_webauthn", get="all: 302", post="all: 302"),
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
    Route("mfa_login_webauthn", get="all: 302", post="all: 302"),
    Route("socialaccount_connections", get="all: 302", post="all: 302"),
    Route("socialaccount_signup", get="all: 302", post="all: 302"),
    Route("socialaccount_login_cancelled", get="all: 200", post="all: 405"),
    Route("socialaccount_login_error", get="all: 401", post="all: 405"),
    Route("weixin_login", get="all: 404", post="all: 404"),
    Route("weixin_callback", get="all: 404", post="all: 404"),
    Route("feishu_login", get="all: 404", post="all: 404"),
    Route("feishu_callback", get="all: 404", post="all: 404"),
    Route("dingtalk_login", get="all: 404", post="all: 404"),
    Route("dingtalk_callback", get="all: 404", post="all: 404"),
]
