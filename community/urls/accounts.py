"""Coming in, going out, one's own settings, and the documents one agrees to."""

from django.urls import path

from community.views import claims, desk_accounts, documents, entrance, me, security

urlpatterns = [
    path("login/", entrance.login, name="login"),
    path("join/", entrance.login, name="join"),
    path("join/agree/", entrance.join_agree, name="join_agree"),
    path("login/code/", entrance.login_code, name="login_code"),
    path("login/code/again/", entrance.login_code_again, name="login_code_again"),
    path("login/password/", entrance.login_password, name="login_password"),
    path("logout/", entrance.logout, name="logout"),
    path("claim/<str:token>/", claims.claim, name="claim"),
    path(
        "c/<slug:space>/people/<slug:handle>/claim/",
        claims.claim_issue,
        name="claim_issue",
    ),
    path("me/", me.me, name="me"),
    path("me/privacy/", me.privacy, name="me_privacy"),
    path("me/privacy/agree/", me.consent_give, name="consent_give"),
    path("me/privacy/withdraw/", me.consent_withdraw, name="consent_withdraw"),
    path("me/security/", security.security, name="security"),
    path("me/security/sessions/end/", security.session_end, name="session_end"),
    path("me/security/disconnect/", security.disconnect, name="disconnect"),
    path("me/security/password/", security.password, name="password"),
    path("me/security/email/", security.email, name="email"),
    path("me/security/email/code/", security.email_code, name="email_code"),
    path("me/security/confirm/", security.confirm, name="confirm"),
    path("me/security/second-step/", security.second_step, name="second_step"),
    path("desk/accounts/", desk_accounts.account_list, name="account_list"),
    path("desk/accounts/<slug:handle>/", desk_accounts.account_detail, name="account_detail"),
    path(
        "desk/accounts/<slug:handle>/delete/", desk_accounts.account_delete, name="account_delete"
    ),
    path("rules/", documents.rules, name="rules"),
    path("privacy/", documents.privacy, name="privacy"),
]
