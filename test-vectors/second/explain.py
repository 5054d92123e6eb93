"""Each hash, each step of a transcript and each draw of a prover, as it is taken: what `verify.py --explain ID` prints of a vector, for whoever
comes to something else and looks for the first line that differs."""

telling = False
recorded = None  # outputs by operation, where somebody asks for them


def text(data):
    """Up to 64 bytes in hexadecimal; of more, the first 32 and how many there are."""
    return data.hex() if len(data) <= 64 else f"{data[:32].hex()}…({len(data)} bytes)"


def tell(operation, parts, output=None):
    """A line, where lines are asked for."""
    if recorded is not None and output is not None:
        recorded.setdefault(name_of(operation), []).append(output.hex())
    if telling:
        print(f"  {operation}({', '.join(map(text, parts))})" + ("" if output is None else f" = {text(output)}"))


def name_of(operation):
    """H[shown] of H[shown, 64]: the length is said by the specification."""
    return operation.split(",")[0] + ("]" if operation.startswith(("H[", "F[")) else "")


def outputs(function, *arguments):
    """What is told while the function runs: for each operation its outputs in hexadecimal."""
    global recorded
    recorded = {}
    try:
        function(*arguments)
        return recorded
    finally:
        recorded = None


def explain(identity, read, open_group, answer):
    """Prints what comes of one vector; gives whether it is what the file says."""
    global telling
    name = identity.split("/")[0]
    groups = read(name)["groups"] if name in read("index")["files"] else []
    found = [(group, vector) for group in groups for vector in group["vectors"] if vector["id"] == identity]
    if not found:
        print(f"no such vector: {identity}")
        return False
    ((group, vector),) = found
    telling = True
    print(f"{identity}: {vector['comment']}\nthe state of {group['receiver']}:")
    receive = open_group(group)
    print("the input:")
    found, refusal = answer(receive, vector["input"])
    telling = False
    expected = vector["result"], vector["check"], vector["output"]
    print(f"found:     {found}" + (f" ({refusal})" if refusal else ""))
    print(f"the file:  {expected}")
    for name, value in vector["trace"].items():
        print(f"its trace: {name} = {value}")
    return found == expected
