"""Writing an introduction and long texts, and answering them."""

from django.urls import path

from community.views import answering, article_editor, intro_preview, introduction

urlpatterns = [
    path("me/intro/", introduction.resume, name="intro"),
    path("me/intro/<int:step>/", introduction.step, name="intro_step"),
    path("me/intro/<int:step>/save/", introduction.autosave, name="intro_autosave"),
    path("me/intro/aside/", introduction.aside, name="intro_aside"),
    path("me/intro/preview/", intro_preview.preview, name="intro_preview"),
    path("me/intro/help/", intro_preview.ask_for_help, name="intro_help"),
    path("me/intro/versions/", intro_preview.versions, name="intro_versions"),
    path("me/intro/versions/<int:number>/", intro_preview.version, name="intro_version"),
    path("me/intro/withdraw/", intro_preview.withdraw, name="intro_withdraw"),
    path("me/hide/", intro_preview.hide, name="hide"),
    path("help/introduction/", introduction.rules, name="intro_rules"),
    path("me/articles/", article_editor.article_list, name="article_list"),
    path("me/articles/<slug:public_id>/", article_editor.article_edit, name="article_edit"),
    path(
        "me/articles/<slug:public_id>/save/",
        article_editor.article_autosave,
        name="article_autosave",
    ),
    path("me/articles/<slug:public_id>/act/", article_editor.article_act, name="article_act"),
    path(
        "me/articles/<slug:public_id>/versions/<int:number>/",
        article_editor.article_version,
        name="article_version",
    ),
    path("ops/greetings/", answering.greeting_list, name="greeting_list"),
    path("ops/greetings/<slug:public_id>/", answering.greeting, name="greeting"),
    path("ops/help-requests/", answering.help_request_list, name="help_request_list"),
    path(
        "ops/help-requests/<slug:public_id>/",
        answering.help_request_act,
        name="help_request_act",
    ),
    path("ops/flags/", answering.flag_list, name="flag_list"),
    path("ops/flags/<slug:public_id>/", answering.flag_close, name="flag_close"),
    path("ops/watch-words/", answering.watch_words, name="watch_words"),
    path(
        "ops/watch-words/<int:word>/remove/",
        answering.watch_word_remove,
        name="watch_word_remove",
    ),
]
