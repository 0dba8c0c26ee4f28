"""Attempts to break out of the sandbox: name, source of `attack(mark, facts)`, and what to run around it.

In: nothing. Out: `ESCAPES`, all harmless: they read bait, mark it, or open a door and walk back.
Success is judged by `World.find_escape` on the host's side. An attack hands back what it found as
text; "door-open: …" is its confession where the host could not see. Attacks whose `naked` is False
must never run without a sandbox. Raw system-call attacks are in `syscalls.py`, bombs in `bombs.py`.
"""

from dataclasses import dataclass, field

PRELUDE = '''
import os, sys, time

def quiet(act, *arguments):
    try:
        return act(*arguments)
    except BaseException as failure:
        return "failed: " + type(failure).__name__

def libc():
    import ctypes
    return ctypes.CDLL(None, use_errno=True)

def rename(mark):
    libc().prctl(15, mark.encode() + b"\\0", 0, 0, 0)

def read(path, limit=200000):
    with open(path, "rb") as opened:
        return opened.read(limit).decode("latin-1")

def fingerprint(path):
    import hashlib
    with open(path, "rb") as opened:
        return path + "-is:" + hashlib.sha256(opened.read()).hexdigest()[:24]

def hunt(text):
    import re
    if isinstance(text, str):
        text = text.encode("latin-1", "replace")
    return sorted({found.decode() for found in re.findall(rb"bait-[0-9a-f]{32}", text)})

def apart(facts):
    """True only in a pid namespace of its own, so that a broad signal can hit nothing of the host."""
    return os.getpid() < 20 or quiet(os.kill, facts["decoy_pid"], 0) == "failed: ProcessLookupError"

def elsewhere(facts):
    """True only in a file tree of its own, so that a mount can hide nothing of the host."""
    return not os.path.exists(facts["dir"])

def linger(mark):
    rename(mark)
    time.sleep(30)
    os._exit(0)
'''


@dataclass(frozen=True)
class Escape:
    """One attempt.

    source defines `attack(mark, facts)`. before: source of a job `prior(token)` run first in the same
    sandbox, given a token to steal. probe: source of a job `look(mark)` run after; the mark in what it
    returns means that something survived the job. allowed: verdicts (their values) that a bomb may end
    with; empty for any. naked: whether it may run with no sandbox at all, to prove that it bites.
    """

    name: str
    source: str
    before: str = ""
    probe: str = ""
    allowed: frozenset[str] = frozenset()
    naked: bool = True
    limits: dict = field(default_factory=dict)


def make_escape(name: str, body: str, **more: object) -> Escape:
    """Make an `Escape` of the body of `attack(mark, facts)`, indented by nothing."""
    indented = "\n".join("    " + line for line in body.strip().splitlines())
    for job in ("before", "probe"):
        if job in more:
            more[job] = PRELUDE + str(more[job])
    return Escape(name, f"{PRELUDE}\ndef attack(mark, facts):\n{indented}\n", **more)


