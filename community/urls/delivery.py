"""Messages: the operators' desk, a member's inbox, and the demo's mailbox."""

from django.urls import path, re_path

from community.views import (
    delivery,
    demo_mailbox,
    digest,
    highlight_consent,
    inbox,
    mail_off,
    stopped,
)

urlpatterns = [
    path("desk/delivery/", delivery.delivery, name="delivery"),
    path("desk/delivery/m/<str:message>/", delivery.delivery_message, name="delivery_message"),
    re_path(
        r"^desk/delivery/(?P<name>hold|stop)/$", delivery.delivery_switch, name="delivery_switch"
    ),
    path("desk/delivery/addresses/", stopped.stopped_list, name="stopped_list"),
    path("desk/delivery/addresses/<str:stop>/", stopped.stopped_lift, name="stopped_lift"),
    path("mail/off/<str:token>/", mail_off.mail_off, name="mail_off"),
    path("hooks/mail/", mail_off.mail_report, name="mail_report"),
    path("me/inbox/", inbox.inbox, name="inbox"),
    path("me/inbox/read/", inbox.inbox_read_all, name="inbox_read_all"),
    path("me/inbox/<str:run>/", inbox.inbox_open, name="inbox_open"),
    path("me/digest/", digest.my_digest, name="my_digest"),
    path(
        "me/highlights/<slug:public_id>/",
        highlight_consent.highlight_consent,
        name="highlight_consent",
    ),
    path("demo/mailbox/", demo_mailbox.demo_mailbox, name="demo_mailbox"),
    re_path(
        r"^demo/mailbox/(?P<name>\d{14}-[0-9a-f]{8})/$",
        demo_mailbox.demo_mail,
        name="demo_mail",
    ),
    re_path(
        r"^demo/mailbox/(?P<name>\d{14}-[0-9a-f]{8})/html/$",
        demo_mailbox.demo_mail_html,
        name="demo_mail_html",
    ),
]
