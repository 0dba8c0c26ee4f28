"""Attacks of kinds that the first lists lack, made later against the fork server, its one scratch and its suites.

In: nothing. Out: `LATER_ESCAPES`, `LATER_CALL_FORGERIES`, `LATER_SUITE_FORGERIES`, of the same form and judged by
the same runner as the others. All are harmless: a door found open is told and left.
"""

from tests.attacks.escapes import Escape, make_escape
from tests.attacks.forgeries import CallForgery, make_forgery
from tests.attacks.suite_forgeries import SuiteForgery

_NUMBERS = {  # name: (x86-64, arm64). Source: as in syscalls.py
    "inotify_init1": (294, 26), "signalfd4": (289, 74), "timerfd_create": (283, 85), "memfd_create": (319, 279),
    "eventfd2": (290, 19), "epoll_create1": (291, 20), "seccomp": (317, 277), "landlock_create_ruleset": (444, 444),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "splice": (275, 76), "tee": (276, 77),
    "sched_setaffinity": (203, 122), "setpriority": (141, 140), "prctl": (157, 167), "setrlimit": (160, 164),
    "utimensat": (280, 88), "setxattr": (188, 5), "statfs": (137, 43), "sysinfo": (99, 179), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_send_signal": (424, 424), "name_to_handle_at": (303, 264),
    "membarrier": (324, 283), "pkey_alloc": (330, 289), "execveat": (322, 281), "setsid": (112, 157),
    "sched_setattr": (314, 274), "set_mempolicy": (238, 237), "futex_waitv": (449, 449), "vhangup": (153, 58),
}  # fmt: skip
_CALL = """
import ctypes
c = libc()
c.syscall.restype = ctypes.c_long
box = (ctypes.c_uint64 * 64)()
got = c.syscall(ctypes.c_long({numbers}[os.uname().machine != "x86_64"]), {arguments})
return "door-open: {name} gave " + str(got) if {opened} else "refused" """


def _raw(name: str, arguments: str, opened: str = "got >= 0") -> Escape:
    body = _CALL.format(name=name, numbers=_NUMBERS[name], arguments=arguments, opened=opened)
    return make_escape("later_call_" + name, body)