_SOCKETS = [
    make_escape("tcp_loopback", """
import socket
s = socket.create_connection(("127.0.0.1", facts["tcp"]), timeout=1)
s.sendall(mark.encode())"""),
    make_escape("tcp_loopback_other_name", """
import socket
s = socket.create_connection(("0.0.0.0", facts["tcp"]), timeout=1)
s.sendall(mark.encode())"""),
    make_escape("tcp_ipv6_loopback", """
import socket
s = socket.create_connection(("::1", facts["tcp6"]), timeout=1)
s.sendall(mark.encode())"""),
    make_escape("tcp_ipv4_mapped_ipv6", """
import socket
s = socket.socket(socket.AF_INET6)
s.settimeout(1)
s.connect(("::ffff:127.0.0.1", facts["tcp"]))
s.sendall(mark.encode())"""),
    make_escape("tcp_fast_open", """
import socket
s = socket.socket()
s.sendto(mark.encode(), 0x20000000, ("127.0.0.1", facts["tcp"]))"""),
    make_escape("udp_loopback", """
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(mark.encode(), ("127.0.0.1", facts["udp"]))"""),
    make_escape("unix_socket_path", """
import socket
s = socket.socket(socket.AF_UNIX)
s.connect(facts["unix"])
s.sendall(mark.encode())"""),
    make_escape("unix_socket_abstract", """
import socket
s = socket.socket(socket.AF_UNIX)
s.connect("\\0" + facts["abstract"])
s.sendall(mark.encode())"""),
    make_escape("asyncio_loopback", """
import asyncio
async def go():
    reader, writer = await asyncio.open_connection("127.0.0.1", facts["tcp"])
    writer.write(mark.encode())
    await writer.drain()
asyncio.run(asyncio.wait_for(go(), 1))"""),
    make_escape("c_level_socket", """
import ctypes, struct
c = libc()
fd = c.socket(2, 1, 0)
address = struct.pack("<HHI8x", 2, ((facts["tcp"] & 255) << 8) | (facts["tcp"] >> 8), 0x0100007F)
if c.connect(fd, address, 16) == 0:
    c.write(fd, mark.encode(), len(mark))
return "closed" """),
    make_escape("netlink_socket", """
import socket
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
s.bind((0, 0))
return "door-open: netlink socket" """),
    make_escape("packet_socket", """
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
return "door-open: packet socket" """),
    make_escape("vsock_socket", """
import socket
s = socket.socket(40, socket.SOCK_STREAM)
return "door-open: vsock socket" """),
    make_escape("alg_socket", """
import socket
s = socket.socket(38, socket.SOCK_SEQPACKET)
return "door-open: kernel crypto socket" """),
    make_escape("listening_socket", """
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
return "door-open: may listen" """),
    make_escape("name_lookup", """
import socket
return "hostname-is:" + socket.gethostname() + "; " + repr(quiet(socket.gethostbyname, "localhost"))"""),
]

_READING = [
    make_escape("read_passwd", "return fingerprint('/etc/passwd')"),
    make_escape("read_machine_id", "return fingerprint('/etc/machine-id')"),
    make_escape("read_kernel_command_line", "return fingerprint('/proc/cmdline')"),
    make_escape("read_boot_id", "return fingerprint('/proc/sys/kernel/random/boot_id')"),
    make_escape("read_tmp_file", "return read(facts['secret'])"),
    make_escape("list_tmp_folder", "return repr(os.listdir(facts['dir']))"),
    make_escape("read_home", "return read(facts['home'])"),
    make_escape("read_shared_memory_folder", "return read(facts['shm'])"),
    make_escape("stat_host_file", """
os.stat(facts["secret"])
return "door-open: sees that a file of the host exists" """),
    make_escape("read_by_proc_root", """
return [quiet(read, f"/proc/{pid}/root" + facts["secret"]) for pid in (1, "self", os.getppid(), facts["host_pid"])]"""),
    make_escape("read_by_proc_cwd_dots", """
return [quiet(read, "/proc/self/cwd" + "/.." * 12 + facts["secret"]), quiet(read, "../" * 12 + facts["secret"])]"""),
    make_escape("read_by_descriptor_of_root", """
loot = []
for fd in range(64):
    try:
        deep = os.open("../" * 12 + facts["secret"].lstrip("/"), os.O_RDONLY, dir_fd=fd)
        loot.append(os.read(deep, 999))
    except OSError:
        pass
return repr(loot)""", naked=False),
    make_escape("read_by_symlink", """
folder = next(p for p in (".", "/tmp", "/dev/shm", "/var/tmp") if os.access(p, os.W_OK))
os.symlink(facts["secret"], folder + "/link-" + mark)
return read(folder + "/link-" + mark)"""),
    make_escape("read_by_hardlink", """
folder = next(p for p in (".", "/tmp", "/dev/shm") if os.access(p, os.W_OK))
os.link(facts["secret"], folder + "/hard-" + mark)
return read(folder + "/hard-" + mark)"""),
    make_escape("read_every_inherited_descriptor", """
loot = []
for fd in range(3, 1024):
    try:
        loot += hunt(os.pread(fd, 65536, 0))
    except OSError:
        pass
return repr(loot)"""),
    make_escape("write_every_inherited_descriptor", """
for fd in range(3, 1024):
    try:
        os.set_blocking(fd, False)
        os.write(fd, mark.encode())
    except OSError:
        pass
return "written" """),
    make_escape("list_own_descriptors", """
names = [quiet(os.readlink, f"/proc/self/fd/{n}") for n in range(1024)]
kept = [n for n in names if "laid-" in n or "/work" in n]
return "door-open: descriptors of the host " + repr(kept) if kept else "none" """),
    make_escape("own_environment", """
return repr(dict(os.environ)) + " tz-is:" + time.tzname[0] + ";" """),
    make_escape("own_environment_by_c", """
import ctypes
c = libc()
c.getenv.restype = ctypes.c_char_p
pointers = ctypes.POINTER(ctypes.c_char_p).in_dll(c, "environ")
loot, at = [], 0
while pointers and pointers[at]:
    loot.append(pointers[at])
    at += 1
return repr(loot)"""),
    make_escape("own_environ_in_proc", "return repr(hunt(read('/proc/self/environ')))"),
    make_escape("parents_environ_in_proc", """
return [quiet(fingerprint, f"/proc/{pid}/environ") for pid in (1, os.getppid(), facts["host_pid"])]"""),
    make_escape("every_environ_in_proc", """
return [hunt(quiet(read, f"/proc/{pid}/environ")) for pid in os.listdir("/proc") if pid.isdigit()]"""),
    make_escape("environ_of_another_process", "return read(f\"/proc/{facts['decoy_pid']}/environ\")"),
    make_escape("list_other_processes", """
names = [quiet(read, f"/proc/{pid}/cmdline") for pid in os.listdir("/proc") if pid.isdigit()]
seen = [n for n in names if "BAIT_DECOY" in n]
return "door-open: sees the host's processes" if seen else "none" """),
    make_escape("hostname", "return 'hostname-is:' + os.uname().nodename + ';'"),
    make_escape("mount_table", """
text = read("/proc/self/mountinfo")
return "door-open: sees a mount of the host" if " /work " in text or "/dev/vda" in text else "nothing" """),
    make_escape("memory_of_another_process_file", """
with open(f"/proc/{facts['decoy_pid']}/mem", "rb") as opened:
    opened.seek(facts["decoy_address"])
    return repr(opened.read(64))"""),
    make_escape("memory_of_another_process_call", """
import ctypes
c = libc()
class Span(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
box = ctypes.create_string_buffer(64)
here, there = Span(ctypes.addressof(box), 64), Span(facts["decoy_address"], 64)
c.process_vm_readv(facts["decoy_pid"], ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
return repr(box.raw)"""),
    make_escape("system_v_segment", """
import ctypes
c = libc()
segment = c.shmget(facts["sysv_key"], 0, 0)
c.shmat.restype = ctypes.c_void_p
address = c.shmat(segment, None, 0)
return repr(ctypes.string_at(address, 64)) if segment >= 0 and address not in (None, 2**64 - 1) else "no segment" """),
]

