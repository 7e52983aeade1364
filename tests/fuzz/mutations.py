"""Ways to damage the content of a file."""

from contextlib import suppress
from io import BytesIO
from random import Random
from typing import Any

import h5py
import numpy as np

#: What formats give a meaning to, and what readers stumble over.
TOKENS = [
    *(b"\0", b"\n", b"\r", b'"', b"'", b"\\", b",", b":", b"{", b"}", b"[", b"]", b"?", b"%", b"@data\n", b"\xff"),
    *(b"-1", b"1e400", b"nan", b"null", b"true", b"99999999999999999999", b"\\ud800", b"\xef\xbb\xbf"),
]
NUMBERS = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 10**12, 2**62, 2**63 - 1, 2**64 - 1]


def mutate(content: bytes, random: Random) -> bytes:
    """Damage a content in one or several places."""
    for _ in range(random.choice([1, 1, 1, 1, 2, 4, 16])):
        start = random.randrange(len(content) + 1)
        stretch = content[start : start + random.randrange(1, 256)]
        kind = random.choice(["flip", "flip", "number", "token", "noise", "cut", "remove", "repeat", "move"])
        match kind:
            case "flip":
                middle, after = bytes(byte ^ 1 << random.randrange(8) for byte in stretch[:1]), 1
            case "number":
                after = random.choice([1, 2, 4, 8])
                number = random.choice(NUMBERS) % 2 ** (8 * after)
                middle = number.to_bytes(after, random.choice(["little", "big"]))
            case "token":
                middle, after = random.choice(TOKENS) * random.choice([1, 1, 1, 1, 2, 1000, 200_000]), 0
            case "noise":
                middle, after = random.randbytes(len(stretch) % 64), len(stretch) % 64
            case "cut":
                middle, after = b"", len(content)
            case "remove":
                middle, after = b"", len(stretch)
            case "repeat":
                middle, after = stretch, 0
            case "move":
                source = random.randrange(len(content) + 1)
                middle, after = content[source : source + len(stretch)], len(stretch)
        content = content[:start] + middle + content[start + after :]
    return content


#: What attributes and variables of a netCDF file could be called and hold instead.
NAMES = [
    *("label_map", "feature_dims", "spectrograms", "model", "skipped", "audeep_version", "history", "coordinates"),
    *("_FillValue", "missing_value", "scale_factor", "add_offset", "units", "dtype", "calendar", "bounds"),
]
TEXTS = [
    *("", "a", "a\0b", "{", "[]", "{}", "null", "3", '[["a", 1]]', '[["a", 1], ["a", 2]]', '[["a", 1e400]]'),
    *('{"a": [{}]}', '{"architecture": 3}', '["time", "freq"]', "[" * 5000, '"\\ud800"', "days since 2000", "\n"),
]


def rearrange(content: bytes, random: Random) -> bytes:
    """Change what is in an HDF5 file, which stays one."""
    buffer = BytesIO(content)
    # HDF5 refuses some of the changes, and now and then to close the file after them.
    with suppress(OSError, RuntimeError), h5py.File(buffer, "r+") as file:
        for _ in range(random.choice([1, 1, 2, 4])):
            with suppress(OSError, RuntimeError, TypeError, ValueError, KeyError):
                _change(file, random)
    return buffer.getvalue()


def mutate_or_rearrange(content: bytes, random: Random) -> bytes:
    """Damage an HDF5 file in one way, or in both."""
    rearranged = rearrange(content, random) if random.random() < 0.5 else content
    return mutate(rearranged, random) if random.random() < 0.2 or rearranged is content else rearranged


def _change(file: h5py.File, random: Random) -> None:
    name = random.choice(list(file))
    match random.choice(
        ["attribute", "attribute", "replace", "replace", "value", "value", "remove", "rename", "link"]
    ):
        case "attribute":
            owner = random.choice([file, file[name]])
            owner.attrs[random.choice(NAMES)] = _value(random, random.choice([(), (), (1,), (3,), (0,), (2, 2)]))
        case "replace":
            old = file[name]
            scales = [list(dim.values()) for dim in old.dims]
            shape = random.choice([old.shape, old.shape, old.shape[:-1], (*old.shape, 2), old.shape[::-1], (0,)])
            del file[name]
            new = file.create_dataset(name, data=_value(random, shape))
            for dim, scale in zip(new.dims, scales, strict=False):
                for item in scale:
                    dim.attach_scale(item)
        case "value":
            file[name][tuple(random.randrange(size) for size in file[name].shape)] = _value(random, ())
        case "remove":
            del file[name]
        case "rename":
            file.move(name, random.choice([*NAMES, *file]))
        case "link":
            other = random.choice([*file, "nowhere"])
            links = [h5py.SoftLink(f"/{other}"), h5py.ExternalLink("/etc/hostname", other), file[other]]
            del file[name]
            file[name] = random.choice(links)


def _value(random: Random, shape: tuple[int, ...]) -> Any:
    kind = random.choice(["f4", "f8", "i8", "u8", "i1", "?", "c16", "S3", "text", "text", "M8[s]", "compound"])
    if kind == "text":
        text = random.choice(TEXTS)
        return np.full(shape, text.replace("\0", ""), h5py.string_dtype()) if shape else text
    if kind == "compound":
        return np.zeros(shape, [("a", "i4"), ("b", "f4")])
    if kind == "M8[s]":
        return np.zeros(shape, h5py.opaque_dtype(np.dtype(kind)))
    if kind[0] == "f":
        return np.full(shape, random.choice([0, 1, 2, 7, -1, 0.5, 1e30, np.nan, np.inf]), kind)
    if kind == "S3":
        return np.full(shape, b"a\xff", kind)
    return np.full(shape, random.choice([0, 1, 2, 7])).astype(kind)
