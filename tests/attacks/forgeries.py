"""Forged answers to function calls: sources that try to seem right, or to harm the host that reads them.

In: nothing. Out: `CALL_FORGERIES`. Each defines `solve(values)`; what is right depends on a salt that only
the host knows, so a single right outcome proves a leak or a forged comparison. `must` says what has to
hold besides that; `find_forgery` in runner.py judges. Suites are in suite_forgeries.py.
"""

from dataclasses import dataclass

SHARED = '''
import os, sys, time

def quiet(act, *arguments):
    try:
        return act(*arguments)
    except BaseException:
        return None

def frames():
    frame = sys._getframe()
    while frame:
        yield frame
        frame = frame.f_back

def harness_spaces():
    """Every namespace that does not belong to this source."""
    seen = [frame.f_globals for frame in frames()] + [vars(m) for m in list(sys.modules.values()) if m]
    return [space for space in seen if space is not globals()]

def shout(payload):
    for fd in range(3, 256):
        try:
            os.set_blocking(fd, False)
            os.write(fd, payload)
        except OSError:
            pass
'''


@dataclass(frozen=True)
class CallForgery:
    """One forged answer.

    must: what has to hold beside "no outcome is right": "not_passed" (the verdict is another one),
    "any" (nothing more), "args_told" (the changed argument is reported), "fresh" (a later equal input gives
    the same value as the first), "no_mark" (no file named by the mark appears on the host).
    "steps_told" (run with count_steps, over 900 steps are reported for every input).
    mended: what a defender has to keep in mind, one clause.
    """

    name: str
    source: str
    must: str
    mended: str = ""


def make_forgery(name: str, body: str, must: str = "any", mended: str = "", top: str = "") -> CallForgery:
    indented = "\n".join("    " + line for line in body.strip().splitlines())
    return CallForgery(name, f"{SHARED}\n{top.strip()}\n\ndef solve(values):\n{indented}\n", must, mended)


_EXITS = [
    make_forgery("early_os_exit", "os._exit(0)", "not_passed", "exit status 0 proves nothing"),
    make_forgery("early_sys_exit", "sys.exit(0)", "any", "SystemExit is an outcome or a crash, never a right value"),
    make_forgery("raise_system_exit_at_import", "return 0", "not_passed",
           "import may end the process", "raise SystemExit(0)"),
    make_forgery("exit_at_import", "return 0", "not_passed", "import may end the process", "import os\nos._exit(0)"),
    make_forgery("keyboard_interrupt", "raise KeyboardInterrupt"),
    make_forgery("generator_exit", "raise GeneratorExit"),
    make_forgery("base_exception_of_its_own", "raise type('Passed', (BaseException,), {})()"),
    make_forgery("exit_after_second_call", """
COUNT.append(1)
if len(COUNT) == 2:
    os._exit(0)
return []""", "not_passed", "outcomes of the calls not made must not be filled in", "COUNT = []"),
    make_forgery("exception_that_breaks_when_read", """
class Broken(ValueError):
    def __str__(self): raise KeyError
    __repr__ = __str__
    __class__ = property(lambda self: os._exit(0))
raise Broken"""),
    make_forgery("exception_with_forged_name", """
raise type("x', value='[0]", (Exception,), {"__name__": "ValueError", "__qualname__": "ValueError"})"""),
    make_forgery("exception_class_with_metaclass_name", """
class Meta(type):
    __name__ = property(lambda cls: os._exit(0))
class Wild(Exception, metaclass=Meta):
    pass
raise Wild"""),
]

