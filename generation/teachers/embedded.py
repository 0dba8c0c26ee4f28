"""The embedded teacher: answers from the program's own reference, with no network and no key.

In: a proved program and the task posed on it. Out: the JSON text that any teacher must return.
Its answers pass the same parser, checks and proof as a foreign teacher's. It never reads the
oracle's expected values; what it states comes from running the reference.
"""

from random import Random

from generation.programs.program import Proved
from generation.tasks import load_task
from generation.tasks.task import Posed


def complete(proved: Proved, posed: Posed, rng: Random) -> str:
    """Return the completion's text; Unsuited where no true and short enough answer can be given."""
    return load_task(posed.task_type).answer(proved, posed, rng).model_dump_json()
