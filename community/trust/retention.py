"""How long what is kept, and what erasing a person does to it: every field has a class.

A new field without a class fails a test, which prints the line to add. Apps above classify their
own models in ``AppConfig.ready()`` with ``classify``; the data map for people and authorities is
read from here.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class RetentionClass:
    """``days`` after which it goes by itself (None: with its row, or never); ``on_erasure`` is
    what happens when its person is erased: ``keep``, ``blank`` or ``delete``."""

    meaning: Any
    days: int | None
    on_erasure: str


CLASSES = {
    "structure": RetentionClass(
        _("Keys, kinds and times that hold rows together and say nothing about a person."),
        None,
        "keep",
    ),
    "house": RetentionClass(
        _("What belongs to a space or to the installation, not to a person."), None, "keep"
    ),
    "account": RetentionClass(_("Who somebody is here, and how they want it."), None, "blank"),
    "content": RetentionClass(_("What somebody wrote, drew or chose to show."), None, "delete"),
    "sensitive": RetentionClass(
        _("Sensitive by law: numbers, sealed notes, age, whom one asked for help."), None, "delete"
    ),
    "secret": RetentionClass(
        _("Hashes of passwords, codes and tokens; gone when used or expired."), 30, "delete"
    ),
    "delivery": RetentionClass(
        _("Messages on their way, and that they went; their texts are wiped once sent."),
        180,
        "blank",
    ),
    "trace": RetentionClass(_("Sessions, devices and addresses on the network."), 180, "delete"),
    "imported": RetentionClass(
        _("Lists that staff brought in, until they are worked through."), 30, "delete"
    ),
    "record": RetentionClass(
        _("What must be shown later: consents, decisions, deeds. Names nobody but by opaque id."),
        1_095,
        "keep",
    ),
}

# model -> "class: field field | class: field". The automatic key ``id`` is structure everywhere.
TABLE: dict[str, str] = {
    # People ------------------------------------------------------------------
    "community.Member": (
        "structure: public_id state created_at is_staff | secret: password | trace: last_login"
        " | account: handle display_name email locale timezone theme hidden_at"
        " | sensitive: is_minor"
    ),
    "community.MemberPhone": (
        "structure: public_id member changed_at | sensitive: number index source"
    ),
    "community.ContactPreference": "structure: member changed_at | account: ways hours",
    "community.Consent": ("record: member document version locale given_at withdrawn_at"),
    "community.ClaimLink": (
        "structure: member created_by | secret: token_hash created_at expires_at used_at revoked_at"
    ),
    "community.SignInCode": (
        "structure: public_id purpose"
        " | secret: address address_index code_hash tries_left created_at expires_at used_at"
    ),
    "community.RoleGrant": "structure: member role space granted_at",
    "community.Block": "sensitive: member blocked since",
    # Spaces and rooms --------------------------------------------------------
    "community.Space": (
        "structure: visibility created_at"
        " | house: name slug purpose timezone default_locale second_approval"
    ),
    "community.Membership": "structure: space member role state joined_at left_at",
    "community.Room": "structure: public_id space kind part_of created_at | house: name timezone",
    "community.RoomMembership": "structure: room member role since until",
    "community.Invitation": (
        "structure: public_id space created_by created_at max_uses uses expires_at revoked_at"
        " | secret: code | house: note"
    ),
    # Introductions and articles ----------------------------------------------
    "community.Introduction": (
        "structure: public_id member version published_at changed_at created_at turn strength"
        " first_praised_at draft_saved_at audience visibility | record: held_at"
        " | content: nickname occupation place_code place_text line reason_own proud proud_html"
        " links draft"
    ),
    "community.IntroductionTag": "structure: introduction | content: tag side",
    "community.IntroductionVersion": (
        "structure: introduction number strength published_at | content: content"
    ),
    "community.Tag": "house: kind key label",
    "community.Praise": (
        "structure: public_id introduction by part given_at taken_back_at | content: text"
    ),
    "community.Recognition": "structure: member by how given_at",
    "community.Greeting": (
        "structure: public_id space introduction state asked_at answered_at answered_by praise"
    ),
    "community.HelpRequest": (
        "structure: public_id space member state asked_at taken_by taken_at closed_at"
        " | sensitive: note"
    ),
    "community.Article": (
        "structure: public_id member slug minutes audience version published_at changed_at"
        " draft_saved_at | record: held_at"
        " | content: title body body_html draft_title draft_body draft_marks"
    ),
    "community.ArticleVersion": (
        "structure: article number published_at | content: title body body_html"
    ),
    "community.Upload": (
        "structure: public_id owner kind audience space room created_at"
        " | content: content_type size width height sha256"
    ),
    # Care --------------------------------------------------------------------
    "community.WatchWord": "house: space word folded level | structure: added_by added_at",
    "community.Flag": (
        "record: public_id space member what subject part level state found_at closed_by closed_at"
        " | sensitive: words excerpt text_hash note"
    ),
    # Lists brought in --------------------------------------------------------
    "community.RosterImport": (
        "structure: public_id space created_by created_at state confirmed_by confirmed_at"
        " worked_at finished_at rows_total rows_done sha256 size digest counts columns failure"
        " | house: file_name"
    ),
    "community.RosterFile": "structure: public_id roster | imported: content",
    "community.RosterRow": (
        "structure: roster line of_line member done verdict notes warned fingerprint"
        " | imported: nickname"
    ),
    # Announcements -----------------------------------------------------------
    "community.ChatGroup": "structure: public_id room platform closed_at created_at | house: name",
    "community.Announcement": (
        "structure: public_id room kind day last_day at version changed_by changed_at path state"
        " scheduled_by scheduled_at approved_by approved_at approved_hash sender corrects"
        " language asks_again | house: preview lesson check_in encouragement text values"
    ),
    "community.AnnouncementProof": "structure: announcement by at text_hash",
    "community.AnnouncementReceipt": "structure: announcement member at",
    "community.Posting": (
        "structure: announcement chat_group by at upload withdrawn_at | house: url"
    ),
    # Highlights --------------------------------------------------------------
    "community.Digest": (
        "structure: public_id room day due_at state approved_by approved_at corrected_at version"
        " changed_by changed_at made_at | house: label path locale style opening correction"
    ),
    "community.Highlight": (
        "structure: public_id room day kind source author said_at path starred_by starred_at"
        " unstarred_at digest position phrase_found asked_by asked_at"
        " | record: consent consent_by consent_at"
        " | content: speaker text spots upload title quote tag phrase"
    ),
    # Messages ----------------------------------------------------------------
    "community.Run": (
        "structure: public_id what subject local_date due_at room kind planned_at cursor finished_at"
        " state reason audience reached decided_by decided_at"
        " | delivery: template context path note decision"
    ),
    "community.InboxItem": "delivery: run member created_at read_at",
    "community.OutboxMessage": (
        "structure: public_id key run channel queue kind member room space robot needs_consent"
        " even_if_suspended list_id not_before expires_at"
        " | delivery: address locale template context sealed_context message_id state reason"
        " attempt failures claim lease_until maybe_twice error last_error_at created_at settled_at"
        " wiped waits"
    ),
    "community.NotificationSettings": (
        "structure: member changed_at next_digest_at digest_covers_until"
        " | account: preset quiet_from quiet_until muted_until digest digest_at digest_weekday"
        " as_letter"
    ),
    "community.QuietDays": "structure: public_id member | account: first last",
    "community.Preference": "structure: member | account: kind channel on since",
    "community.MailAccount": "house: address fault said faulty_since failures retry_at",
    "community.MailCount": "house: name hour count",
    "community.Robot": (
        "structure: public_id space room created_by created_at closed_at"
        " | secret: key secret"
        " | house: platform name locale keyword tells_late tells_board tells_draft"
        " tells_alarm tells_help daily_at told_on fault said faulty_since worked_at minute"
        " this_minute minute_before"
    ),
    "community.StoppedAddress": (
        "structure: public_id lifted_by | delivery: address_index masked why said since lifted_at"
    ),
    "community.MailReport": "delivery: report_id kind address_index at",
    "community.Look": "house: way at took_ms swept due parts",
    "community.Switch": "house: name since reason by",
    # Trust -------------------------------------------------------------------
    "community.AuditEvent": (
        "record: at action actor on_behalf_of subject_type subject space reason data request_id"
    ),
    "community.FormToken": "secret: digest location spent_at",
    "community.FieldKeyProof": "house: key_id sealed created_at",
    # Django and allauth ------------------------------------------------------
    "admin.LogEntry": (
        "record: action_time user content_type object_id object_repr action_flag change_message"
    ),
    "auth.Permission": "house: name content_type codename",
    "auth.Group": "house: name",
    "contenttypes.ContentType": "house: app_label model",
    "sessions.Session": "trace: session_key session_data expire_date",
    "account.EmailAddress": "structure: user verified primary | account: email",
    "account.EmailConfirmation": "structure: email_address | secret: created sent key",
    "mfa.Authenticator": "structure: user type | secret: data | trace: created_at last_used_at",
    "socialaccount.SocialApp": (
        "house: provider provider_id name client_id settings | secret: secret key"
    ),
    "socialaccount.SocialAccount": (
        "structure: user provider date_joined | account: uid extra_data | trace: last_login"
    ),
    "socialaccount.SocialToken": "structure: app account | secret: token token_secret expires_at",
    "usersessions.UserSession": (
        "structure: user | trace: created_at ip last_seen_at session_key user_agent data"
    ),
}


def classify(label: str, classes: str) -> None:
    """Classify a model of an app above: ``classify("courses.Sale", "record: paid_at | …")``."""
    if label in TABLE:
        raise ValueError(f"{label} is classified twice; keep one of the two lines.")
    TABLE[label] = classes


def classes_of(label: str) -> dict[str, str]:
    """Field -> class of one model. Raises KeyError for an unknown class, ValueError for a field
    that is named twice."""
    found: dict[str, str] = {"id": "structure"}
    for part in TABLE.get(label, "").split("|"):
        name, _colon, fields = part.strip().partition(":")
        for field in fields.split():
            if field in found:
                raise ValueError(f"{label}.{field} is classified twice.")
            CLASSES[name]  # raises for a class that does not exist
            found[field] = name
    return found
