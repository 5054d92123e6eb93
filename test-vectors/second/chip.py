"""Records of identity cards and later addresses (spec 02 §2 to §6, §8). General categories are those of Python's tables,
which may be older than the text's: no vector has a character that only one of them knows."""

import datetime
import hashlib
import unicodedata

from hashing import framed
from refusal import require

LONG_TERM = 65535
IGNORABLE = [
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
]
WHITE = {*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000}
RARE = range(0x20000, 0x40000)


def day_number(year, month, day):
    """The number of a day (§2.1), or None."""
    try:
        number = (datetime.date(year, month, day) - datetime.date(1900, 1, 1)).days
    except ValueError:
        return None
    return number if 0 <= number < LONG_TERM else None


def date(text, check):
    """YYYYMMDD with a number."""
    number = None
    if len(text) == 8 and text.isascii() and text.isdigit():
        number = day_number(int(text[:4]), int(text[4:6]), int(text[6:]))
    require(number is not None, check)
    return number


def code_points(data):
    """UTF-16, step 1 of §4: numbers, of which None is a surrogate without its other half."""
    units = [int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2)]
    found, i = [], 0
    while i < len(units):
        unit = units[i]
        pair = 0xD800 <= unit < 0xDC00 and i + 1 < len(units) and 0xDC00 <= units[i + 1] < 0xE000
        if pair:
            unit = 0x10000 + (unit - 0xD800) * 0x400 + units[i + 1] - 0xDC00
        found.append(None if 0xD800 <= unit < 0xE000 else unit)
        i += 2 if pair else 1
    return found


def text(data):
    """A field of text (§4)."""
    points = code_points(data)
    for point in points:
        require(point is not None, "02-4")
        category = unicodedata.category(chr(point))
        require(category not in ("Cc", "Cf", "Zl", "Zp"), "02-5")
        require(not (0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE), "02-6")
        require(not any(first <= point <= last for first, last in IGNORABLE), "02-7")
        require(category != "Cn" or point in RARE, "02-8")
    while points and points[-1] == 0x20:
        points.pop()
    require(not points or not {points[0], points[-1]} & WHITE, "02-9")
    return "".join(map(chr, points))


def tells(point):
    """Whether a name can be told by it."""
    category = unicodedata.category(point)
    return category[0] == "L" or category in ("Nl", "Co", "Cn")


def name(data):
    found = text(data)
    require(any(map(tells, found)), "02-11" if found else "02-10")
    return found


def optional_name(data):
    return name(data) if text(data) else ""


