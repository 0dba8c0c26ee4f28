"""Run untrusted Python: source and inputs in, outcomes out, nothing else.

In: source text, inputs as text by `generation.values.encode`. Out: `CallResult` and `SuiteResult`.
It knows nothing of rows, programs or tasks, and never sees an expected value: callers compare.
Start with `open_sandbox()`; what it covers and what not is in docs/sandbox.md.
"""

from generation.sandbox.host import Sandbox
from generation.sandbox.ladder import open_sandbox
from generation.sandbox.verdicts import CallResult, Limits, SandboxError, SandboxUnavailable, SuiteResult, Verdict

__all__ = [
    "CallResult",
    "Limits",
    "Sandbox",
    "SandboxError",
    "SandboxUnavailable",
    "SuiteResult",
    "Verdict",
    "open_sandbox",
]
