# ruff: noqa: E501 (sentences and tables read better on one line)
"""Domains of the allocation shape: who asks for a share of what there is.

In: nothing. Out: `PLACES`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One domain: who asks, for what, in which unit, in which kinds; the argument names.

    size: one lot of the unit; caps, reserves and drawn amounts are multiples of it or lie next to one.
    rank: what decides who comes first, where it is not the order or the amount.
    """

    name: str
    one: str
    many: str
    stock: str
    unit: str
    kind: str
    kinds: tuple[str, ...]
    size: int
    rank: str
    contexts: tuple[str, ...]


PLACES = (
    Place("seed exchange", "gardener", "gardeners", "stock", "packets", "crop", ("bean", "kale", "leek"), 4, "years of membership",
          ("The seed exchange shares out its packets every spring.", "Nobody should leave the exchange empty-handed.")),
    Place("charging park", "van", "vans", "power", "kilowatts", "row", ("east", "north", "west"), 5, "urgency",
          ("The charging park may not exceed its connection.", "Vans are charged overnight with what the grid allows.")),
    Place("ferry crossing", "group", "groups", "seats", "seats", "deck", ("lower", "main", "upper"), 2, "status",
          ("The ferry's seats are given out at the gate.", "Groups are boarded by a fixed procedure.")),
    Place("relief goods", "village", "villages", "supplies", "crates", "good", ("food", "tents", "water"), 6, "need",
          ("Relief goods are shared out by the district office.", "Each truckload is divided before it leaves.")),
    Place("computing centre", "project", "projects", "hours", "hours", "queue", ("cpu", "gpu", "memory"), 8, "priority",
          ("Machine hours are granted once a month.", "The computing centre explains every grant.")),
    Place("fabric cutting", "order", "orders", "cloth", "metres", "fabric", ("cotton", "felt", "linen"), 3, "urgency",
          ("The cutter works off the day's orders.", "What is left on the roll goes back to the shelf.")),
    Place("water rights", "farm", "farms", "water", "litres", "canal", ("left", "middle", "right"), 10, "seniority",
          ("The water board opens the canals at dawn.", "In dry years water is shared by rule.")),
    Place("grant fund", "club", "clubs", "budget", "euros", "purse", ("culture", "sports", "youth"), 25, "score",
          ("The town's grant fund is always too small.", "Every club gets a reasoned decision.")),
    Place("school laptops", "class", "classes", "laptops", "laptops", "model", ("basic", "pro", "tablet"), 2, "grade",
          ("The school lends its laptops by the week.", "The laptop trolley is filled every Monday.")),
    Place("paint shop", "job", "jobs", "paint", "litres", "colour", ("blue", "red", "white"), 4, "priority",
          ("The paint shop mixes once a day.", "Jobs that get no paint wait until tomorrow.")),
)  # fmt: skip
