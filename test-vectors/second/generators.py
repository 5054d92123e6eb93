"""generators.json: every base point, and the known answer of the transcript (spec 01 §4 and §6)."""

from hashing import BASE_ROLES, BASES
from report import equal, load
from suite import NUMBER
from transcript import Transcript


def check_generator(number, vector):
    role, parts = BASE_ROLES[number]
    equal(vector["id"], number, "number")
    equal((vector["role"], tuple(vector["parts"])), (role, parts), "role and parts")
    equal(BASES[number].encode().hex(), vector["point"], "point")


def check_transcript():
    """The known answer of spec 01 §6."""
    transcript = Transcript("presentation")
    transcript.absorb("request", bytes(range(200)))
    answer = (
        "fa03ce3aca2fa98116bc4e7766866023470e853fff79c83c547d151b0f43b966"
        "e2fbd3b1f395c7568cd61897245fb3b4abe6baad096ab781077bbb1b2da7ee95"
        if NUMBER == 2
        else "4f8ae3fb322672835c1ba13b0a749bf9145c46eca6ee4a0ee48998ca89300779"
        "d046765288a8073adf0305aab02d2e6a604d9a5e4d1befc3f5a5634044fef28c"
    )
    equal(transcript.squeeze("message", 64).hex(), answer, "answer")


def check_generators(report):
    """Spec 01 §4."""
    vectors = load("generators.json")["vectors"]
    report.check("generators", "number of base points", equal, len(vectors), len(BASES), "number")
    report.check("generators", "transcript", check_transcript)
    for number, vector in enumerate(vectors):
        report.check("generators", f"vector {vector['id']}", check_generator, number, vector)
