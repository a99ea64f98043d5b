"""What a person typed stays text, in whichever argument of whichever component it arrives."""

import re

import pytest
from django.core.paginator import Paginator
from django.template import engines
from django.utils import translation

from community.templatetags import components


def rendered(source, **context):
    with translation.override("en"):
        return engines["django"].from_string(source).render(context)


EVIL = '"><script>alert(1)</script>'
EVIL_CALLS = [
    "{% button e %}",
    "{% button 'x' name=e value=e form=e hx_post=e data_x=e aria_label=e id=e %}",
    "{% link_button e e hx_get=e %}",
    "{% icon_button e 'check' href=e %}",
    "{% icon 'check' label=e %}",
    "{% post_button e e name=e value=e next=e about=e hx_target=e %}",
    "{% copy e text=e %}{% copy e target=e %}",
    "{% script e id=e last=e %}{{ e }}{% endscript %}",
    "{% menu e %}{% menu_link e e %}{% menu_button e e name=e value=e %}{% endmenu %}",
    "{% pager e previous=e previous_label=e next=e next_label=e %}",
    "{% crumb e e %}{% crumb e %}{% back e e %}{% tab e e %}",
    "{% section e id=e more=e href=e %}{% endsection %}{% section e hint=e %}{% endsection %}",
    "{% tabs e %}{% endtabs %}{% fold e %}{% endfold %}{% sheet e e %}{% endsheet %}",
    "{% sheet_link e e e %}{% quick_exit e %}{% aside_column e %}x{% endaside_column %}",
    "{% tag e %}{% notice title=e data_x=e %}{% endnotice %}{% toast e undo=e label=e target=e %}",
    "{% progress 1 2 e %}{% meter 5 e e id=e %}{% pan 5 e %}{% dots days e %}",
    "{% empty e href=e link=e %}{% autosave e %}",
    "{% card e id=e hint=e data_x=e %}{% endcard %}{% list label=e %}{% endlist %}",
    "{% row e href=e time=e %}{% row e sub=e end=e data_x=e %}{% entry time=e %}{% endentry %}",
    "{% choice e e text=e %}",
    "{% summary_row e e href=e change=e note=e %}{% definition e e %}{% stat e e e %}",
    "{% one e e %}{% endone %}{% prose lang=e %}{% endprose %}{% quote e lang=e %}{% endquote %}",
    "{% praise e %}{% endpraise %}{% timeline e %}{% moment e %}{% endmoment %}{% endtimeline %}",
    "{% table e %}{% endtable %}{% split e e e e 50 %}{% money_note e %}{% endmoney_note %}",
    "{% sum e e %}{% avatar e e %}{% person e e %}{% endperson %}{% chip e %}",
    "{% person_card e e handle=e meta=e line=e deal=e match=e %}",
    "{% letter e handle=e meta=e line=e gives=e needs=e %}{% endletter %}",
    "{% form action=e data_x=e %}{% endform %}{% search_field e name=e value=e placeholder=e %}",
    "{% steps steps e %}{% example e e e %}{% examples e %}{% endexamples %}",
    "{% board e %}{% task_group e id=e %}{% endtask_group %}{% endboard %}",
    "{% task e id=e time=e action=e href=e who=e handle=e facts=e check=e data_x=e %}{% endtask %}",
    "{% task e id=e action=e fields=e %}{% endtask %}{% task e id=e choose=e undo=e %}{% endtask %}",
    "{% step_part e %}{% endstep_part %}{% phase_bar phases e %}{% lint_list e %}{% endlint_list %}",
    "{% lint e note=e %}{% endlint %}",
    "{% phone_preview e room=e time=e name=e lines=3 %}{% key e e %}{% audit_line e %}",
    "{% confirm_strip e %}{% endconfirm_strip %}{% chart rows e unit=e head=e value_head=e %}",
    "{% chart rows e kind='bars' unit=e %}{% pages page e label=e param=e %}",
]


@pytest.mark.parametrize("source", EVIL_CALLS)
def test_what_a_person_typed_stays_text(source):
    html = rendered(
        source,
        e=EVIL,
        days=[(EVIL, "done")],
        phases=[(EVIL, "done")],
        steps=[{"label": EVIL, "href": EVIL, "state": "done"}],
        rows=[(EVIL, 3), ("b", 1)],
        page=Paginator(range(9), 2).page(2),
    )

    assert "<script" not in html
    assert "&lt;script" in html or "%3Cscript" in html


def test_the_evil_calls_name_every_component():
    """A new component is tried with hostile text too."""
    source = " ".join(EVIL_CALLS)
    named = set(re.findall(r"{% (\w+)", source))
    without_text = {
        "asset", "width", "button_row", "notice_actions", "skeleton", "card_foot", "summary",
        "defs", "stats", "chips", "error_summary", "step", "keys", "sidebar", "tabbar",
        "task_facts", "message_toast", "specimen", "chapter",
    }  # fmt: skip

    assert set(components.register.tags) - named == without_text
