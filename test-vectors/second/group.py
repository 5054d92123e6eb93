"""The group of the suite (spec 01 §2). Ed25519 is in ristretto255.py, whatever the suite."""

from suite import NUMBER

if NUMBER == 2:
    from p256 import (
        BASEPOINT, IDENTITY, ORDER, POINT, UNIFORM, WIDE, Point,
        decode_point, decode_scalar, encode_scalar, linear, one_way_map, reduced,
    )
else:
    from ristretto255 import (
        BASEPOINT, IDENTITY, ORDER, POINT, UNIFORM, WIDE, Point,
        decode_point, decode_scalar, encode_scalar, linear, one_way_map, reduced,
    )

__all__ = [
    "BASEPOINT", "IDENTITY", "ORDER", "POINT", "UNIFORM", "WIDE", "Point",
    "decode_point", "decode_scalar", "encode_scalar", "linear", "one_way_map", "reduced",
]
