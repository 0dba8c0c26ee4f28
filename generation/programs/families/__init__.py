"""The families by name, in the order that numbers refer to: append only, never reorder."""

FAMILIES: tuple[str, ...] = ("merge_intervals",)