_DOORS = [
    _raw("inotify_init1", "0"),
    _raw("signalfd4", "ctypes.c_long(-1), box, 8, 0"),
    _raw("timerfd_create", "0, 0"),
    _raw("memfd_create", "b'kept', 0"),
    _raw("eventfd2", "0, 0"),
    _raw("epoll_create1", "0"),
    _raw("seccomp", "1, ctypes.c_long(8), box", opened="got >= 0 or ctypes.get_errno() == 22"),
    _raw("landlock_create_ruleset", "None, 0, 1"),
    _raw("process_madvise", "ctypes.c_long(0), box, 1, 20, 0", opened="got >= 0 or ctypes.get_errno() == 9"),
    _raw("process_mrelease", "ctypes.c_long(0), 0", opened="got >= 0 or ctypes.get_errno() == 9"),
    _raw("splice", "0, None, 1, None, 1, 0"),
    _raw("sched_setaffinity", "0, 8, (ctypes.c_uint64 * 1)(1)"),
    _raw("setpriority", "0, 0, 5"),
    _raw("prctl", "ctypes.c_long(0x59616D61), ctypes.c_long(-1), 0, 0, 0"),
    _raw("setrlimit", "7, (ctypes.c_uint64 * 2)(64, 64)"),
    _raw("utimensat", "ctypes.c_long(-100), b'/tmp', None, 0"),
    _raw("setxattr", "b'/tmp', b'user.kept', b'x', 1, 0", opened="got >= 0 or ctypes.get_errno() == 95"),
    _raw("sysinfo", "box"),
    _raw("rt_sigqueueinfo", "1, 10, box"),
    _raw("rt_tgsigqueueinfo", "1, 1, 10, box"),
    _raw("pidfd_send_signal", "0, 0, None, 0", opened="got >= 0 or ctypes.get_errno() == 9"),
    _raw("name_to_handle_at", "ctypes.c_long(-100), b'/', box, box, 0", opened="got >= 0 or ctypes.get_errno() == 75"),
    _raw("pkey_alloc", "0, 0"),
    _raw("execveat", "ctypes.c_long(-100), b'/bin/sh', None, None, 0", opened="got >= 0 or ctypes.get_errno() == 2"),
    _raw("setsid", "0"),
    _raw("set_mempolicy", "0, None, 0"),
    _raw("vhangup", "0"),
]
_WAYS = [
    make_escape("later_signal_by_thread_to_everything", """
import signal, ctypes
number = {"x86_64": 234, "aarch64": 131}[os.uname().machine]
found = [n for n in range(2, 400) if libc().syscall(number, n, n, 0) == 0]
return "door-open: another process hears " + repr(found) if apart(facts) and found else "alone" """, naked=False),
    make_escape("later_lease_and_notice_of_a_shared_file", """
import fcntl
fd = os.open(os.__file__, os.O_RDONLY)
fcntl.fcntl(fd, 1024, 1)
fcntl.fcntl(fd, 1026, 1)
return "tried" """),
    make_escape("later_lock_of_a_library_file", """
import fcntl
fd = os.open(os.__file__, os.O_RDONLY)
fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
return "door-open: holds a lock that the host can feel" """, naked=False),
    make_escape("later_writes_through_a_private_map_of_the_library", """
import mmap
fd = os.open(os.__file__, os.O_RDONLY)
area = mmap.mmap(fd, 4096, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ | mmap.PROT_WRITE)
area[0:1] = b"#"
return "door-open: the library's file can be changed" """),
    make_escape("later_file_without_a_name", """
fd = os.open("/tmp", os.O_RDWR | 0o20000000, 0o600)
os.write(fd, mark.encode())
return "written" """, probe="""
def look(mark):
    seen = [os.stat("/tmp").st_nlink, os.listdir("/tmp")]
    return repr(seen)"""),
    make_escape("later_age_of_the_scratch", """
return "the earlier job's" if time.time() - os.stat("/tmp").st_ctime > 3 else "new" """, before="""
def prior(token):
    open("/tmp/" + token, "w").close()
    os.unlink("/tmp/" + token)
    time.sleep(0.2)
    return token"""),
    make_escape("later_holds_the_line_to_the_server", """
for fd in range(4, 256):
    try:
        os.write(fd, b"ready")
        return "door-open: a descriptor beside the four is open: " + str(fd)
    except OSError:
        pass
return "closed" """, naked=False),
    make_escape("later_grows_the_result_pipe", """
import fcntl
for size in (1 << 20, 1 << 24, 1 << 30):
    quiet(fcntl.fcntl, 3, 1031, size)
os.set_blocking(3, False)
while True:
    os.write(3, b"x" * 65536) """, allowed=frozenset({"output_limit", "crashed", "passed"}), naked=False),
    make_escape("later_floods_both_pipes_by_turns", """
while True:
    os.write(1, b"y" * 4096)
    os.write(3, b"z" * 4096) """, allowed=frozenset({"output_limit", "passed", "crashed"}), naked=False),
    make_escape("later_slow_drip_for_ever", """
while True:
    os.write(3, b"\\n")
    time.sleep(0.001) """, allowed=frozenset({"timed_out", "passed"}), naked=False, limits={"wall_s": 1.0}),
    make_escape("later_monitoring_of_what_comes_after", """
import sys
tool = getattr(sys, "monitoring", None)
if tool is None:
    sys.setprofile(lambda *_: None)
    return "no such thing here"
tool.use_tool_id(3, mark)
return "set" """, probe="""
def look(mark):
    import sys
    tool = getattr(sys, "monitoring", None)
    return repr(tool and tool.get_tool(3)) + repr(sys.getprofile())"""),
    make_escape("later_random_state_for_next_job", """
import random
random.seed(mark)
random.mark = mark
return "seeded" """, probe="""
def look(mark):
    import random
    other = random.Random(mark)
    return mark if random.random() == other.random() or hasattr(random, "mark") else "its own" """),
]
LATER_ESCAPES: tuple[Escape, ...] = (*_DOORS, *_WAYS)