def blank(data):
    """Reserved bytes (§3)."""
    require(data == b" \0" * (len(data) // 2), "02-3")


def digits(value, count):
    return len(value) == count and value.isascii() and value.isdigit()


def capitals(value, count):
    return len(value) == count and all("A" <= c <= "Z" for c in value)


def sex(value):
    require(value in ("1", "2"), "02-12")
    return int(value)


def code(value, check):
    require(digits(value, 2), check)
    return int(value)


def number(value, fits, of):
    """GB 11643 (§5.3)."""
    require(len(value) == 18 and digits(value[:17], 17) and (digits(value[17], 1) or value[17] == "X"), "02-15")
    require(fits(int(value[:6])), "02-16")
    values = [10 if c == "X" else int(c) for c in value]
    require(sum(a * pow(2, 17 - i) for i, a in enumerate(values)) % 11 == 1, "02-17")
    require(value[6:14] == of["birth"], "02-18")
    require(int(value[16]) % 2 == int(of["sex"]) % 2, "02-19")
    return value


def days(of, birth, may_last):
    """Start and end (§5.4)."""
    first = date(of["first"], "02-20")
    last = LONG_TERM if may_last and of["last"] == "长期" else date(of["last"], "02-21")
    require(first >= birth, "02-22")
    require(last >= first, "02-23")
    return {"valid_from": first, "valid_to": last}


RESIDENT = [
    ("name", 0, 30, name), ("sex", 30, 2, text), ("ethnicity", 32, 4, text), ("birth", 36, 16, text), ("address", 52, 70, text),
    ("number", 122, 36, text), ("authority", 158, 30, text), ("first", 188, 16, text), ("last", 204, 16, text), (None, 220, 36, blank),
]
PERMIT = [
    ("name", 0, 30, name), ("sex", 30, 2, text), (None, 32, 4, blank), ("birth", 36, 16, text), ("address", 52, 70, text),
    ("number", 122, 36, text), ("authority", 158, 30, text), ("first", 188, 16, text), ("last", 204, 16, text),
    ("travel_permit", 220, 18, text), ("issue_count", 238, 4, text), (None, 242, 6, blank), (None, 250, 6, blank),
]
FOREIGNER_2017 = [
    ("name", 0, 120, name), ("sex", 120, 2, text), ("number", 122, 30, text), ("nationality", 152, 6, text),
    ("chinese_name", 158, 30, optional_name), ("first", 188, 16, text), ("last", 204, 16, text), ("birth", 220, 16, text),
    (None, 236, 4, text), (None, 240, 8, text), (None, 250, 6, blank),
]
FOREIGNER_2023 = [
    ("chinese_name", 0, 30, optional_name), ("sex", 30, 2, text), ("change_count", 32, 4, text), ("birth", 36, 16, text),
    ("number", 122, 36, text), (None, 158, 30, text), ("first", 188, 16, text), ("last", 204, 16, text), ("name", None, 92, name),
    ("nationality", 242, 6, text), ("former", 250, 6, text),
]


def resident(of):
    sex(of["sex"])
    require(digits(of["ethnicity"], 2) and of["ethnicity"] != "00", "02-13")
    birth = date(of["birth"], "02-14")
    region = lambda six: 100000 <= six <= 899999 and six not in (810000, 820000, 830000)
    number(of["number"], region, of)
    return {
        **days(of, birth, True), "birth": birth, "ethnicity": int(of["ethnicity"]), "address": of["address"],
        "region": int(of["number"][:6]), "authority": of["authority"],
    }


def permit(of):
    sex(of["sex"])
    birth = date(of["birth"], "02-14")
    number(of["number"], lambda six: six in (810000, 820000, 830000), of)
    found = days(of, birth, False)
    travel = of["travel_permit"]
    require(travel != "" and all(c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" for c in travel), "02-24")
    return {
        **found, "birth": birth, "address": of["address"], "home_region": int(of["number"][:2]), "authority": of["authority"],
        "travel_permit": travel, "issue_count": code(of["issue_count"], "02-25"),
    }


def of_foreigner(of, change_count, former):
    return {
        "chinese_name": of["chinese_name"] or None, "nationality": of["nationality"], "change_count": change_count,
        "former_number_digits": former,
    }


def foreigner_2017(of):
    sex(of["sex"])
    birth = date(of["birth"], "02-14")
    require(capitals(of["number"][:3], 3) and digits(of["number"][3:], 12), "02-15")
    require(of["number"][4 + 3 : 10 + 3] == of["birth"][2:], "02-18")
    require(capitals(of["nationality"], 3), "02-26")
    return {**days(of, birth, False), "birth": birth, **of_foreigner(of, None, None)}


def foreigner_2023(of):
    sex(of["sex"])
    change_count = code(of["change_count"], "02-27")
    birth = date(of["birth"], "02-14")
    number(of["number"], lambda six: six // 100000 == 9, of)
    found = days(of, birth, False)
    require(capitals(of["nationality"], 3), "02-26")
    require(of["former"] == "" or digits(of["former"], 3), "02-28")
    return {**found, "birth": birth, **of_foreigner(of, change_count, of["former"] or None)}


# By the letter: kind, layout, checks, and the name in the canonical bytes (§8).
KINDS = {
    0x20: ("resident", RESIDENT, resident, b"resident-card"),
    0x4A: ("permit", PERMIT, permit, b"residence-permit"),
    0x49: ("foreigner-2017", FOREIGNER_2017, foreigner_2017, b"foreigner-card-2017"),
    0x59: ("foreigner-2023", FOREIGNER_2023, foreigner_2023, b"foreigner-card-2023"),
}


def fields_of(data, layout):
    of = {}
    for field, offset, length, read in layout:
        part = data[52:122] + data[220:242] if offset is None else data[offset : offset + length]
        value = read(part)
        if field:
            of[field] = value
    return of


def record(data):
    """A record, as its receiver gives it."""
    require(len(data) in (256, 1280), "02-1")
    letter = int.from_bytes(data[248:250], "little")
    require(letter in KINDS, "02-2")
    kind, layout, check, label = KINDS[letter]
    of = fields_of(data, layout)
    photo = data[256:]
    canonical = hashlib.sha256(framed([label, data[:256], photo])).hexdigest() if photo else None
    return {
        "card": kind, "name": of["name"], **check(of), "sex": int(of["sex"]), "number": of["number"],
        "photo_sha256": hashlib.sha256(photo).hexdigest() if photo else None, "canonical_sha256": canonical,
    }


def later_address(data):
    """A later address (§6.4)."""
    require(len(data) == 70, "02-29")
    found = text(data)
    require(found != "", "02-30")
    return {"text": found}
