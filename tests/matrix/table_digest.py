"""A member's own digest."""

from tests.matrix.routes import Route

ROUTES = [
    Route(
        "community:my_digest",
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 405",
    ),
]
