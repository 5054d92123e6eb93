"""How a receiver refuses: with the number of the check that failed (spec 01, introduction)."""

# Checks that belong to decoding, and their class of error (spec 01 §5.3). Where spec 04, 05, 07 or 10 repeats one of them
# for its message (04-7, 07-46, …), the code names the number of spec 01; spec 06, 12 and 13 have names of their own.
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

# Those of spec 06 §2 and of the messages of spec 12 and 13 that are made while decoding, and concern several fields.
FORM = ("06-1", "06-2", "06-3", "06-4", "06-5", "06-6", "06-7", "06-8", "06-9")
FORM += ("12-2", "12-3", "12-4", "12-5", "12-14", "12-20", "12-35", "13-1")
CLASSES.update(dict.fromkeys(FORM, "OutOfRange"))


class Refusal(Exception):
    """What was received is refused."""

    def __init__(self, check, why="", error_class=None):
        super().__init__(f"check {check}{': ' + why if why else ''}")
        self.check, self.why, self.own_class = check, why, error_class

    @property
    def error_class(self):
        """The class of spec 01 §5.3, or "Refused" where the bytes are a message and a later check failed."""
        return self.own_class or CLASSES.get(self.check, "Refused")


def require(condition, check, why=""):
    """Refuses unless the condition holds."""
    if not condition:
        raise Refusal(check, why)
