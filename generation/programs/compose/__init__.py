"""The composer: a number to one program, built from shapes of ordinary work."""

from generation.programs.compose.drawing import EPOCH, FORMS, SIZE, choice_of, draw, family_of

__all__ = ["EPOCH", "FORMS", "SIZE", "choice_of", "draw", "family_of"]
