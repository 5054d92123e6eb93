"""Machine-readable zones of ICAO 9303 documents (spec 02 §7)."""

import hashlib
from datetime import date, timedelta

from chip import LONG_TERM, capitals, day_number, digits
from hashing import framed
from refusal import require

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_digit(characters):
    """§7.2."""
    values = [0 if c == "<" else ALPHABET.index(c) for c in characters]
    return str(sum(value * (7, 3, 1)[i % 3] for i, value in enumerate(values)) % 10)


def trimmed(field):
    return field.rstrip("<")


def check_lines(lines):
    """Steps 1 and 2 of §7.1."""
    require(len(lines) in (2, 3), "02-31")
    for line in lines:
        require(len(line.encode()) == (44 if len(lines) == 2 else 30), "02-31")
        require(all(c in ALPHABET + "<" for c in line), "02-32")


def card(lines):
    """TD1 (§7.3)."""
    one, two, three = lines[:3]
    number, digit, optional, overflow = one[5:14], one[14], one[15:], ""
    if digit == "<":
        t, filler, optional = one[15:].partition("<")
        require(filler != "" and len(t) >= 2 and number[8] != "<", "02-33")
        overflow, digit = t[:-1], t[-1]
    require(check_digit(number + overflow) == digit, "02-34")
    require(check_digit(two[:6]) == two[6], "02-35")
    require(check_digit(two[8:14]) == two[14], "02-36")
    require(check_digit(one[5:30] + two[:7] + two[8:15] + two[18:29]) == two[29], "02-38")
    return {
        "format": "TD1", "code": one[:2], "state": one[2:5], "number": number, "overflow": overflow, "birth": two[:6], "sex": two[7],
        "expiry": two[8:14], "nationality": two[15:18], "optional": [optional, two[18:29]], "names": three,
    }


def passport(lines):
    """TD3 (§7.4)."""
    one, two = lines
    require(check_digit(two[:9]) == two[9], "02-34")
    require(check_digit(two[13:19]) == two[19], "02-35")
    require(check_digit(two[21:27]) == two[27], "02-36")
    empty = trimmed(two[28:42]) == ""
    require(check_digit(two[28:42]) == two[42] or (empty and two[42] == "<"), "02-37")
    require(check_digit(two[:10] + two[13:20] + two[21:43]) == two[43], "02-38")
    return {
        "format": "TD3", "code": one[:2], "state": one[2:5], "number": two[:9], "overflow": "", "birth": two[13:19], "sex": two[20],
        "expiry": two[21:27], "nationality": two[10:13], "optional": [two[28:42], ""], "names": one[5:],
    }


def letters(field, check):
    """A code of a state, trimmed."""
    found = trimmed(field)
    require(found != "" and capitals(found, len(found)), check)
    return found


def document_code(of):
    found = trimmed(of["code"])
    require(found != "" and capitals(found, len(found)), "02-40")
    if of["format"] == "TD3":
        require(found[0] == "P", "02-40")
    else:
        require(found[0] in "ACI" and found[1:] != "V", "02-40")
    return found


def birth_of(text, today):
    found = None
    if digits(text, 6):
        in_century = [day_number(century + int(text[:2]), int(text[2:4]), int(text[4:])) for century in (2000, 1900)]
        found = next((day for day in in_century if day is not None and day <= today), None)
    require(found is not None, "02-14")
    return found


def expiry_of(text, today):
    found = None
    if digits(text, 6):
        year = (date(1900, 1, 1) + timedelta(today)).year
        years = [century + int(text[:2]) for century in (1900, 2000)]
        found = next((day_number(y, int(text[2:4]), int(text[4:])) for y in years if year - 49 <= y <= year + 50), None)
    require(found is not None, "02-21")
    return found


def names_of(field):
    """§7.6: primary and secondary identifier."""
    found = trimmed(field)
    require(not any(c.isdigit() for c in found), "02-44")
    if found.startswith("<<"):
        identifiers = [found[2:]]
    else:
        identifiers = found.split("<<", 1)
    for identifier in identifiers:
        require(identifier != "" and identifier[0] != "<" and "<<" not in identifier, "02-45" if found else "02-10")
    return [identifier.replace("<", " ") for identifier in identifiers] + [None] * (2 - len(identifiers))


def zone(lines, today):
    """A zone, as its receiver gives it."""
    check_lines(lines)
    of = (passport if len(lines) == 2 else card)(lines)
    require(today != LONG_TERM, "02-39")
    code, state = document_code(of), letters(of["state"], "02-41")
    nationality, number = letters(of["nationality"], "02-26"), trimmed(of["number"])
    require(number != "", "02-42")
    require(number[0] != "<", "02-33")
    birth = birth_of(of["birth"], today)
    require(of["sex"] in "MF<", "02-12")
    expiry = expiry_of(of["expiry"], today)
    require(expiry >= birth, "02-43")
    primary, secondary = names_of(of["names"])
    optional = [trimmed(field) or None for field in of["optional"]]
    return {
        "format": of["format"], "document_type": code, "state": state, "nationality": nationality,
        "document_number": number + of["overflow"], "optional_data": optional, "personal_number": optional[0] or optional[1],
        "primary_name": primary, "secondary_name": secondary, "name_may_be_cut": of["names"][-1] != "<",
        "birth": birth, "expiry": expiry, "sex": "<MF".index(of["sex"]),
        "canonical_sha256": hashlib.sha256(framed([b"icao-" + of["format"].lower().encode(), "".join(lines).encode()])).hexdigest(),
    }
