"""Block components; each documents its variables."""

from django import template

register = template.Library()
