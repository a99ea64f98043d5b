"""Long texts: drafts, versions, readers, two devices."""

import pytest
from django.urls import reverse

from community.models import Article, ArticleVersion
from community.services import articles, form_tokens
from tests.community.intro.helpers import introduced, joined
from tests.community.pressing import token_in
from tests.factories import MemberFactory, SpaceFactory

pytestmark = pytest.mark.django_db
BODY = "## 从删掉开始\n\n" + "先关掉声音看一遍，哪里走神就从哪里下刀。" * 60


@pytest.fixture
def author():
    return introduced(SpaceFactory()).member


def begin(client, token=""):
    form = {"form_token": token or form_tokens.issue()}
    return client.post(reverse("community:article_list"), form)


def write(client, **data):
    begin(client)
    article = Article.objects.latest("pk")
    path = reverse("community:article_edit", args=[article.public_id])
    fields = {"title": "How I learnt to cut", "body": BODY, "audience": "spaces", "writer": "w"}
    return article, path, client.post(path, fields | data)


def test_begin_pressed_twice_is_one_text(client, author):
    client.force_login(author)
    token = token_in(client.get(reverse("community:article_list")))

    first, second = (begin(client, token) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 303)
    assert first["Location"] == second["Location"]
    assert Article.objects.count() == 1


def test_a_draft_is_hers_alone_until_she_publishes_it(client, author):
    client.force_login(author)
    article, path, answer = write(client, do="save")
    assert answer.status_code == 302
    article.refresh_from_db()
    assert (article.title, article.draft_title) == ("", "How I learnt to cut")
    assert article.published_at is None

    answer = client.post(
        path,
        {
            "title": "How I learnt to cut",
            "body": BODY,
            "audience": "spaces",
            "do": "publish",
            "writer": "w",
        },
    )
    article.refresh_from_db()
    assert article.slug == "how-i-learnt-to-cut"
    assert article.minutes == 3
    assert answer.url == f"/people/{author.handle}/articles/how-i-learnt-to-cut/"
    page = client.get(answer.url)
    assert "<h3>从删掉开始</h3>" in page.content.decode()
    assert page["X-Robots-Tag"].startswith("noindex")


def test_others_go_on_reading_the_published_text_while_she_writes(client, author):
    client.force_login(author)
    article, path, _answer = write(client, do="publish")
    client.post(path, {"title": "Another", "body": "新的", "do": "save", "writer": "w"})
    article.refresh_from_db()
    assert article.title == "How I learnt to cut"
    client.post(path, {"title": "Another", "body": "新的", "do": "publish", "writer": "w"})
    kept = ArticleVersion.objects.order_by("number").values_list("number", "title")
    assert list(kept) == [(1, "How I learnt to cut"), (2, "Another")]
    old = reverse("community:article_version", args=[article.public_id, 1])
    assert "How I learnt to cut" in client.get(old).content.decode()


def test_two_devices_on_one_text_lose_nothing(client, author):
    client.force_login(author)
    article, path, _answer = write(client, do="save")
    seen = articles.marks_of(Article.objects.get(pk=article.pk).draft_marks)["n"]
    client.post(
        path, {"title": "T", "body": "手机上", "do": "save", "writer": "phone", "seen": seen}
    )
    autosave = reverse("community:article_autosave", args=[article.public_id])
    data = {"title": "T", "body": "电脑上", "writer": "desk", "seen": seen}
    assert client.post(autosave, data).status_code == 409
    both = client.post(path, data | {"do": "save"})
    assert both.status_code == 409
    assert "手机上" in both.content.decode()
    assert "电脑上" in both.content.decode()
    assert Article.objects.get(pk=article.pk).draft_body == "手机上"
    again = both.context["form"].data
    client.post(path, data | {"do": "save", "writer": again["writer"], "seen": again["seen"]})
    assert Article.objects.get(pk=article.pk).draft_body == "电脑上"


@pytest.mark.parametrize(
    "audience, readers",
    [
        ("public", {"stranger", "outsider", "neighbour"}),
        ("spaces", {"neighbour"}),
        ("staff", set()),
    ],
)
def test_a_text_is_for_those_she_chose(client, author, audience, readers):
    space = author.memberships.get().space
    article = articles.begin(member=author)
    articles.save_draft(article=article, title="T", body="秘密的话", writer="w", seen=0)
    articles.publish(article=article, audience=audience)
    article.refresh_from_db()
    cast = {"stranger": None, "outsider": MemberFactory(), "neighbour": joined(space)}
    seen = set()
    for name, reader in cast.items():
        client.logout()
        if reader is not None:
            client.force_login(reader)
        if "秘密的话" in client.get(article.get_absolute_url()).content.decode():
            seen.add(name)
    assert seen == readers


@pytest.mark.parametrize(
    "data, says",
    [
        ({"title": ""}, "needs a title"),
        ({"body": " "}, "Write something first"),
        ({"title": "长" * 100}, "20 characters too long"),
        ({"body": "长" * 50_001}, "1 characters too long"),
    ],
)
def test_what_does_not_fit_is_said_and_kept(client, author, data, says):
    client.force_login(author)
    article, _path, answer = write(client, do="publish", **data)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Article.objects.get(pk=article.pk).published_at is None


def test_taking_back_and_deleting(client, author):
    client.force_login(author)
    article, _path, _answer = write(client, do="publish")
    act = reverse("community:article_act", args=[article.public_id])
    client.post(act, {"do": "unpublish"})
    article.refresh_from_db()
    assert (article.published_at, article.draft_title) == (None, "How I learnt to cut")
    client.post(act, {"do": "delete"})
    assert not Article.objects.exists()


def test_the_texts_of_others_are_not_found(client, author):
    article = articles.begin(member=author)
    client.force_login(MemberFactory())
    assert client.get(f"/me/articles/{article.public_id}/").status_code == 404
    assert (
        client.post(f"/me/articles/{article.public_id}/act/", {"do": "delete"}).status_code == 404
    )
