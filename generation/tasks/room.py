"""Programs that are too long for a task, told before they are proved.

In: a drawn program and a task type. Out: whether posing or answering would find no room for it.
It spares work and decides nothing: what it refuses is refused later as well, most of what is
refused later passes here.
"""

from generation.programs.program import Program

# The longest source, and source with spec (characters), that fitted as posed and answered.
# Source: 1,762 rows of seeds 0 and 1, see prompts and answers of 1,800 and 2,048 characters in task.py.
MOST_CHARS = {
    "bug_fixing": (1_000, 1_550),
    "code_completion": (1_080, 1_690),
    "code_review": (1_010, 1_575),
    "documentation": (1_100, 1_610),
    "unit_test_generation": (1_080, 1_585),
}


def is_too_long(program: Program, task_type: str) -> bool:
    """Tell whether source and spec leave no room for a prompt and an answer of the task."""
    if task_type not in MOST_CHARS:
        return False
    spec = program.spec
    told = len(spec.summary) + sum(map(len, spec.rules)) + sum(len(r.condition) for r in spec.raises)
    source = len(program.source)
    most_source, most_together = MOST_CHARS[task_type]
    return source > most_source or source + told > most_together