_EQUAL = """
class Equal{base}:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __lt__(self, other): return False
    def __len__(self): return 0
    def __bool__(self): return True
    def __getattr__(self, name): return lambda *a, **k: True
"""
_OBJECTS = [
    make_forgery("always_equal_object", "return Equal()", mended="only exact builtin types are values",
           top=_EQUAL.format(base="")),
    *(make_forgery(f"always_equal_{kind}", "return Equal()", mended="a subclass is foreign",
             top=_EQUAL.format(base=f"({kind})"))
      for kind in ("int", "float", "str", "list", "tuple", "dict", "set", "bytes")),
    make_forgery("always_equal_inside_a_list", "return [Equal() for _ in values]", top=_EQUAL.format(base="(int)")),
    make_forgery("claims_another_class", """
class Claim(list):
    __class__ = property(lambda self: list)
    def __reduce__(self): return (list, ())
    def __repr__(self): return "[0]"
return Claim()""", mended="type(x), never isinstance or __class__"),
    make_forgery("changing_type_under_way", """
class Later(dict):
    pass
late = Later()
late.__class__ = type("Other", (dict,), {"__eq__": lambda *a: True})
return [late]"""),
    make_forgery("generator", "yield from values"),
    make_forgery("coroutine", "return wait()", top="async def wait():\n    return 0"),
    make_forgery("lazy_map", "return map(abs, values)"),
    make_forgery("function_as_answer", "return solve"),
    make_forgery("module_as_answer", "return sys"),
    make_forgery("unittest_any", "from unittest import mock\nreturn mock.ANY"),
    make_forgery("answer_with_wild_surrogates", "return ['\\ud800\\udfff', '\\x00', '\\u202e', '\\x1b]0;x\\x07']",
           mended="text of an answer may not be valid UTF-8"),
    make_forgery("answer_of_huge_number", "return 10 ** 20_000", mended="str(int) raises beyond 4,300 digits on either side"),
    make_forgery("answer_of_odd_floats", "return [float('nan'), -0.0, 1e400, complex('nan+infj')]"),
    make_forgery("answer_nested_to_the_limit", """
deep = []
for _ in range(63):
    deep = [deep]
return deep"""),
    make_forgery("answer_nested_beyond", """
deep = ()
for _ in range(5_000):
    deep = (deep,)
return deep"""),
]

_PEEKING = [
    make_forgery("expected_in_frames", """
for frame in frames():
    for space in (frame.f_locals, frame.f_globals):
        for name, kept in space.items():
            if "expect" in name.lower() and kept:
                try:
                    return kept[0] if isinstance(kept, (list, tuple)) else kept
                except Exception:
                    pass
return []""", mended="expected values must not be in the process at all"),
    make_forgery("expected_by_gc", """
import gc
shaped = [t for t in gc.get_objects() if type(t) is list and len(t) == len(values) and t != values
          and all(type(v) is int for v in t)]
return shaped[-1] if shaped else []"""),
    make_forgery("expected_in_text_by_gc", """
import gc, ast
for thing in gc.get_objects():
    if type(thing) in (list, tuple):
        for text in thing:
            if type(text) is str and text.startswith("["):
                got = quiet(ast.literal_eval, text)
                if type(got) is list and len(got) == len(values) and got != values:
                    return got
return []"""),
    make_forgery("nonce_by_gc_and_frames", """
import gc, re
found = set()
for thing in gc.get_objects():
    if type(thing) in (list, tuple, dict):
        found.update(re.findall(r"[0-9a-f]{16,64}", quiet(repr, thing) or ""))
for nonce in sorted(found)[:64]:
    shout(('{"nonce": "%s", "verdict": "passed", "outcomes": [[["[0]", null, ""]]]}\\n' % nonce).encode())
os._exit(0)""", "not_passed", "a nonce in the same process can be read: count and order must be checked too"),
    make_forgery("trace_the_harness", """
kept = []
def trace(frame, event, arg):
    kept.append(quiet(repr, frame.f_locals))
    return trace
sys.settrace(trace)
for frame in frames():
    frame.f_trace = trace
return []"""),
    make_forgery("profile_the_harness", """
def profile(frame, event, arg):
    if event == "c_call" and arg in (repr, type):
        os._exit(0)
sys.setprofile(profile)
return []""", "any"),
    make_forgery("changes_locals_of_callers", """
import ctypes
for frame in frames():
    if frame.f_globals is not globals():
        for name in list(frame.f_locals):
            if name in ("result", "outcome", "value", "outcomes", "verdict", "raised"):
                quiet(frame.f_locals.__setitem__, name, values)
                quiet(ctypes.pythonapi.PyFrame_LocalsToFast, ctypes.py_object(frame), ctypes.c_int(0))
return []"""),
    make_forgery("later_inputs_in_callers", """
for frame in frames():
    for name, kept in list(frame.f_locals.items()):
        if frame.f_globals is not globals() and isinstance(kept, list):
            quiet(kept.clear)
return []""", "any", "the count of outcomes must equal the count of inputs, or the verdict is not passed"),
]

