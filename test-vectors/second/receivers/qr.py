"""Codes and frames (spec 16)."""

from qr import Reader, bytes_of, text_of
from refusal import Refusal


def code(state):
    """A reader of single codes; every sequence of bytes has one text."""

    return lambda given: {"bytes": bytes_of(given["text"]).hex()}


def flood(count, frames, length):
    """Frames of as many other sets, with ids 0, 1, 2 …: of each the first ones of 64, with parts of zeros."""
    for number in range(count):
        for place in range(frames):
            yield text_of(b"\xf1" + number.to_bytes(8, "big") + bytes([place, 64]) + bytes(length))


def frames(state):
    """A reader of frames, to whom others were shown before."""

    def judge(given):
        reader = Reader()
        for text in [*given["before"], *flood(**given["flood"])]:
            try:
                reader.take(text)
            except Refusal:
                pass
        return reader.take(given["text"])

    return judge
