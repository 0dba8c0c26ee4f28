"""The eight tasks by task type; the order is the order in which a round's slots take turns."""

import functools
from importlib import import_module
from types import ModuleType

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


@functools.cache
def load_task(task_type: str) -> ModuleType:
    """Return the module of a task type (see `task` for its shape), imported when first asked for.

    Raises ValueError for a name that is not in TASK_TYPES.
    """
    if task_type not in TASK_TYPES:
        raise ValueError(f"unknown task type {task_type!r}; there are {', '.join(TASK_TYPES)}")
    return import_module(f"generation.tasks.{task_type}")
