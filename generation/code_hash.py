"""Hashes of this project's code: what older code made is never taken for what this code would make.

In: names of files and folders in `generation/`. Out: a SHA-256 to which the caller may add.
"""

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent


def hash_code(names: Iterable[str] = (".",)) -> "hashlib._Hash":
    """Return the hash of these files, all files of these folders, and the Python version."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for name in names:
        place = HERE / name
        files = place.rglob("*") if place.is_dir() else [place]
        for file in sorted(f for f in files if f.suffix != ".pyc" and f.is_file()):
            digest.update(str(file.relative_to(HERE)).encode() + b"\0" + file.read_bytes())
    return digest


def hash_installed() -> bytes:
    """Return the hash of every installed distribution's name and version."""
    names = sorted({entry.name for path in sys.path for entry in Path(path).glob("*.dist-info")})
    return hashlib.sha256("\0".join(names).encode()).digest()