LATER_CALL_FORGERIES: tuple[CallForgery, ...] = (
    make_forgery("later_more_counts_than_calls", """
for text in ("counts", "counts\\t9\\t9\\t9\\t9", "unfit\\tno tuple"):
    for space in harness_spaces():
        for value in list(space.values()):
            nonce = getattr(value, "_nonce", None)
            if type(nonce) is str:
                shout((nonce + "\\t" + text + "\\n").encode())
    for frame in frames():
        reporter = frame.f_locals.get("reporter")
        if reporter is not None:
            reporter.send(*text.split("\\t"))
return values"""),
    make_forgery("later_changes_the_frozen_inputs", """
for frame in frames():
    for name in ("inputs", "texts", "counts"):
        kept = frame.f_locals.get(name)
        if type(kept) is list:
            kept[:] = kept[:1] * len(kept)
return list(values)""", must="fresh"),
    make_forgery("later_patched_marshal", """
import marshal
marshal.loads = lambda *_: ([0],)
marshal.dumps = lambda *_: b"N"
return list(values)""", must="fresh"),
    make_forgery("later_reduce_and_class_at_once", """
class Sly(list):
    __class__ = property(lambda self: list)
    __reduce_ex__ = lambda self, version: (list, (values,))
    __eq__ = lambda self, other: True
    __hash__ = None
return Sly(values)"""),
    make_forgery("later_number_that_prints_long", """
class Big(int):
    __repr__ = __str__ = lambda self: "1" * 100000
return [Big(1), 10 ** 4299, -(10 ** 4299)]"""),
    make_forgery("later_generator_closed_late", """
def keep():
    try:
        yield 1
    finally:
        os._exit(0)
made = keep()
next(made)
builtins_kept = made
import builtins
builtins.kept = made
return list(values)"""),
    make_forgery("later_warning_hook", """
import warnings
warnings.showwarning = lambda *_, **__: os._exit(0)
warnings.simplefilter("always")
warnings.warn("now")
return values""", must="not_passed"),
    make_forgery("later_text_like_a_call", """
return ["set([1])", "1(2)", "'a' 'b'", "\\\\N{BULLET}", "[0][0]"]"""),
    make_forgery("later_value_text_like_a_call", """
import os
for frame in frames():
    reporter = frame.f_locals.get("reporter")
    if reporter is not None:
        for text in ("v1(2)", "v[1][0]", "v'a' 'b'", "v(1).__class__", "vset(1)", "v1 if 1 else 2", "v'\\\\N{BULLET}'"):
            reporter.send("input", "0", text, "")
        reporter.send("done")
        os._exit(0)
return values""", must="any"),
)

LATER_SUITE_FORGERIES: tuple[SuiteForgery, ...] = (
    SuiteForgery("later_notices_the_stand_in", """
import solution
if type(solution).__name__ == "StandIn":
    def test_a():
        pass
else:
    def test_a():
        raise SystemExit
"""),
    SuiteForgery("later_describes_what_is_not_there", """
import solution
if type(solution).__name__ == "StandIn":
    def test_ghost():
        pass
""", must="not_passed"),
    SuiteForgery("later_hides_its_skips", """
import pytest
import solution
if type(solution).__name__ == "StandIn":
    def test_a():
        pass
else:
    @pytest.mark.skip
    def test_a():
        assert False
""", must="not_passed"),
    SuiteForgery("later_hook_functions_in_the_module", """
import pytest
def pytest_pyfunc_call(pyfuncitem):
    return True
def pytest_runtest_call(item):
    return None
def test_a():
    pytest.fail("never called")
""", must="not_passed"),
    SuiteForgery("later_writes_its_own_target_line", """
import sys
from solution import discount
def test_a():
    frame = sys._getframe()
    while frame:
        reporter = frame.f_locals.get("reporter")
        if reporter is not None:
            reporter.send("code", "00")
            reporter.send("described", '[["", "test_a", 1]]')
        frame = frame.f_back
    assert discount([100, 99], 100) is None
""", must="not_passed"),
    SuiteForgery("later_leaves_at_the_description", """
import os
import solution
if type(solution).__name__ == "StandIn":
    os._exit(0)
def test_a():
    pass
"""),
)
