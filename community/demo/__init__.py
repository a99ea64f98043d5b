"""The demo community: invented people who can be signed in as. Only where ``DEMO`` is on."""
