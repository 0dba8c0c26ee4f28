"""The composer: a number to one program, built from shapes of ordinary work."""

from generation.programs.compose.drawing import SIZE, choice_of, draw, family_of

__all__ = ["SIZE", "choice_of", "draw", "family_of"]
