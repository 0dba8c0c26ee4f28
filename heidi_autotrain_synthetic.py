"""The dataset as a `datasets` builder: columns, views and round splits of a built folder.

In: a folder built by `generation/build.py` (default: `heidi-autotrain-synthetic` in the working
directory). Out: the same rows that `load_dataset("heidi-autotrain-synthetic")` gives, for code that
wants a builder class, and for `datasets` 2 and 3, where this file also serves as a loading script.
It knows nothing of how rows are made.
"""

import datasets

FEATURES = datasets.Features(
    {
        "id": datasets.Value("string"),
        "instruction": datasets.Value("string"),
        "input": datasets.Value("string"),
        "output": datasets.Value("string"),
        "metadata": {
            "task_type": datasets.Value("string"),
            "round": datasets.Value("int32"),
            "timestamp": datasets.Value("string"),
            "teacher_model": datasets.Value("string"),
        },
    }
)
