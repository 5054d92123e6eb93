"""How a receiver refuses: with the number of the check that failed (spec 01, introduction)."""

# Checks that belong to decoding, and their class of error (spec 01 §5.3). Where another document repeats one of them
# for its message (04-5, 06-5, …), the code names the number of spec 01.
CLASSES = {
    "01-1": "TooLong",
    "01-2": "WrongSuite",
    "01-3": "WrongVersion",
    "01-4": "WrongType",
    "01-5": "Malformed",
    "01-6": "TrailingBytes",
    "01-7": "NonCanonical",
    "01-8": "InvalidPoint",
    "01-9": "IdentityPoint",
    "01-10": "NonCanonicalScalar",
    "01-11": "OutOfRange",
}


class Refusal(Exception):
    """What was received is refused."""

    def __init__(self, check, why=""):
        super().__init__(f"check {check}{': ' + why if why else ''}")
        self.check = check

    @property
    def error_class(self):
        """The class of spec 01 §5.3, or "Refused" where the bytes are a message and a later check failed."""
        return CLASSES.get(self.check, "Refused")


def require(condition, check, why=""):
    """Refuses unless the condition holds."""
    if not condition:
        raise Refusal(check, why)