_CHANGING = [
    make_escape("append_to_host_file", "open(facts['ledger'], 'a').write(mark)"),
    make_escape("truncate_host_file", "os.truncate(facts['ledger'], 0)"),
    make_escape("chmod_host_file", "os.chmod(facts['ledger'], 0o600)"),
    make_escape("remove_host_file", "os.unlink(facts['secret'])", naked=False),
    make_escape("rename_over_host_file", """
open("new-" + mark, "w").write(mark)
os.replace("new-" + mark, facts["ledger"])"""),
    make_escape("create_in_open_host_folder", "open(facts['open_dir'] + '/' + mark, 'w').write('here')"),
    make_escape("create_in_host_folders", """
import tempfile
for folder in ("/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~"), facts["prefix"], facts["lib"]):
    quiet(open, folder + "/" + mark, "w")""", naked=False),
    make_escape("scratch_full_of_links_to_host", """
for folder in (".", "/tmp"):
    for number in range(20):
        quiet(os.symlink, facts["dir"], f"{folder}/link{number}")
        quiet(os.mkdir, f"{folder}/deep{number}")
        quiet(os.symlink, facts["dir"], f"{folder}/deep{number}/link")
return "planted" """, naked=False),
    make_escape("signal_another_process", "os.kill(facts['decoy_pid'], 23)"),
    make_escape("signal_everyone", "os.kill(-1, 23)", naked=False),
    make_escape("signal_own_group", """
if not apart(facts):
    return "not tried: would reach the host"
os.killpg(0, 15)""", naked=False),
    make_escape("kill_everyone_it_can", """
if not apart(facts):
    return "not tried: would reach the host"
os.kill(-1, 9)""", naked=False),
    make_escape("kill_parent", """
if not apart(facts):
    return "not tried: would reach the host"
os.kill(os.getppid(), 9)""", naked=False),
    make_escape("stop_parent", """
if not apart(facts):
    return "not tried: would reach the host"
os.kill(os.getppid(), 19)""", naked=False),
    make_escape("kill_first_process", """
if not apart(facts):
    return "not tried: would reach the host"
os.kill(1, 9)""", naked=False),
    make_escape("stop_itself", "os.kill(os.getpid(), 19)", naked=False),
    make_escape("signal_by_queue", """
import ctypes, struct
info = ctypes.create_string_buffer(struct.pack("iii", 23, 0, -1), 128)
libc().syscall({"x86_64": 129, "aarch64": 138}[os.uname().machine], facts["decoy_pid"], 23, info)"""),
    make_escape("signal_by_file_owner", """
import fcntl
reader, writer = os.pipe()
fcntl.fcntl(reader, 8, facts["decoy_pid"])
fcntl.fcntl(reader, 10, 23)
fcntl.fcntl(reader, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
os.write(writer, b"x")
time.sleep(0.05)"""),
    make_escape("renice_another_process", "os.setpriority(0, facts['decoy_pid'], 7)"),
    make_escape("limit_another_process", """
import resource
resource.prlimit(facts["decoy_pid"], resource.RLIMIT_NPROC, (50, 50))
return "door-open: set a limit of a process of the host" """, naked=False),
    make_escape("raise_own_limits", """
import resource
soft, hard = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
held = [bytearray(64 << 20) for _ in range(24)]
return "door-open: 1.5 GB under raised limits" """),
]

