"""heidi-autotrain-synthetic: rounds of synthetic instruction data for coding agents, proved by running."""

__version__ = "1.0.0"
