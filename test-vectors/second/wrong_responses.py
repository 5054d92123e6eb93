"""Which equations fail of calls with a wrong response: those in which its scalar stands, and no other (spec 06 §4)."""

from report import equal

# By the end of the comment.
FAILED = {
    "e is one more": ["issued 0"],
    "r1 is one more": ["issued 0"],
    "r3 is one more": ["disclosure 0", "disclosure 1"],
    "n is one more": ["disclosure 0", "pseudonym", "tag", "disclosure 1"],
    "d is one more": ["disclosure 0"],
    "y_flag is one more": ["disclosure 0", "list 2 of 0", "E2", "disclosure 1"],
    "the name is one more": ["disclosure 0", "V of 0", "disclosure 1"],
    "t of the status list is one more": ["list 1 of 0"],
    "t of the flag list is one more": ["list 2 of 0"],
    "τ of the date of birth is one more": ["V of 3"],
    "t of the set of regions is one more": ["set of 6"],
    "t of the set of factors is one more": ["set of 32"],
    "a of the name's difference is one more": ["0 differs"],
    "b of the name's difference is one more": ["0 differs"],
    "i is one more": ["tag", "index of the show"],
    "τ of i is one more": ["index of the show"],
    "u is one more": ["E1", "E2"],
    "e' is one more": ["issued 1"],
    "n' is one more": ["disclosure 1"],
    "the licence's name is one more": ["disclosure 1"],
    "t of the licence's list is one more": ["list 1 of 1"],
    "τ of the class is one more": ["V of 3"],
    "a of the class's difference is one more": ["3 differs"],
    "a_1 of the date is one more": ["digits"],
    "t' of the digits is one more": ["digits"],
}


def check_equations(comment, refusal):
    """What a refusal says of such a call."""
    failed = FAILED[comment[len("the response for ") :]]
    equal(str(refusal), f"check 06-55: {', '.join(failed)}", "equations that fail")