_PROCESSES = [
    make_escape("fork_that_survives", """
if os.fork() == 0:
    linger(mark)
return "forked" """),
    make_escape("daemon_by_double_fork", """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in range(64):
            quiet(os.close, fd)
        linger(mark)
    os._exit(0)
return "forked" """),
    make_escape("vfork_by_call", """
child = libc().syscall({"x86_64": 57, "aarch64": 220}[os.uname().machine], 17, 0, 0, 0, 0)
if child == 0:
    linger(mark)
return "door-open: raw fork" if child > 0 else "refused" """),
    make_escape("clone3_by_call", """
import ctypes
box = ctypes.create_string_buffer(88)
box[32] = 17
child = libc().syscall(435, box, 88)
if child == 0:
    os._exit(0)
return "door-open: clone3" if child > 0 else "refused" """),
    make_escape("exec_shell", """
os.execv("/bin/sh", ["sh", "-c", "echo > " + facts["open_dir"] + "/" + mark])"""),
    make_escape("exec_own_interpreter", """
os.execv(sys.executable, [sys.executable, "-c", "open('%s/%s', 'w')" % (facts["open_dir"], mark)])"""),
    make_escape("exec_from_memory", """
fd = os.memfd_create("x")
os.write(fd, b"#!/bin/sh\\necho > " + (facts["open_dir"] + "/" + mark).encode() + b"\\n")
os.set_inheritable(fd, True)
os.execve(fd, ["x"], {})"""),
    make_escape("exec_through_loader", """
import glob
loaders = glob.glob("/lib*/ld-linux*.so*")
os.execv(loaders[0], [loaders[0], "/bin/touch", facts["open_dir"] + "/" + mark])"""),
    make_escape("system_shell", "os.system('echo > ' + facts['open_dir'] + '/' + mark)"),
    make_escape("popen_shell", "os.popen('echo > ' + facts['open_dir'] + '/' + mark).read()"),
    make_escape("subprocess_run", """
import subprocess
subprocess.run(["/bin/sh", "-c", "echo > " + facts["open_dir"] + "/" + mark])"""),
    make_escape("posix_spawn", """
os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", "echo > " + facts["open_dir"] + "/" + mark], {}), 0)"""),
    make_escape("multiprocessing_fork", """
import multiprocessing
multiprocessing.get_context("fork").Process(target=linger, args=(mark,), daemon=False).start()
os._exit(0)"""),
    make_escape("process_pool", """
from concurrent.futures import ProcessPoolExecutor
import multiprocessing
fork = multiprocessing.get_context("fork")
ProcessPoolExecutor(2, mp_context=fork, initializer=linger, initargs=(mark,)).submit(int)
time.sleep(0.2)
os._exit(0)"""),
    make_escape("pseudo_terminal", """
import pty, signal
pid, fd = pty.fork()
if pid == 0:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    linger(mark)
return "forked" """),
    make_escape("thread_that_survives", """
import threading
threading.Thread(target=linger, args=(mark,), daemon=True).start()
time.sleep(0.1)
return "started" """, naked=False),
    make_escape("thread_that_is_not_daemon", """
import threading
threading.Thread(target=linger, args=(mark,)).start()
time.sleep(0.1)
return "started" """, limits={"wall_s": 2.0}, naked=False),
    make_escape("exit_hook_that_lingers", """
import atexit
atexit.register(linger, mark)
return "registered" """, limits={"wall_s": 2.0}, naked=False),
    make_escape("fork_in_exit_hook", """
import atexit
def late():
    if os.fork() == 0:
        linger(mark)
atexit.register(late)
return "registered" """),
    make_escape("ignores_every_signal", """
import signal
for number in range(1, 65):
    quiet(signal.signal, number, signal.SIG_IGN)
rename(mark)
while True:
    time.sleep(1)""", allowed=frozenset({"timed_out", "crashed"}), limits={"wall_s": 1.0}, naked=False),
    make_escape("alarm_after_the_job", """
import signal
signal.signal(signal.SIGALRM, lambda *_: open(facts["open_dir"] + "/" + mark, "w"))
signal.setitimer(signal.ITIMER_REAL, 0.05)
time.sleep(0.2)"""),
]

