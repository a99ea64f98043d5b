"""The components every page is made of. All of them are built-ins: no ``{% load %}`` is needed.

They know nothing of the apps, run no query, and escape what they are given. What each looks like,
with its arguments, stands on the style guide page. The modules beside this one hold them by topic.
"""

from community.templatetags import (
    _actions,
    _charts,
    _content,
    _forms,
    _frame,
    _guide,
    _navigation,
    _people,
    _status,
    _work,
)
from community.templatetags._kit import Kit

TOPICS = (_frame, _navigation, _actions, _forms, _status, _content, _people, _work, _charts, _guide)

register = Kit()
for topic in TOPICS:
    register.tags.update(topic.kit.tags)
