"""Writing long texts: the list of one's own, the editor, versions."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from community.errors import DomainError
from community.forms.article import ArticleForm
from community.forms.refusal import refuse
from community.models import Article
from community.services import articles, form_tokens
from community.services.articles import ChangedElsewhere
from community.services.intro_drafts import new_writer


def _own(request: HttpRequest, public_id: str) -> Article:
    return get_object_or_404(Article, member=request.user, public_id=public_id)


@access.signed_in
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def article_list(request: HttpRequest) -> HttpResponse:
    """Her texts, the last touched first; a POST begins one. One query."""
    if request.method == "POST":
        try:
            begun = articles.begin(member=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("community:article_list")
        return redirect("community:article_edit", begun.public_id)
    rows = Article.objects.filter(member=request.user).order_by("-draft_saved_at")
    rows = rows.defer("body", "body_html", "draft_body")[:100]
    return render(request, "community/article_list.html", {"articles": rows})


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def article_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """The editor. A POST saves the draft, and publishes it if that button was pressed; 409 with
    both versions if it was changed on another device."""
    row = _own(request, public_id)
    if request.method != "POST":
        form = ArticleForm(
            initial={
                "title": row.draft_title,
                "body": row.draft_body,
                "audience": row.audience,
                "writer": new_writer(),
                "seen": articles.marks_of(row.draft_marks)["n"],
            }
        )
        return _page(request, row, form)
    form = ArticleForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        row = _save(row, form)
        if request.POST.get("do") == "publish":
            held = articles.publish(
                article=row, audience=form.cleaned_data["audience"] or row.audience
            )
            messages.success(request, _said(held))
            row.refresh_from_db()
            return redirect("community:article", request.user.handle, row.slug)
    except ChangedElsewhere as other:
        data = request.POST.copy()
        data["seen"] = str(articles.marks_of(other.article.draft_marks)["n"])
        data["writer"] = new_writer()
        return _page(request, row, ArticleForm(data), theirs=other.article, status=409)
    except DomainError as refusal:
        refuse(form, refusal)
        return _page(request, row, form, status=422)
    messages.success(request, _("Saved. Only you read the draft."))
    return redirect("community:article_edit", public_id)


@access.signed_in
@require_POST
def article_autosave(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep what is being typed: 204; 409 or 422 with a sentence."""
    row = _own(request, public_id)
    form = ArticleForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    try:
        _save(row, form)
    except ChangedElsewhere as other:
        return HttpResponse(str(other), status=409)
    except DomainError as refusal:
        return HttpResponse(str(refusal), status=422)
    return HttpResponse(status=204)


@access.signed_in
@require_POST
def article_act(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a text back, or delete it for good."""
    row = _own(request, public_id)
    if request.POST.get("do") == "unpublish":
        articles.unpublish(article=row)
        messages.success(request, _("Nobody else reads it any more. The draft is kept."))
        return redirect("community:article_edit", public_id)
    if request.POST.get("do") == "delete":
        articles.delete(article=row)
        messages.success(request, _("The text and its versions are deleted."))
        return redirect("community:article_list")
    raise Http404


@access.signed_in
@require_safe
def article_version(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """A text as it was published. Two queries."""
    row = _own(request, public_id)
    version = get_object_or_404(row.versions, number=number)
    return render(request, "community/article_version.html", {"article": row, "version": version})


def _save(row: Article, form: ArticleForm) -> Article:
    fields = form.cleaned_data
    return articles.save_draft(
        article=row,
        title=fields["title"],
        body=fields["body"],
        writer=fields["writer"] or new_writer(),
        seen=fields["seen"] or 0,
    )


def _said(held: bool) -> str:
    if held:
        return _("It is kept. Somebody who runs your space reads it first, then others see it.")
    return _("Published. Others read the new text now.")


def _page(
    request: HttpRequest, row: Article, form: ArticleForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"article": row, "form": form, "versions": row.versions.defer("body", "body_html")}
    return render(request, "community/article_edit.html", context | more, status=status)
