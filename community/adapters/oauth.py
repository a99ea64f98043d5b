"""WeChat, Feishu and DingTalk as they are configured; allauth's flows with our addresses.

allauth's own provider modules name their hosts in class attributes; here every address is built
from ``settings.OAUTH``, so that a test (or a gateway inside a company) can stand in for the host.
The person's id is the one that all apps of an owner share, where the service tells it: it is the
same inside WeChat and by QR code.
"""

from functools import wraps
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.dingtalk.provider import DingTalkProvider
from allauth.socialaccount.providers.dingtalk.views import DingTalkOAuth2Adapter
from allauth.socialaccount.providers.feishu.client import FeishuOAuth2Client
from allauth.socialaccount.providers.feishu.provider import FeishuProvider
from allauth.socialaccount.providers.feishu.views import FeishuOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2CallbackView,
    OAuth2LoginView,
)
from allauth.socialaccount.providers.weixin.client import WeixinOAuth2Client
from allauth.socialaccount.providers.weixin.provider import WeixinProvider
from allauth.socialaccount.providers.weixin.views import WeixinOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from community.access import View
from community.services import entrance, providers

TIMEOUT = (3.05, 8)


class Configured:
    """An adapter whose addresses come from the configuration of this browser's provider."""

    def address(self, base: str, path: str) -> str:
        return self.get_provider().app.settings[f"{base}_base"] + path  # type: ignore[attr-defined]

    def profile(self, url: str, **kwargs: Any) -> dict[str, Any]:
        """The service's answer about the person; OAuth2Error if it is not a JSON object."""
        with get_adapter().get_requests_session() as session:
            response = session.get(url, timeout=TIMEOUT, **kwargs)
            response.raise_for_status()
            # Said to be text without a charset, and is UTF-8 all the same.
            response.encoding = "utf-8"
            data = response.json()
        if not isinstance(data, dict):
            raise OAuth2Error("The service's answer about the person is no object.")
        return data

    def login_from(
        self, request: HttpRequest, data: dict[str, Any], uid_keys: tuple[str, ...]
    ) -> SocialLogin:
        """A login for the first of ``uid_keys`` that ``data`` has; OAuth2Error if none is there."""
        if not any(isinstance(data.get(key), str) and data[key] for key in uid_keys):
            raise OAuth2Error(f"The service's answer has none of {', '.join(uid_keys)}.")
        return self.get_provider().sociallogin_from_response(request, data)  # type: ignore[attr-defined]


class Person:
    """A provider that keeps of a person her id and the name she is known by there, no more."""

    uid_keys: tuple[str, ...] = ()
    name_keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        return str(self.name)  # type: ignore[attr-defined]

    def extract_uid(self, data: dict[str, Any]) -> str:
        return next(data[key] for key in self.uid_keys if data.get(key))

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return self.extract_common_fields(data)

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        names = (data.get(key) for key in self.name_keys)
        name = next((name for name in names if isinstance(name, str) and name), "")
        return {"name": name[:60]}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        # An address is proven by our code and by nothing else.
        return []


class WeixinClient(WeixinOAuth2Client):
    def get_redirect_url(self, authorization_url, scope, extra_params):
        # WeChat's own browser opens the page of consent only with this fragment.
        url = super().get_redirect_url(authorization_url, scope, extra_params)
        return f"{url}#wechat_redirect"


class WeixinAdapter(WeixinOAuth2Adapter, Configured):
    client_class = WeixinClient

    @property
    def authorize_url(self) -> str:
        inside = entrance.is_wechat(self.request)
        return self.address(
            "authorize", "/connect/oauth2/authorize" if inside else "/connect/qrconnect"
        )

    @property
    def access_token_url(self) -> str:
        return self.address("api", "/sns/oauth2/access_token")

    def complete_login(self, request, app, token, **kwargs):
        openid = kwargs.get("response", {}).get("openid", "")
        data = self.profile(
            self.address("api", "/sns/userinfo"),
            params={"access_token": token.token, "openid": openid, "lang": "zh_CN"},
        )
        return self.login_from(request, data, Weixin.uid_keys)


