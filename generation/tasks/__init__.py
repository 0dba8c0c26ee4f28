"""The eight tasks by task type; the order is the order in which a round's slots take turns."""

TASK_TYPES: tuple[str, ...] = (
    "code_completion",
    "bug_fixing",
    "code_explanation",
    "refactoring",
    "unit_test_generation",
    "code_review",
    "documentation",
    "algorithm_implementation",
)
