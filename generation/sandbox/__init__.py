"""Untrusted Python in, outcomes out. Knows nothing of rows, tasks or programs.

    with open_sandbox() as sandbox:                 # foreign code: tries the ladder, probes each rung
        result = sandbox.call(source, "merge", ["([(1, 2)],)"])
    with open_sandbox(trusted=True) as sandbox:     # our own code, where no rung holds
        ...
"""
