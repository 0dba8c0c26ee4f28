"""Attempts to open a door of the kernel by raw system calls, each alone in its job.

In: nothing. Out: `SYSCALL_ESCAPES`. The host cannot see most of these doors, so an attack that finds
one open says so ("door-open: …"); a refusal, a crash or a missing `ctypes` holds. Nothing is done
with an open door. Numbers are those of x86-64 and arm64.
# Source: Linux arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
"""

from tests.attacks.escapes import Escape, make_escape

_NUMBERS = {  # name: (x86-64, arm64); 0 where the machine lacks it
    "ptrace": (101, 117), "mount": (165, 40), "umount2": (166, 39), "unshare": (272, 97), "setns": (308, 268),
    "chroot": (161, 51), "pivot_root": (155, 41), "setuid": (105, 146), "setgid": (106, 144), "setgroups": (116, 159),
    "capset": (126, 91), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "io_uring_setup": (425, 425), "userfaultfd": (323, 282), "perf_event_open": (298, 241), "bpf": (321, 280),
    "personality": (135, 92), "sethostname": (170, 161), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "swapon": (167, 224), "reboot": (169, 142), "kexec_load": (246, 104), "init_module": (175, 105),
    "iopl": (172, 0), "ioperm": (173, 0), "modify_ldt": (154, 0), "syslog": (103, 116), "acct": (163, 89),
    "quotactl": (179, 60), "fanotify_init": (300, 262), "open_by_handle_at": (304, 265),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "kcmp": (312, 272), "process_vm_writev": (311, 271),
    "open_tree": (428, 428), "fsopen": (430, 430), "mount_setattr": (442, 442), "memfd_secret": (447, 447),
    "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180), "socketpair": (53, 199),
    "migrate_pages": (256, 238), "move_pages": (279, 239), "lookup_dcookie": (212, 18), "vmsplice": (278, 75),
    "sched_setscheduler": (144, 119), "ioprio_set": (251, 30), "tkill": (200, 130), "mknodat": (259, 33),
}

_CALL = '''
import ctypes
if {guarded} and not elsewhere(facts):
    return "not tried: would reach the host"
number = {numbers}[os.uname().machine != "x86_64"]
if not number:
    return "no such call on this machine"
c = libc()
c.syscall.restype = ctypes.c_long
box = ctypes.create_string_buffer(b"{box}", 256)
got = c.syscall(ctypes.c_long(number), {arguments})
return "door-open: {name} gave " + str(got) if {opened} else "refused"
'''


def _raw(name: str, call: str, arguments: str, opened: str = "got >= 0", box: str = "", naked: bool = False) -> Escape:
    guarded = call in ("mount", "umount2", "pivot_root", "mount_setattr", "sethostname")
    body = _CALL.format(name=name, guarded=guarded, numbers=_NUMBERS[call], arguments=arguments, opened=opened, box=box)
    return make_escape("call_" + name, body, naked=naked)


def _long(*values: int) -> str:
    return ", ".join(f"ctypes.c_long({value})" for value in values)


_TRACE = [
    _raw("ptrace_traceme", "ptrace", _long(0, 0, 0, 0), naked=True),
    _raw("ptrace_seize_other", "ptrace", "ctypes.c_long(0x4206), ctypes.c_long(facts['decoy_pid']), None, None"),
    _raw("ptrace_attach_parent", "ptrace", "ctypes.c_long(0x4206), ctypes.c_long(os.getppid()), None, None"),
    _raw("write_memory_of_other", "process_vm_writev", "ctypes.c_long(facts['decoy_pid']), None, 0, None, 0, 0",
         naked=True),
    _raw("pidfd_of_other", "pidfd_open", "ctypes.c_long(facts['decoy_pid']), 0", naked=True),
    _raw("pidfd_of_parent", "pidfd_open", "ctypes.c_long(os.getppid()), 0", naked=True),
    _raw("compare_with_other", "kcmp", "ctypes.c_long(os.getpid()), ctypes.c_long(facts['decoy_pid']), 1, 0, 0",
         naked=True),
    _raw("move_pages_of_other", "move_pages", "ctypes.c_long(facts['decoy_pid']), 0, None, None, None, 0"),
    _raw("signal_thread_of_other", "tkill", "ctypes.c_long(facts['decoy_pid']), ctypes.c_long(23)", naked=True),
]

_NAMESPACES = [
    _raw("unshare_user", "unshare", _long(0x10000000), naked=True),
    _raw("unshare_mount", "unshare", _long(0x00020000), naked=True),
    _raw("unshare_net", "unshare", _long(0x40000000), naked=True),
    _raw("unshare_pid", "unshare", _long(0x20000000), naked=True),
    _raw("mount_tmpfs", "mount", "b'none', b'/tmp', b'tmpfs', 0, None"),
    _raw("mount_proc", "mount", "b'proc', b'/tmp', b'proc', 0, None"),
    _raw("remount_root_writable", "mount", "None, b'/', None, ctypes.c_long(32), None"),
    _raw("bind_mount", "mount", "b'/', b'/tmp', None, ctypes.c_long(4096), None"),
    _raw("unmount_tmp", "umount2", "b'/tmp', 2"),
    _raw("unmount_root", "umount2", "b'/', 2"),
    _raw("expire_root_mount", "umount2", "b'/', 4", opened="ctypes.get_errno() in (11, 16)"),
    _raw("chroot", "chroot", "b'.'", naked=True),
    _raw("pivot_root", "pivot_root", "b'.', b'.'"),
    _raw("open_tree", "open_tree", "ctypes.c_long(-100), b'/', 1", naked=True),
    _raw("fsopen", "fsopen", "b'tmpfs', 0", naked=True),
    _raw("mount_setattr", "mount_setattr", "ctypes.c_long(-100), b'/', 0, box, 32"),
    _raw("open_by_handle", "open_by_handle_at", "ctypes.c_long(-100), box, 0"),
    _raw("sethostname", "sethostname", "b'taken', 5"),
    _raw("setuid_root", "setuid", _long(0), opened="got == 0 and os.getuid() == 0", naked=True),
    _raw("setgid_root", "setgid", _long(0), opened="got == 0 and os.getgid() == 0", naked=True),
    _raw("setgroups", "setgroups", "0, None"),
    _raw("regain_capabilities", "capset",
         "(ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)"),
]

