# ruff: noqa: E501 (sentences and tables read better on one line)
"""Domains of the nested shape: things that contain things of their own kind.

In: nothing. Out: `WOODS`, and the number that the fixed conditions compare with.
"""

from dataclasses import dataclass

MARK = 20


@dataclass(frozen=True)
class Wood:
    """One domain: the root argument, a leaf, an inner entry, the number, its unit, names of both, who asks."""

    name: str
    arg: str
    leaf: str
    leaves: str
    inner: str
    inners: str
    number: str
    unit: str
    words: tuple[str, ...]
    contexts: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """True where the number says what it counts, so that it needs no unit."""
        return self.number.startswith("number of")

    @property
    def measured(self) -> str:
        """The number with its unit."""
        return self.number if self.counts else f"{self.number} in {self.unit}"

    @property
    def short(self) -> str:
        """The number as a part of a function's name."""
        return self.number.removeprefix("number of ").replace(" ", "_")


WOODS = (
    Wood("disk folders", "folder", "file", "files", "folder", "folders", "size", "kilobytes",
         ("docs", "img", "notes", "old", "src"),
         ("The disk is filling up and somebody has to see where.", "The backup only copies part of the disk.")),
    Wood("town budget", "budget", "item", "items", "chapter", "chapters", "cost", "thousand euros",
         ("parks", "roads", "schools", "staff", "water"),
         ("The council debates the budget chapter by chapter.", "The treasurer prepares a summary for the council.")),
    Wood("parts list", "assembly", "part", "parts", "assembly", "assemblies", "weight", "grams",
         ("axle", "bolt", "frame", "motor", "seat"),
         ("The bicycle maker reads parts lists from its designers.", "Shipping depends on what an assembly weighs.")),
    Wood("staff plan", "unit", "post", "posts", "unit", "units", "number of hours", "hours",
         ("desk", "field", "lab", "north", "south"),
         ("The staff plan is drawn as a tree of units.", "Human resources checks the plan before it is signed.")),
    Wood("garden map", "garden", "bed", "beds", "section", "sections", "area", "square metres",
         ("herbs", "lawn", "pond", "roses", "shed"),
         ("The gardeners share one map of the grounds.", "Watering is planned from the garden map.")),
    Wood("cookbook", "chapter", "recipe", "recipes", "chapter", "chapters", "cooking time", "minutes",
         ("bread", "fish", "rice", "soup", "tart"),
         ("The cookbook's contents are kept as a tree.", "The editor looks for gaps in the contents.")),
    Wood("exhibition plan", "hall", "stand", "stands", "hall", "halls", "rent", "euros",
         ("art", "books", "crafts", "music", "toys"),
         ("The fair rents out stands in nested halls.", "The organiser settles the rents after the fair.")),
    Wood("reading list", "shelf", "book", "books", "shelf", "shelves", "number of pages", "pages",
         ("atlas", "essays", "novels", "plays", "poems"),
         ("A library arranges its shelves within shelves.", "The reading club picks from the catalogue tree.")),
)  # fmt: skip
