"""Attempts to use up the machine: memory, time, output, disk, descriptors, threads, the stack.

In: nothing. Out: `BOMBS`, Escape records whose `allowed` names the verdicts they may end with. Each stops
by itself at about 1 GB or some seconds, so that a sandbox without limits harms nobody; it then
confesses ("door-open: …"). Whether the sandbox still works afterwards is the runner's to see.
"""

from tests.attacks.escapes import Escape, make_escape

SLOW = frozenset({"timed_out", "crashed"})
MEMORY = frozenset({"out_of_memory", "crashed", "timed_out", "passed"})  # passed: MemoryError was raised and told
ANY = frozenset({"out_of_memory", "crashed", "timed_out", "output_limit", "passed"})
NO_PASS = frozenset({"out_of_memory", "crashed", "timed_out", "output_limit"})
BRIEF = {"wall_s": 0.6, "cpu_s": 0.5}

_MEMORY = [
    make_escape("memory_by_blocks", """
held = []
for _ in range(20):
    held.append(bytearray(os.urandom(1 << 16)) * 1024)
return "door-open: held 1.2 GB" """, allowed=MEMORY, naked=False),
    make_escape("memory_at_once", """
held = bytearray(1200 << 20)
return "door-open: held 1.2 GB" """, allowed=MEMORY, naked=False),
    make_escape("memory_by_doubling_text", """
text = "x"
while len(text) < 1200 << 20:
    text += text
return "door-open: held 1.2 GB" """, allowed=MEMORY, naked=False),
    make_escape("memory_by_anonymous_map", """
import mmap
area = mmap.mmap(-1, 1200 << 20)
for at in range(0, 1200 << 20, 4096):
    area[at] = 1
return "door-open: mapped 1.2 GB" """, allowed=MEMORY, naked=False),
    make_escape("memory_by_memory_files", """
block, written = bytes(1 << 20), 0
files = [os.memfd_create(str(n)) for n in range(40)]
for fd in files:
    for _ in range(30):
        written += os.write(fd, block)
return "door-open: %d bytes in memory files" % written if written > 768 << 20 else "limited" """,
            allowed=MEMORY, naked=False),
    make_escape("memory_by_pipes", """
import fcntl
held = 0
for _ in range(500):
    reader, writer = os.pipe()
    quiet(fcntl.fcntl, writer, 1031, 1 << 20)
    os.set_blocking(writer, False)
    held += os.write(writer, bytes(1 << 20))
return "door-open: %d bytes in pipes" % held if held > 256 << 20 else "limited" """, allowed=MEMORY, naked=False),
    make_escape("memory_by_forks", """
for _ in range(6):
    if os.fork() == 0:
        held = bytearray(200 << 20)
        rename(mark)
        time.sleep(5)
        os._exit(0)
time.sleep(0.5)
return "door-open: six children of 200 MB" """, allowed=MEMORY, naked=False),
    make_escape("swallowed_memory_error", """
held = []
for _ in range(64):
    try:
        held.append(bytearray(32 << 20))
    except MemoryError:
        pass
return "door-open: held %d blocks of 32 MB" % len(held) if len(held) > 16 else "limited" """,
            allowed=MEMORY, naked=False),
]

_TIME = [
    make_escape("endless_loop", "while True:\n    pass", allowed=SLOW, limits=BRIEF, naked=False),
    make_escape("endless_sleep", "time.sleep(600)", allowed=SLOW, limits=BRIEF, naked=False),
    make_escape("endless_loop_that_catches_all", """
while True:
    try:
        while True:
            pass
    except BaseException:
        continue""", allowed=SLOW, limits=BRIEF, naked=False),
    make_escape("endless_wait_on_lock", """
import threading
lock = threading.Lock()
lock.acquire()
lock.acquire()""", allowed=SLOW, limits=BRIEF, naked=False),
    make_escape("endless_c_call", "return len(str(9 ** 40_000_000)) + sum(range(10 ** 12))",
            allowed=NO_PASS | {"passed"}, limits=BRIEF, naked=False),
    make_escape("regex_backtracking", """
import re
return re.match(r"(a+)+$", "a" * 60 + "b")""", allowed=SLOW, limits=BRIEF, naked=False),
    make_escape("many_busy_threads", """
import threading
def spin():
    while True:
        pass
for _ in range(32):
    quiet(threading.Thread(target=spin, daemon=True).start)
spin()""", allowed=SLOW, limits=BRIEF, naked=False),
    make_escape("work_at_import", "return 1", allowed=SLOW, limits=BRIEF, naked=False),
    make_escape("endless_answer", """
class Slow(dict):
    def items(self):
        while True:
            yield 1, 1
    keys = __iter__ = items
return Slow()""", allowed=ANY, limits=BRIEF, naked=False),
    make_escape("endless_text_of_answer", """
class Slow(int):
    def __repr__(self):
        time.sleep(600)
    __str__ = __index__ = __int__ = __hash__ = __eq__ = __reduce__ = __repr__
return Slow()""", allowed=ANY, limits=BRIEF, naked=False),
    make_escape("closes_its_result_channel_and_waits", """
for fd in range(3, 1024):
    quiet(os.close, fd)
time.sleep(600)""", allowed=NO_PASS, limits=BRIEF, naked=False),
    make_escape("stops_itself_by_signal", """
import signal
os.kill(os.getpid(), signal.SIGSTOP)
time.sleep(600)""", allowed=ANY, limits=BRIEF, naked=False),
]