_KERNEL = [
    _raw("keyring_id", "keyctl", _long(0, -3, 1), naked=True),
    _raw("add_key", "add_key", "b'user', b'left', b'x', 1, ctypes.c_long(-2)"),
    _raw("request_key", "request_key", "b'user', b'left', None, ctypes.c_long(-2)"),
    _raw("io_uring", "io_uring_setup", "1, box", naked=True),
    _raw("userfaultfd", "userfaultfd", _long(1), naked=True),
    _raw("perf_event", "perf_event_open", "(ctypes.c_uint32 * 32)(1, 112), 0, ctypes.c_long(-1), ctypes.c_long(-1), 0",
         naked=True),
    _raw("bpf_map", "bpf", "0, (ctypes.c_uint32 * 32)(2, 4, 4, 1), 72", naked=True),
    _raw("personality_no_randomize", "personality", _long(0x0040000), opened="got != -1", naked=True),
    _raw("personality_read_implies_exec", "personality", _long(0x0400000), opened="got != -1", naked=True),
    _raw("kernel_log", "syslog", _long(10, 0, 0), naked=True),
    _raw("fanotify", "fanotify_init", _long(0, 0), naked=True),
    _raw("iopl", "iopl", _long(0), naked=True),
    _raw("modify_ldt", "modify_ldt", "0, box, 16"),
    _raw("memfd_secret", "memfd_secret", _long(0), naked=True),
    _raw("sysv_segment", "shmget", "0, ctypes.c_long(4096), ctypes.c_long(0o1600)"),
    _raw("sysv_queue", "msgget", "0, ctypes.c_long(0o1600)"),
    _raw("sysv_semaphore", "semget", "0, 1, ctypes.c_long(0o1600)"),
    _raw("real_time_scheduling", "sched_setscheduler", "0, 1, (ctypes.c_int * 1)(1)"),
    _raw("real_time_disk", "ioprio_set", "ctypes.c_long(1), 0, ctypes.c_long(1 << 13)"),
]

_COMPAT = '''
if os.uname().machine != "x86_64":
    return "x86 only"
import ctypes, mmap
code = b"\\x53\\xb8" + ({number}).to_bytes(4, "little") + b"\\xbb" + ({one}).to_bytes(4, "little")
code += b"\\xb9" + ({two}).to_bytes(4, "little") + b"\\x31\\xd2\\xcd\\x80\\x5b\\xc3"
area = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
area.write(code)
run = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(area)))
got = run()
if {number} == 2 and got == 0:
    os._exit(0)
return "door-open: 32-bit call {number} gave " + str(got) if got >= 0 else "refused"
'''

_OTHER_TABLES = [
    make_escape("compat_socket", _COMPAT.format(number=359, one=1, two=1)),
    make_escape("compat_fork", _COMPAT.format(number=2, one=0, two=0)),
    make_escape("compat_unshare", _COMPAT.format(number=310, one=0x10000000, two=0)),
    make_escape("x32_socket", """
got = libc().syscall(0x40000000 + 41, 1, 1, 0)
return "door-open: x32 socket" if got >= 0 else "refused" """),
    make_escape("x32_fork", """
got = libc().syscall(0x40000000 + 57)
if got == 0:
    os._exit(0)
return "door-open: x32 fork" if got > 0 else "refused" """),
    make_escape("number_with_high_bits", """
import ctypes
c = libc()
c.syscall.restype = ctypes.c_long
got = c.syscall(ctypes.c_long((1 << 32) + {"x86_64": 41, "aarch64": 198}[os.uname().machine]), 1, 1, 0)
return "door-open: socket by a wide number" if got >= 0 else "refused" """),
    make_escape("clone_with_namespace_flags", """
got = libc().syscall({"x86_64": 56, "aarch64": 220}[os.uname().machine], 0x10000000 | 17, 0, 0, 0, 0)
if got == 0:
    os._exit(0)
return "door-open: cloned into a user namespace" if got > 0 else "refused" """),
    make_escape("loosen_own_filter", """
import ctypes
c = libc()
class Rule(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("t", ctypes.c_uint8), ("f", ctypes.c_uint8), ("k", ctypes.c_uint32)]
class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("rules", ctypes.POINTER(Rule))]
rules = (Rule * 1)(Rule(6, 0, 0, 0x7FFF0000))
c.prctl(38, 1, 0, 0, 0)
c.prctl(22, 2, ctypes.byref(Filter(1, rules)), 0, 0)
import socket
socket.socket(socket.AF_UNIX)
return "door-open: a later filter undid the first" """),
    make_escape("tiocsti_into_terminal", """
import fcntl
for fd in range(3):
    fcntl.ioctl(fd, 0x5412, b"#")
    return "door-open: types into the terminal" """, naked=False),
]

SYSCALL_ESCAPES: tuple[Escape, ...] = (*_TRACE, *_NAMESPACES, *_KERNEL, *_OTHER_TABLES)
