"""Introductions, profiles, long texts, and the queues of those who answer."""

from typing import Any

from community.models import Flag, Greeting
from community.services import articles, form_tokens, help_requests, introductions, praise, watch
from tests.community.intro.helpers import said
from tests.matrix.routes import Route
from tests.matrix.world import World

NEIGHBOUR = {"handle": "neighbour.handle"}
STRANGER = {"handle": "stranger.handle"}
TEXT = "I noticed how you began again with the second film."


def add_to(world: World) -> dict[str, Any]:
    """The neighbour and the stranger have introduced themselves, each with all that follows."""
    made: dict[str, Any] = {"one": 1, "far": 987_654}
    for name, member, owner, space in (
        ("", world.neighbour, world.people["owner"], world.home),
        ("away_", world.stranger, world.people["same_role_other_space"], world.away),
    ):
        row = introductions.publish(
            member=member, answers=said(line="以前做理财的人现在学剪辑")
        ).introduction
        article = articles.begin(member=member)
        articles.save_draft(article=article, title="T", body="字", writer="w", seen=0)
        articles.publish(article=article, audience="spaces")
        article.refresh_from_db()
        made |= {
            f"{name}introduction": row,
            f"{name}article": article,
            f"{name}praise": praise.give(introduction=row, by=owner, part="line", text=TEXT),
            f"{name}greeting": Greeting.objects.get(introduction=row),
            f"{name}help_request": help_requests.ask(member=member, space=space),
            f"{name}flag": Flag.objects.get(member=member),
            f"{name}word": watch.add_word(word=f"词{name}", level="flag", space=space, by=owner),
        }
    return made


def token(world: World) -> dict[str, str]:
    return {"form_token": form_tokens.issue()}


def praised(world: World) -> dict[str, str]:
    return {"part": "line", "text": TEXT} | token(world)


def step(world: World) -> dict[str, str]:
    return {"nickname": "New name", "go": "next"}