_DEVICES = [
    make_escape(f"device_{name}", f"""
opened = open("/dev/{name}", "rb", buffering=0)
return "door-open: /dev/{name}" """, naked=False)
    for name in ("kmsg", "mem", "kvm", "tty", "ptmx", "vda", "fuse", "net/tun", "userfaultfd", "loop-control", "vsock")
] + [
    make_escape("make_device_node", """
import stat
os.mknod("node-" + mark, stat.S_IFCHR | 0o666, os.makedev(1, 1))
open("node-" + mark, "rb").read(1)
return "door-open: made a device node" """, naked=False),
]

_PRIOR = '''
KEPT = []
def prior(token):
    KEPT.append(token * 3)
    with open("kept.txt", "w") as opened:
        opened.write(token)
    return token
'''
_LOOK = {
    "files": '''
def look(mark):
    seen = []
    for top in (".", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/", os.path.expanduser("~"), sys.prefix,
                os.path.dirname(os.__file__)):
        seen += quiet(os.listdir, top) if os.path.isdir(top) else []
    return [name for name in map(str, seen) if mark in name]
''',
    "modules": '''
def look(mark):
    import builtins, json, random
    seen = [repr(vars(module)) for module in (builtins, json, random, os)]
    return [mark for text in seen if mark in text] + [n for n in sys.modules if mark in n] + [repr(json.loads("[]"))]
''',
    "segment": '''
def look(mark):
    import ctypes
    c = libc()
    segment = c.shmget(int(mark[-6:], 16), 0, 0)
    queue = c.msgget(int(mark[-6:], 16), 0)
    semaphore = c.semget(int(mark[-6:], 16), 0, 0)
    return mark if max(segment, queue, semaphore) >= 0 else "none"
''',
}