_PATCHES = [
    make_forgery(f"patched_builtin_{name}", "return Equal()", mended="the harness must hold its own references",
           top=_EQUAL.format(base="") + f"import builtins\nbuiltins.{name} = {value}")
    for name, value in (
        ("print", "lambda *a, **k: None"), ("repr", "lambda value: '[0]'"), ("isinstance", "lambda *a: True"),
        ("type", "lambda *a: list"), ("len", "lambda value: 0"), ("open", "None"), ("sorted", "list"),
        ("BaseException", "ZeroDivisionError"), ("Exception", "ZeroDivisionError"), ("list", "tuple"),
        ("tuple", "list"), ("str", "int"), ("map", "None"), ("getattr", "None"), ("__import__", "None"),
        ("__build_class__", "None"), ("sum", "None"), ("range", "None"), ("zip", "None"), ("dict", "None"),
    )
] + [
    make_forgery("patched_encode_everywhere", """
for space in harness_spaces():
    for name in ("encode", "_encode", "same_value", "same_outcome", "decode", "dumps", "pack", "send", "write"):
        if name in space and callable(space[name]):
            quiet(space.__setitem__, name, lambda *a, **k: "[0]")
return []"""),
    make_forgery("patched_encode_gives_nasty_text", """
for space in harness_spaces():
    if "encode" in space and callable(space["encode"]):
        quiet(space.__setitem__, "encode", lambda *a, **k: NASTY)
return []""", "any", "text of a value is hostile: decode and compare must not raise RecursionError or MemoryError",
           "NASTY = '(' * 50_000 + '-' * 50_000 + '[' * 50_000"),
    make_forgery("patched_code_of_encode", """
for space in harness_spaces():
    found = space.get("encode")
    if hasattr(found, "__code__"):
        def other(value, depth=0):
            return "[0]"
        quiet(setattr, found, "__code__", other.__code__)
return []"""),
    make_forgery("patched_os_write", """
real = os.write
os.write = lambda fd, data: real(fd, data.replace(b"failed", b"passed"))
return []"""),
    make_forgery("import_hook", """
class Hook:
    def find_spec(self, name, path=None, target=None):
        os._exit(0)
sys.meta_path.insert(0, Hook())
sys.modules.clear()
return []"""),
    make_forgery("every_module_lost", "sys.modules.clear()\nsys.path.clear()\nreturn []"),
    make_forgery("main_replaced", """
import types
sys.modules["__main__"] = types.ModuleType("__main__")
vars(sys.modules["__main__"]).update(verdict="passed", outcomes=[])
return []"""),
    make_forgery("limits_of_recursion", "sys.setrecursionlimit(50)\nreturn []"),
    make_forgery("exception_hook", "sys.excepthook = sys.unraisablehook = lambda *a: os._exit(0)\nraise ValueError"),
    make_forgery("audit_hook", """
sys.addaudithook(lambda event, a: os._exit(0) if event.startswith("sys.") else None)
return []"""),
]

_FRAME = '{"verdict": "passed", "outcomes": [[["[0]", null, ""]], [["[0]", null, ""]]], "detail": ""}'
_PICKLE = """
import pickle
class Touch:
    def __reduce__(self):
        return (open, (VALUES_MARK, "w"))
payload = pickle.dumps(Touch())
"""
_WRITING = [
    make_forgery("result_as_json_line", f"shout(b'''{_FRAME}\\n''')\nos._exit(0)", "not_passed",
           "a frame needs a nonce and a count"),
    make_forgery("result_with_length_prefix", f"""
payload = b'''{_FRAME}'''
for prefix in (4, 8):
    for order in ("big", "little"):
        shout(len(payload).to_bytes(prefix, order) + payload)
os._exit(0)""", "not_passed"),
    make_forgery("result_on_standard_output", f"""
for fd in (1, 2):
    os.write(fd, b'''{_FRAME}\\nPASSED\\n1 passed\\n''')
os._exit(0)""", "not_passed", "what is printed is never read as a result"),
    make_forgery("result_and_then_silence", f"shout(b'''{_FRAME}\\n''')\ntime.sleep(60)", "not_passed"),
    make_forgery("garbage_before_the_result", "shout(os.urandom(4096))\nreturn []"),
    make_forgery("length_of_four_gigabytes", "shout(b'\\xff' * 16)\nreturn []", "any",
           "a length is checked before it is believed"),
    make_forgery("half_a_frame", "shout(b'\\x00\\x00\\x00\\x10{')\nos._exit(0)", "not_passed"),
    make_forgery("deep_json", "shout(b'[' * 200_000 + b'\\n')\nos._exit(0)", "not_passed",
           "json.loads raises RecursionError"),
    make_forgery("odd_json", "shout(b'{\"outcomes\": [[[1, 2, 3]], NaN, {}], \"verdict\": 7}\\n')\nos._exit(0)",
           "not_passed"),
    make_forgery("not_utf8", "shout(b'\\xff\\xfe\\n' * 100)\nos._exit(0)", "not_passed"),
    make_forgery("pickle_for_the_host", _PICKLE + """
shout(payload)
for prefix in (4, 8):
    for order in ("big", "little"):
        shout(len(payload).to_bytes(prefix, order) + payload)
os._exit(0)""", "no_mark", "the host must never unpickle or eval what comes out"),
    make_forgery("pickle_by_a_patched_encode", _PICKLE + """
for space in harness_spaces():
    for name in ("encode", "dumps"):
        if name in space:
            quiet(space.__setitem__, name, lambda *a, **k: payload)
return []""", "no_mark"),
    make_forgery("code_as_value_text", """
class Text(str):
    pass
for space in harness_spaces():
    if "encode" in space:
        quiet(space.__setitem__, "encode", lambda *a, **k: "open(%r, 'w')" % VALUES_MARK)
return []""", "no_mark", "value text is parsed as a literal, never evaluated"),
    make_forgery("closes_every_descriptor", "os.closerange(0, 1024)\nreturn []", "not_passed"),
    make_forgery("swaps_descriptors", """
reader, writer = os.pipe()
for fd in range(3, 64):
    quiet(os.dup2, writer, fd)
return []""", "not_passed"),
]

