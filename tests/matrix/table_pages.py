"""Pages that belong to no noun."""

from tests.matrix.routes import Route

ROUTES = [
    Route("community:landing", get="guests: 200; signed_in: 302", post="all: 405"),
    Route(
        "community:work", get="guests: login; signed_in: 200", post="guests: login; signed_in: 405"
    ),
    Route(
        "community:people_index",
        get="guests: login; signed_in: 302; operator, minor: 200; "
        "second_approver, partner, former, suspended: 200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:today", get="guests: login; signed_in: 200", post="guests: login; signed_in: 405"
    ),
    Route("community:help", get="all: 200", post="all: 405"),
    Route("community:healthz", get="all: 200", post="all: 405"),
    Route(
        "community:set_theme",
        data=lambda w: {"theme": "dark"},
        get="all: 405",
        post="guests: 302; signed_in: 302 member.theme",
    ),
    Route(
        "community:styleguide",
        get="all: 200",
        post="all: 405",
    ),
    Route(
        "community:offline",
        get="all: 200",
        post="all: 405",
    ),
    Route(
        "community:manifest",
        get="all: 200",
        post="all: 405",
    ),
    Route(
        "community:service_worker",
        get="all: 200",
        post="all: 405",
    ),
]