_ACROSS_JOBS = [
    make_escape("file_in_cwd_for_next_job", "open('for-' + mark, 'w').write(mark)", probe=_LOOK["files"], naked=False),
    make_escape("files_everywhere_for_next_job", """
for folder in ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/", "/run", os.path.expanduser("~")):
    quiet(open, folder + "/for-" + mark, "w")""", probe=_LOOK["files"], naked=False),
    make_escape("poisoned_library_for_next_job", """
import glob, json
for folder in (facts["lib"], facts["lib"] + "/site-packages", os.path.dirname(json.__file__), *sys.path):
    quiet(lambda: open(folder + "/" + mark + ".pth", "w").write("import sys"))
for cached in glob.glob(facts["lib"] + "/__pycache__/*.pyc")[:3]:
    quiet(os.utime, cached)
    if quiet(open, cached, "ab").__class__ is not str:
        return "door-open: may write the library's byte code" """, probe=_LOOK["files"], naked=False),
    make_escape("patched_modules_for_next_job", """
import builtins, json, random
json.loads = lambda *a, **k: mark
builtins.__dict__[mark] = mark
random.__dict__[mark] = mark
os.__dict__[mark] = mark
sys.modules[mark] = json
import builtins
builtins.len = lambda value: 0
builtins.repr = lambda value: mark
return "patched" """, probe=_LOOK["modules"], naked=False),
    make_escape("patched_server_modules_by_gc", """
import gc, types
for thing in gc.get_objects():
    if isinstance(thing, types.ModuleType) and thing.__name__ not in ("os", "sys", "time", "builtins"):
        thing.__dict__[mark] = mark
return "patched" """, probe=_LOOK["modules"], naked=False),
    make_escape("system_v_for_next_job", """
c = libc()
key = int(mark[-6:], 16)
c.shmget(key, 4096, 0o1666)
c.msgget(key, 0o1666)
c.semget(key, 1, 0o1666)""", probe=_LOOK["segment"], naked=False),
    make_escape("posix_shared_memory_for_next_job", """
from multiprocessing import shared_memory
s = shared_memory.SharedMemory(name="for-" + mark, create=True, size=64)
s.buf[:4] = b"left" """, probe=_LOOK["files"], naked=False),
    make_escape("named_semaphore_for_next_job", """
import _multiprocessing
_multiprocessing.SemLock(1, 1, 1, "/for-" + mark, False)""", probe=_LOOK["files"], naked=False),
    make_escape("message_queue_for_next_job", """
c = libc()
if c.mq_open(b"/for-" + mark.encode(), 0o102, 0o666, None) < 0:
    return "refused" """, probe=_LOOK["files"], naked=False),
    make_escape("changed_folder_for_next_job", """
os.mkdir("sub-" + mark)
os.chdir("sub-" + mark)
os.umask(0o777)
os.environ[mark] = mark
sys.path.insert(0, mark)""", probe='''
def look(mark):
    return repr((quiet(os.getcwd), dict(os.environ), sys.path))
''', naked=False),
    make_escape("switched_interpreter_for_next_job", """
import gc, signal
sys.setrecursionlimit(60)
sys.set_int_max_str_digits(640)
gc.disable()
gc.set_debug(0)
sys.setswitchinterval(100)
sys.modules["json"] = None
sys.modules["re"] = None
sys.meta_path.clear()
return "switched" """, naked=False),
    make_escape("objects_of_earlier_job", """
import gc
found = set()
for thing in gc.get_objects():
    if isinstance(thing, (list, tuple, dict, set)) and thing is not found:
        found.update(hunt(quiet(repr, thing)))
return sorted(found)""", before=_PRIOR, naked=False),
    make_escape("frames_of_the_harness", """
found, frame = set(), sys._getframe()
while frame:
    found.update(hunt(repr(frame.f_globals)) + hunt(repr(frame.f_locals)))
    frame = frame.f_back
for other in sys._current_frames().values():
    found.update(hunt(repr(other.f_locals)))
return sorted(found)""", before=_PRIOR, naked=False),
    make_escape("file_of_earlier_job", """
found = []
for top in (".", "/tmp", "/dev/shm"):
    for folder, _, names in os.walk(top):
        for name in names:
            found += hunt(quiet(read, folder + "/" + name))
return found""", before=_PRIOR, naked=False),
    make_escape("raw_memory_of_earlier_job", """
import ctypes
c = libc()
c.write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
reader, writer = os.pipe()
found, starts = set(), {id(thing) & ~0xFFFFF for thing in (object(), mark, facts, [], sys, attack, c)}
for start in sorted(starts):
    for page in range(start - (8 << 20), start + (8 << 20), 16384):
        if page > 0 and c.write(writer, page, 16384) > 0:
            found.update(hunt(os.read(reader, 16384)))
return sorted(found)""", before=_PRIOR, naked=False),
    make_escape("own_memory_file", """
found = set()
for line in read("/proc/self/maps").splitlines():
    span, rights = line.split()[:2]
    if rights.startswith("rw"):
        low, high = (int(end, 16) for end in span.split("-"))
        with open("/proc/self/mem", "rb", buffering=0) as opened:
            opened.seek(low)
            found.update(hunt(quiet(opened.read, min(high - low, 64 << 20)) or b""))
return sorted(found)""", before=_PRIOR, naked=False),
]

ESCAPES: tuple[Escape, ...] = (*_SOCKETS, *_READING, *_CHANGING, *_PROCESSES, *_DEVICES, *_ACROSS_JOBS)
