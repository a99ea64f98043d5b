"""What a person is told when something cannot be done now."""


class DomainError(Exception):
    """It cannot be done now; the message is for the person: what is so, then what to do.

    Raised by services and models, caught by views, which show it with the form still filled.
    ``field`` names the form field that it is about, if there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