_LATER = [
    make_forgery("exit_hook_that_forges", f"import atexit\natexit.register(shout, b'''{_FRAME}\\n''')\nreturn []"),
    make_forgery("finaliser_that_exits", """
class Late:
    def __del__(self):
        os._exit(0)
Late()
return []""", "not_passed"),
    make_forgery("finaliser_after_the_call", """
class Late:
    def __del__(self):
        shout(b'{"verdict": "passed"}\\n')
        os._exit(0)
kept = [Late()]
kept.append(kept)
return []"""),
    make_forgery("thread_that_writes_later", f"""
import threading
def late():
    while True:
        shout(b'''{_FRAME}\\n''')
        time.sleep(0.001)
threading.Thread(target=late, daemon=True).start()
return []"""),
    make_forgery("thread_that_changes_the_answer", """
import threading
answer = list(values)
def late():
    while True:
        answer.append(0)
        answer.pop()
threading.Thread(target=late, daemon=True).start()
return answer"""),
    make_forgery("signal_handler_that_exits", """
import signal
signal.signal(signal.SIGALRM, lambda *a: os._exit(0))
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
return []"""),
    make_forgery("endless_recursion", "return solve(values)"),
    make_forgery("recursion_that_swallows", """
def down():
    try:
        return down()
    except RecursionError:
        return []
return down()"""),
]

_ARGUMENTS = [
    make_forgery("changes_its_argument", "values.append(7)\nreturn len(values)", "args_told"),
    make_forgery("clears_its_argument", "values.clear()\nreturn 0", "args_told"),
    make_forgery("changes_its_argument_and_copy", """
import copy
copy.deepcopy = lambda value, memo=None: value
copy.copy = lambda value: value
values.append(7)
return len(values)""", "args_told", "keep the argument's text from before the call, not a copy"),
    make_forgery("changes_arguments_of_later_calls", """
import gc
total = sum(values)
for thing in gc.get_objects():
    if type(thing) is list and thing and thing is not values and all(type(v) is int for v in thing):
        quiet(thing.append, 99)
values.append(1)
return total""", "fresh", "inputs are decoded anew for each call"),
    make_forgery("depends_on_hash_order", "return list({str(v) for v in range(50)})",
           mended="run twice with two hash seeds and compare"),
    make_forgery("depends_on_identity", "return [id(values) % 97, hash(object()) % 89]", mended="run twice and compare"),
    make_forgery("depends_on_time", "return time.perf_counter_ns()", mended="run twice and compare"),
    make_forgery("keeps_count_of_calls", "CALLS.append(1)\nreturn len(CALLS)", mended="shuffle inputs or fork per input",
           top="CALLS = []"),
]

