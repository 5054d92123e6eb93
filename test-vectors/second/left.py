"""What statements leave of a value (spec 06 §3.3): beside a face not one number (checks 12-66 and 12-67)."""

from suite import NUMBER

BETWEEN, ONE_OF, DIFFERS, TEXT = 1, 2, 3, 4
LARGEST = {1: 65535, 2: 2**64 - 1, 3: 2**32 - 1}  # of kinds that are numbers
FACTORS, SINCE = 32, 33
CARDS = ("cn-resident-card", "cn-residence-permit", "cn-foreigner-card")
CODES = {"sex": (1, 2), "ethnicity": (1, 99), "home-region": (81, 83)}


def classes(request):
    """Subjects that have one value, as sets of (place of the credential, number)."""
    said = [{(0, link.first), (1, link.second)} for link in request.links]
    for place, question in enumerate(request.credentials):
        said += [{(place, s.subject)} for s in question.statements if hasattr(s, "subject")]
    joined = []
    for one in said:
        for other in [other for other in joined if other & one]:
            joined.remove(other)
            one = one | other
        joined.append(one)
    return joined


def numbers(subject, issuer):
    """The first and the last number that a subject can be, None if it is no number."""
    if subject in (FACTORS, SINCE):
        return (0, 31 if NUMBER == 1 else 63) if subject == FACTORS else (0, LARGEST[1])
    kind, name = issuer.kinds[subject], issuer.names[subject]
    if issuer.schema_name in CARDS and name in CODES:
        return CODES[name]
    return (0, LARGEST[kind]) if kind in LARGEST else None


def leaves_one(request, issuers=None, sets=None):
    """Whether one number is left of a class; who knows no schema takes every subject for any number."""
    return concluded(request, issuers or [None] * len(request.credentials), sets) != []


def concluded(request, issuers, sets=None):
    """The subjects of which one number is left, in order: (place of the credential, number). Of a credential whose
    schema is not known, None, a subject can be any number."""
    found = []
    for members in classes(request):
        if left_of(request, members, issuers, sets or {}) == 1:
            found += members
    return sorted(found)


def left_of(request, members, issuers, sets):
    """How many numbers are left of a class; None where nothing is counted."""
    ranges = [numbers(subject, issuers[place]) if issuers[place] else (0, 2**64 - 1) for place, subject in members]
    if None in ranges:
        return None
    low, high = max(low for low, _ in ranges), min(high for _, high in ranges)
    excluded, codes = set(), None
    for place, question in enumerate(request.credentials):
        for statement in question.statements:
            if (place, getattr(statement, "subject", None)) not in members:
                continue
            if statement.kind == BETWEEN:
                low, high = max(low, statement.low), min(high, statement.high)
            elif statement.kind == ONE_OF and statement.set in sets:
                own = set(sets[statement.set].codes)
                codes = own if codes is None else codes & own
            elif statement.kind == DIFFERS and statement.value.kind in LARGEST:
                excluded.add(statement.value.content)
    excluded = {number for number in excluded if low <= number <= high}
    if codes is None:
        return max(0, high - low + 1) - len(excluded)
    return len({code for code in codes if low <= code <= high} - excluded)