class Weixin(Person, WeixinProvider):
    name = providers.NAMES["weixin"]
    uid_keys = ("unionid", "openid")
    name_keys = ("nickname",)
    oauth2_adapter_class = WeixinAdapter

    def get_default_scope(self) -> list[str]:
        inside = entrance.is_wechat(self.request)
        return ["snsapi_userinfo" if inside else "snsapi_login"]


class FeishuClient(FeishuOAuth2Client):
    app_access_token_url = ""  # set by the adapter, which knows the configuration


class FeishuAdapter(FeishuOAuth2Adapter, Configured):
    @property
    def authorize_url(self) -> str:
        return self.address("authorize", "/open-apis/authen/v1/index")

    @property
    def access_token_url(self) -> str:
        return self.address("api", "/open-apis/authen/v1/access_token")

    def get_client(self, request, app):
        client = FeishuClient(
            request,
            app.client_id,
            app.secret,
            self.access_token_method,
            self.access_token_url,
            request.build_absolute_uri(reverse("feishu_callback")),
        )
        client.app_access_token_url = self.address(
            "api", "/open-apis/auth/v3/app_access_token/internal/"
        )
        return client

    def complete_login(self, request, app, token, **kwargs):
        data = self.profile(
            self.address("api", "/open-apis/authen/v1/user_info"),
            headers={"Authorization": f"Bearer {token.token}"},
        )
        person = data.get("data")
        if data.get("code") != 0 or not isinstance(person, dict):
            raise OAuth2Error("Feishu does not say who this is.")
        return self.login_from(request, person, Feishu.uid_keys)


class Feishu(Person, FeishuProvider):
    name = providers.NAMES["feishu"]
    uid_keys = ("union_id", "open_id")
    name_keys = ("name",)
    oauth2_adapter_class = FeishuAdapter


class DingTalkAdapter(DingTalkOAuth2Adapter, Configured):
    @property
    def authorize_url(self) -> str:
        return self.address("authorize", "/oauth2/auth")

    @property
    def access_token_url(self) -> str:
        return self.address("api", "/v1.0/oauth2/userAccessToken")

    def complete_login(self, request, app, token, **kwargs):
        data = self.profile(
            self.address("api", "/v1.0/contact/users/me"),
            headers={"x-acs-dingtalk-access-token": token.token},
        )
        return self.login_from(request, data, DingTalk.uid_keys)


class DingTalk(Person, DingTalkProvider):
    name = providers.NAMES["dingtalk"]
    uid_keys = ("unionId", "openId")
    name_keys = ("nick",)
    oauth2_adapter_class = DingTalkAdapter

    def get_default_scope(self) -> list[str]:
        return ["openid"]


PROVIDERS = {provider.id: provider for provider in (Weixin, Feishu, DingTalk)}


def _starts(adapter: type) -> View:
    """The view that sends her to the service: POST goes there, GET asks first (a link from
    elsewhere must not sign anybody in). Its form may lead to the service's host and no other."""
    view = OAuth2LoginView.adapter_view(adapter)

    @wraps(view)
    def started(request: HttpRequest) -> HttpResponse:
        response = view(request)
        if config := providers.config_for(adapter.provider_id, request):
            response._csp_update = {"form-action": [providers.origin(config)]}
        return response

    return started


weixin_login = _starts(WeixinAdapter)
weixin_callback = OAuth2CallbackView.adapter_view(WeixinAdapter)
feishu_login = _starts(FeishuAdapter)
feishu_callback = OAuth2CallbackView.adapter_view(FeishuAdapter)
dingtalk_login = _starts(DingTalkAdapter)
dingtalk_callback = OAuth2CallbackView.adapter_view(DingTalkAdapter)