ROUTES = [
    Route("community:intro", get="all: 302", post="all: 405"),
    Route(
        "community:intro_step",
        at={"step": "one"},
        foreign="A step is a number that everybody knows.",
        data=step,
        get="all: 200",
        post="guests: 302; signed_in: 302 +introduction",
    ),
    Route(
        "community:intro_autosave",
        at={"step": "one"},
        foreign="A step is a number that everybody knows.",
        data=step,
        get="all: 405",
        post="guests: 204; signed_in: 204 +introduction",
    ),
    Route("community:intro_aside", get="all: 200", post="all: 405"),
    Route(
        "community:intro_preview",
        data=lambda world: {"audience": "spaces", "do": "publish"},
        get="all: 200",
        post=(
            "guests: login; "
            "insiders: 302 +contactpreference +greeting +introduction +introductionversion; "
            "outsiders: 302 +contactpreference +introduction +introductionversion; "
            "member_of_other_space, same_role_other_space: 302 +contactpreference +greeting "
            "+introduction +introductionversion"
        ),
    ),
    Route(
        "community:intro_help",
        data=lambda world: {"space": world.home.pk},
        get="guests: login; signed_in: 200",
        post="guests: login; insiders: 302 +helprequest; outsiders: 422",
    ),
    Route(
        "community:intro_versions",
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:intro_version",
        at={"number": "one"},
        foreign="A number among one's own versions.",
        get="guests: login; signed_in: 404",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:intro_withdraw",
        get="guests: login; signed_in: 405",
        post="guests: login; signed_in: 302",
    ),
    Route("community:intro_rules", get="all: 200", post="all: 405"),
    Route(
        "community:hide",
        data=lambda world: {"do": "hide"},
        get="guests: login; signed_in: 405",
        post="guests: login; signed_in: 302 member.hidden_at",
    ),
    Route(
        "community:article_list",
        data=token,
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 302 +article +formtoken",
    ),
    Route(
        "community:article_edit",
        at={"public_id": "article.public_id"},
        foreign={"public_id": "away_article.public_id"},
        get="guests: login; signed_in: 404",
        post="guests: login; signed_in: 404",
    ),
    Route(
        "community:article_autosave",
        at={"public_id": "article.public_id"},
        foreign={"public_id": "away_article.public_id"},
        get="guests: login; signed_in: 405",
        post="guests: login; signed_in: 404",
    ),
    Route(
        "community:article_act",
        at={"public_id": "article.public_id"},
        foreign={"public_id": "away_article.public_id"},
        get="guests: login; signed_in: 405",
        post="guests: login; signed_in: 404",
    ),
    Route(
        "community:article_version",
        at={"public_id": "article.public_id", "number": "far"},
        foreign={"public_id": "away_article.public_id", "number": "far"},
        get="guests: login; signed_in: 404",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:greeting_list",
        get=(
            "guests: login; insiders: 403; outsiders: 403; managers: 200; "
            "same_role_other_space, assistant: 200"
        ),
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:greeting",
        at={"public_id": "greeting.public_id"},
        foreign={"public_id": "away_greeting.public_id"},
        data=praised,
        get="guests: login; insiders: 404; outsiders: 404; managers: 200; assistant: 200",
        post=(
            "guests: login; insiders: 404; outsiders: 404; "
            "assistant, manager: 302 +formtoken +inboxitem +outboxmessage +praise +run; owner: 302 +formtoken"
        ),
    ),
    Route(
        "community:help_request_list",
        get=(
            "guests: login; insiders: 403; outsiders: 403; managers: 200; "
            "same_role_other_space, assistant: 200"
        ),
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:help_request_act",
        at={"public_id": "help_request.public_id"},
        foreign={"public_id": "away_help_request.public_id"},
        data=lambda world: {"do": "take"},
        get="guests: login; signed_in: 405",
        post=(
            "guests: login; insiders: 404; outsiders: 404; "
            "managers: 302 +inboxitem +outboxmessage +run helprequest.state,taken_at,taken_by_id; "
            "assistant: 302 +inboxitem +outboxmessage +run helprequest.state,taken_at,taken_by_id"
        ),
    ),
    Route(
        "community:flag_list",
        get=(
            "guests: login; insiders: 403; outsiders: 403; managers: 200; "
            "same_role_other_space, assistant, operator: 200"
        ),
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:flag_close",
        at={"public_id": "flag.public_id"},
        foreign={"public_id": "away_flag.public_id"},
        data=lambda world: {"do": "clear"},
        get="guests: login; signed_in: 405",
        post=(
            "guests: login; insiders: 404; outsiders: 404; "
            "managers: 302 flag.closed_at,closed_by_id,state; "
            "assistant: 302 flag.closed_at,closed_by_id,state"
        ),
    ),
    Route(
        "community:watch_words",
        data=lambda world: {"word": "新词", "level": "flag", "space": world.home.pk},
        get=(
            "guests: login; insiders: 403; outsiders: 403; managers: 200; "
            "same_role_other_space, operator: 200"
        ),
        post=(
            "guests: login; insiders: 403; outsiders: 403; managers: 302 +watchword; "
            "same_role_other_space, operator: 422"
        ),
    ),
    Route(
        "community:watch_word_remove",
        at={"word": "word.pk"},
        foreign={"word": "away_word.pk"},
        get="guests: login; signed_in: 405",
        post=(
            "guests: login; insiders: 403; outsiders: 403; managers: 302 -watchword; "
            "same_role_other_space, operator: 404"
        ),
    ),
    Route(
        "community:profile",
        at=NEIGHBOUR,
        foreign=STRANGER,
        get="guests: login; insiders: 200; outsiders: 404",
        post="all: 405",
    ),
    Route(
        "community:profile_qr",
        at=NEIGHBOUR,
        foreign=STRANGER,
        get="guests: login; insiders: 200; outsiders: 404",
        post="all: 405",
    ),
    Route(
        "community:give_praise",
        at=NEIGHBOUR,
        foreign=STRANGER,
        data=praised,
        get="guests: login; insiders: 200; outsiders: 404",
        post="guests: login; insiders: 302 +formtoken +inboxitem +outboxmessage +praise +run; outsiders: 404; owner: 302 +formtoken",
    ),
    Route(
        "community:recognise",
        at=NEIGHBOUR,
        foreign=STRANGER,
        data=lambda world: {"how": ""} | token(world),
        get="guests: login; insiders: 200; outsiders: 404",
        post="guests: login; insiders: 422; outsiders: 404",
    ),
    Route(
        "community:block",
        at=NEIGHBOUR,
        foreign=STRANGER,
        get="guests: login; signed_in: 405",
        post="guests: login; insiders: 302 +block; outsiders: 404",
    ),
    Route(
        "community:article",
        at=NEIGHBOUR | {"slug": "article.slug"},
        foreign=STRANGER | {"slug": "away_article.slug"},
        get="guests: login; insiders: 200; outsiders: 404",
        post="all: 405",
    ),
    Route(
        "community:take_praise_back",
        at={"public_id": "praise.public_id"},
        foreign={"public_id": "away_praise.public_id"},
        get="guests: login; signed_in: 405",
        post="guests: login; insiders: 404; outsiders: 404; owner: 302 praise.taken_back_at",
    ),
    Route(
        "community:blocked",
        data=lambda world: {"who": "x"},
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 404",
    ),
]
