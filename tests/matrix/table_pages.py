"""Pages that belong to no noun."""

from tests.matrix.routes import Route

ROUTES = [
    Route("community:landing", get="guests: 200; signed_in: 302", post="all: 405"),
    Route(
        "community:today", get="guests: login; signed_in: 200", post="guests: login; signed_in: 405"
    ),
    Route("community:help", get="all: 200", post="all: 405"),
    Route("community:healthz", get="all: 200", post="all: 405"),
]