_STEPS = [
    make_forgery("honest_loop", "for number in range(1000):\n    pass\nreturn number", "steps_told"),
    make_forgery("resets_counters_of_its_own_module", """
for number in range(1000):
    pass
for name, kept in list(globals().items()):
    if type(kept) is int:
        globals()[name] = 0
    elif type(kept) is list:
        quiet(kept.__setitem__, 0, 0)
return number""", "steps_told", "keep the count out of the module's reach"),
    make_forgery("resets_counters_by_gc", """
import gc
for number in range(1000):
    pass
for thing in gc.get_objects():
    if type(thing) in (list, dict):
        for at in (range(len(thing)) if type(thing) is list else list(thing)):
            if type(thing[at]) is int and 900 < thing[at] < 1100:
                quiet(thing.__setitem__, at, 0)
return number""", "steps_told", "a counter in the same process can be found; a lower bound is all it gives"),
    make_forgery("replaces_the_counting_function", """
for name, kept in list(globals().items()):
    if callable(kept) and name not in ("solve", "quiet", "frames", "harness_spaces", "shout"):
        globals()[name] = lambda *a, **k: None
for number in range(1000):
    pass
return number""", "steps_told", "the counting calls must not go by a name that the source can rebind"),
    make_forgery("loops_where_nobody_counts", """
space = {}
exec("def spin():\\n    for _ in range(1000):\\n        pass\\n    return 1", space)
return space["spin"]()""", "any", "exec, map and sum loop uncounted: steps are for our own code and for ratios"),
]

_UNCLEAN = [
    make_forgery("escapes_in_the_error", "return 0", "not_passed", "detail goes to terminals and reports",
           "raise ValueError('\\x1b]0;taken\\x07\\x1b[2J\\r\\u202e<script>alert(1)</script>\\n' * 40)"),
    make_forgery("escapes_in_the_name_of_the_error", """
raise type("\x1b[31m\u202e<b>" + "E" * 300, (Exception,), {})()""", "any", "an exception's name is hostile text"),
    make_forgery("escapes_in_a_syntax_error", "return 0", "not_passed", "the parser quotes the source in its message",
           "def broken(:  # \x1b[31m \u202e <script>"),
    make_forgery("wrong_entry_point", "return 0", "any", top="del_me = 1"),
    make_forgery("nul_in_source", "return 0", "any", "compile raises ValueError or SyntaxError by version", "x = 'a\x00b'"),
    make_forgery("surrogate_in_source", "return 0", "any", "the source may not be valid UTF-8", "x = '\ud800'"),
    make_forgery("source_too_deep", "return 0", "any", "the parser raises RecursionError or MemoryError",
           "x = " + "-" * 20_000 + "1"),
    make_forgery("source_too_long", "return 0", "any", "a source of some megabytes", "x = [" + "1, " * 700_000 + "]"),
    make_forgery("coding_line", "return 0", "any", "a coding line must not change how text is read",
           "# -*- coding: utf-7 -*-"),
]

_CLASS = """
import os, sys

class Till:
    def __init__(self, start):
        {init}
    def add(self, amount):
        {add}
    {more}
"""


def _forge_class(name: str, init: str = "self.sum = start", add: str = "return 0", must: str = "any",
                 more: str = "", mended: str = "") -> CallForgery:
    return CallForgery(name, _CLASS.format(init=init, add=add, more=more), must, mended)


# Run with kind "class", entry point Till, one input with four calls of add; "not_passed" as above.
CLASS_FORGERIES: tuple[CallForgery, ...] = (
    _forge_class("class_exits_in_init", init="os._exit(0)", must="not_passed"),
    _forge_class("class_exits_in_second_call", init="self.n = 0",
                 add="self.n += 1\n        if self.n == 2: os._exit(0)", must="not_passed"),
    _forge_class("class_answers_every_name", more="def __getattr__(self, name): return lambda *a: self\n"
                 "    def __eq__(self, other): return True\n    def __repr__(self): return '0'", add="return self"),
    _forge_class("class_made_by_another", more="def __new__(cls, *a): return 0", mended="__new__ may return anything"),
    _forge_class("class_changes_its_class", init="self.__class__ = type('Other', (), {'add': lambda s, n: s})"),
    _forge_class("class_drops_its_methods", add="del Till.add"),
    _forge_class("class_with_wild_metaclass", more="__slots__ = ()\n    def __init_subclass__(cls): os._exit(0)\n"
                 "    def __getattribute__(self, name): return lambda *a: float('nan')"),
    _forge_class("class_raises_to_end_early", init="raise StopIteration",
                 mended="a raising __init__ ends one input only"),
    _forge_class("class_changes_the_plan", add="""
        for frame in iter(lambda f=[sys._getframe()]: f.__setitem__(0, f[0].f_back) or f[0], None):
            for kept in list(frame.f_locals.values()):
                if isinstance(kept, list):
                    kept.clear()""", mended="the number of outcomes is the host's to check"),
)

CALL_FORGERIES: tuple[CallForgery, ...] = (*_EXITS, *_OBJECTS, *_PEEKING, *_PATCHES, *_WRITING, *_LATER, *_ARGUMENTS,
                                            *_STEPS, *_UNCLEAN)
