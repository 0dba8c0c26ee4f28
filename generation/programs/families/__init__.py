"""The families by name, in the order that numbers refer to: append only, never reorder."""

FAMILIES: tuple[str, ...] = (
    "merge_intervals",
    "load_best_value",
    "correction_cost",
    "ways_to_fill",
    "spaced_picks",
    "chain_of_readings",
    "toll_crossing",
    "reachable_places",
    "work_order",
    "connected_groups",
    "fewest_hops",
    "forwarding_loop",
    "cheapest_route",
    "busiest_moment",
    "free_slots",
    "watched_moments",
)
