"""Programs with proofs: drawing candidates by number and proving them.

`draw_program` and `prove_program` are loaded on first use, so that importing the package is light.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generation.programs.proving import extend_inputs, prove_program
    from generation.programs.sampler import draw_program

__all__ = ["draw_program", "extend_inputs", "prove_program"]


def __getattr__(name: str) -> Any:
    if name == "draw_program":
        from generation.programs.sampler import draw_program

        return draw_program
    if name in ("prove_program", "extend_inputs"):
        from generation.programs import proving

        return getattr(proving, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
