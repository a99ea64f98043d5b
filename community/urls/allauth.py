"""allauth's pages that are in use, under /account/. What is not listed here does not exist.

The names are allauth's own, because its code looks for them; those whose pages are ours lead there.
Who may call the others stands in the access middleware's table.
"""

from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from django.urls import path

from community.adapters import oauth
from community.views import moved, security
from community.views.confirmed import confirmed, unprocessable

urlpatterns = [
    path("login/", moved.to("community:login"), name="account_login"),
    path("signup/", moved.to("community:join"), name="account_signup"),
    path("reauthenticate/", moved.to("community:confirm"), name="account_reauthenticate"),
    # Second factors
    path("2fa/", moved.to("community:security"), name="mfa_index"),
    path("2fa/authenticate/", unprocessable(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", unprocessable(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "2fa/totp/activate/",
        confirmed(unprocessable(totp.activate_totp)),
        name="mfa_activate_totp",
    ),
    path(
        "2fa/totp/deactivate/",
        confirmed(unprocessable(totp.deactivate_totp)),
        name="mfa_deactivate_totp",
    ),
    path(
        "2fa/recovery-codes/",
        confirmed(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        confirmed(unprocessable(recovery_codes.generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        confirmed(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("2fa/webauthn/", moved.to("community:security"), name="mfa_list_webauthn"),
    path(
        "2fa/webauthn/add/",
        confirmed(unprocessable(webauthn.add_webauthn)),
        name="mfa_add_webauthn",
    ),
    path(
        "2fa/webauthn/reauthenticate/",
        unprocessable(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/edit/",
        confirmed(unprocessable(webauthn.edit_webauthn)),
        name="mfa_edit_webauthn",
    ),
    path("2fa/webauthn/keys/<int:pk>/remove/", security.passkey_remove, name="mfa_remove_webauthn"),
    path("2fa/webauthn/login/", unprocessable(webauthn.login_webauthn), name="mfa_login_webauthn"),
    # Other services
    path("3rdparty/", moved.to("community:security"), name="socialaccount_connections"),
    path("3rdparty/signup/", unprocessable(social.signup), name="socialaccount_signup"),
    path("3rdparty/login/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("3rdparty/login/error/", social.login_error, name="socialaccount_login_error"),
    path("weixin/login/", oauth.weixin_login, name="weixin_login"),
    path("weixin/login/callback/", oauth.weixin_callback, name="weixin_callback"),
    path("feishu/login/", oauth.feishu_login, name="feishu_login"),
    path("feishu/login/callback/", oauth.feishu_callback, name="feishu_callback"),
    path("dingtalk/login/", oauth.dingtalk_login, name="dingtalk_login"),
    path("dingtalk/login/callback/", oauth.dingtalk_callback, name="dingtalk_callback"),
]