_OUTPUT = [
    make_escape("output_by_print", """
for _ in range(40):
    print("x" * (1 << 20))
return "printed" """, allowed=ANY, naked=False),
    make_escape("output_by_descriptor", """
for _ in range(40):
    os.write(1, b"y" * (1 << 20))
    os.write(2, b"z" * (1 << 20))
return "written" """, allowed=ANY, naked=False),
    make_escape("endless_output", """
while True:
    os.write(1, b"y" * 65536)""", allowed=NO_PASS, limits=BRIEF, naked=False),
    make_escape("huge_answer", "return 'x' * (64 << 20)", allowed=NO_PASS, naked=False),
    make_escape("huge_number", "return 1 << (1 << 22)", allowed=ANY, naked=False),
    make_escape("huge_exception_text", "raise ValueError('x' * (64 << 20))", allowed=ANY, naked=False),
    make_escape("huge_exception_name", "raise type('E' * (8 << 20), (Exception,), {})()", allowed=ANY, naked=False),
    make_escape("wide_answer", "return [[]] * 3_000_000", allowed=NO_PASS, limits=BRIEF, naked=False),
    make_escape("shared_answer_that_explodes", """
grown = [0]
for _ in range(40):
    grown = [grown, grown]
return grown""", allowed=NO_PASS, limits=BRIEF, naked=False),
    make_escape("answer_that_holds_itself", """
loop = []
loop.append(loop)
return loop""", allowed=ANY, naked=False),
    make_escape("deep_answer", """
deep = []
for _ in range(200_000):
    deep = [deep]
return deep""", allowed=ANY, naked=False),
]

_STORAGE = [
    make_escape("huge_file", """
written = 0
with open("huge", "wb", buffering=0) as opened:
    for _ in range(300):
        written += opened.write(bytes(1 << 20))
return "door-open: wrote 300 MB" """, allowed=ANY, naked=False),
    make_escape("many_middling_files", """
for number in range(60):
    with open(f"part{number}", "wb", buffering=0) as opened:
        for _ in range(5):
            opened.write(bytes(1 << 20))
return "door-open: wrote 300 MB" """, allowed=ANY, naked=False),
    make_escape("many_files", """
for number in range(300_000):
    open(f"f{number}", "w").close()
return "door-open: made 300,000 files" """, allowed=ANY, limits={"wall_s": 3.0}, naked=False),
    make_escape("deep_folders", """
for _ in range(5_000):
    os.mkdir("d")
    os.chdir("d")
return "dug" """, allowed=ANY, naked=False),
    make_escape("many_descriptors", """
held = [os.open("/", os.O_RDONLY) for _ in range(20_000)]
return "door-open: 20,000 descriptors" """, allowed=ANY, naked=False),
    make_escape("many_threads", """
import threading
for _ in range(3_000):
    threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
return "door-open: 3,000 threads" """, allowed=ANY, naked=False),
    make_escape("many_forks", """
made = 0
for _ in range(300):
    if os.fork() == 0:
        rename(mark)
        time.sleep(1)
        os._exit(0)
    made += 1
return "door-open: 300 processes" """, allowed=ANY, naked=False),
]

_CRASHES = [
    make_escape("stack_overflow", """
sys.setrecursionlimit(10 ** 8)
def down(n):
    return down(n + 1) + 1
return down(0)""", allowed=ANY, limits=BRIEF, naked=False),
    make_escape("stack_overflow_in_c", """
deep = None
for _ in range(2_000_000):
    deep = (deep,)
return hash(deep)""", allowed=ANY, naked=False),
    make_escape("parser_overflow", "return eval('(' * 100_000 + ')' * 100_000)", allowed=ANY, naked=False),
    make_escape("segfault", "import ctypes\nctypes.string_at(0)", allowed=ANY, naked=False),
    make_escape("abort", "os.abort()", allowed=frozenset({"crashed"}), naked=False),
    make_escape("bad_instruction", """
import ctypes, mmap
area = mmap.mmap(-1, 4096, prot=7)
area.write(b"\\x0f\\x0b" * 8)
ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(area)))()""", allowed=ANY, naked=False),
    make_escape("broken_byte_code", """
def small():
    return 1
small.__code__ = small.__code__.replace(co_code=bytes(range(1, 255)) * 4, co_stacksize=1)
return small()""", allowed=NO_PASS | {"passed"}, limits=BRIEF, naked=False),
    make_escape("kills_itself", "os.kill(os.getpid(), 9)", allowed=ANY, naked=False),
    make_escape("exits_without_a_word", "os._exit(0)", allowed=frozenset({"crashed"}), naked=False),
    make_escape("processor_limit_ignored", """
import signal
signal.signal(signal.SIGXCPU, signal.SIG_IGN)
while True:
    pass""", allowed=SLOW, limits={"wall_s": 2.5, "cpu_s": 1.0}, naked=False),
]


def _at_import(bomb: Escape) -> Escape:
    """Put an endless loop beside the function instead of in it."""
    return Escape(bomb.name, bomb.source + "\nwhile True:\n    pass\n", allowed=bomb.allowed, limits=bomb.limits,
                  naked=False)


BOMBS: tuple[Escape, ...] = tuple(
    _at_import(bomb) if bomb.name == "work_at_import" else bomb
    for bomb in (*_MEMORY, *_TIME, *_OUTPUT, *_STORAGE, *_CRASHES)
)
