"""What a shape's words come to: the spec and the entry point's name."""

from dataclasses import dataclass

from generation.programs.program import Spec


@dataclass(frozen=True)
class Words:
    """The spec and the entry point's name."""

    spec: Spec
    entry: str
