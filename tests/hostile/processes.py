"""Processes outside, and rights that a process could gain."""

import ctypes
import os
import resource
import signal
import socket
import subprocess

from calls import call, libc
from table import DONE, NOBODY, REFUSED, attempt

PTRACE_ATTACH, PTRACE_DETACH, PTRACE_TRACEME = 16, 17, 0
NO_NEW_PRIVILEGES = 38


def outside(facts):
    """The process that the test started for this. Where the same number means another process, there is none."""
    pid = facts["victim"]
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if facts["marker"].encode() not in file.read():
                raise ProcessLookupError(3, "somebody else")
    except FileNotFoundError:
        pass
    return pid


class Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


@attempt("signal a process of the host", host=DONE, desktop="ESRCH")
def kill(facts):
    os.kill(outside(facts), signal.SIGCONT)


@attempt("signal every process", desktop=DONE, host=None, because="its own processes are all there are; the test looks after the others")
def kill_all(_):
    os.kill(-1, 0)


@attempt("trace a process of the host", host=DONE, desktop="ESRCH", workflow="EPERM")
def trace(facts):
    pid = outside(facts)
    call("ptrace", PTRACE_ATTACH, pid)
    os.waitpid(pid, 0x40000000)
    call("ptrace", PTRACE_DETACH, pid)


@attempt("read memory of a process of the host", host=DONE, desktop="ESRCH", workflow="EPERM")
def read_memory(facts):
    pid = outside(facts)
    with_maps = 0x1000
    if os.path.exists(f"/proc/{pid}/maps"):
        with open(f"/proc/{pid}/maps", encoding="ascii") as file:
            with_maps = int(file.readline().split("-")[0], 16)
    space = ctypes.create_string_buffer(8)
    ours, theirs = Vector(ctypes.addressof(space), 8), Vector(with_maps, 8)
    call("process_vm_readv", pid, ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0)


@attempt("open memory of a process of the host", host=DONE, desktop=NOBODY)
def open_memory(facts):
    os.close(os.open(f"/proc/{outside(facts)}/mem", os.O_RDWR))


@attempt("take a descriptor of a process of the host", host=DONE, desktop="ESRCH")
def take_descriptor(facts):
    handle = call("pidfd_open", outside(facts), 0)
    os.close(call("pidfd_getfd", handle, 1, 0))


@attempt("change limits of a process of the host", host=DONE, desktop="ESRCH")
def change_limits(facts):
    pid = outside(facts)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, resource.prlimit(pid, resource.RLIMIT_NOFILE))


@attempt("change priority of a process of the host", host=DONE, desktop="ESRCH")
def change_priority(facts):
    os.setpriority(os.PRIO_PROCESS, outside(facts), 0)


@attempt("see the server among the processes", host=DONE, desktop="nothing")
def see_server(facts):
    for pid in (name for name in os.listdir("/proc") if name.isdigit()):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            # A sandbox's first process has the paths of its mounts in its arguments, and they open nothing.
            if b"serve" in words and facts["data_dir"].encode() in words:
                return DONE
        except OSError:
            continue
    return "nothing"


@attempt("open memory of the first process", host=None, desktop=(DONE, *REFUSED), workflow=(DONE, *REFUSED),
         because="it waits for the sandbox's end and is as confined as all in it")
def first_process(_):
    os.close(os.open("/proc/1/mem", os.O_RDWR))


@attempt("trace a child of one's own", host=DONE, desktop=DONE, workflow="EPERM",
         because="people debug programs in desktops; it reaches no further than the desktop")
def trace_child(_):
    child = os.fork()
    if child == 0:
        signal.pause()
    try:
        call("ptrace", PTRACE_ATTACH, child)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@attempt("become root", host=DONE, desktop=("EPERM", "EINVAL"))
def become_root(_):
    os.setuid(0)


@attempt("join the group of root", host=DONE, desktop=("EPERM", "EINVAL"))
def join_root(_):
    os.setgid(0)


@attempt("choose one's groups", host=DONE, desktop="EPERM")
def choose_groups(_):
    os.setgroups([0])


for program, arguments in (("su", ("root", "-c", "id -u")), ("sudo", ("-n", "id", "-u")), ("pkexec", ("id", "-u")),
                           ("mount", ("-t", "tmpfs", "none", "/tmp")), ("umount", ("/tmp",)), ("fusermount3", ("-u", "/tmp"))):
    @attempt(f"run {program}", host=None, desktop="refused")
    def run_program(_, program=program, arguments=arguments):
        try:
            ran = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=10)
        except OSError:
            return "refused"
        return "refused" if ran.returncode else DONE


@attempt("have capabilities, or get them by a program", host=None, desktop="nothing")
def capabilities(_):
    with open("/proc/self/status", encoding="ascii") as file:
        fields = dict(line.strip().split(":\t", 1) for line in file if line.startswith(("Cap", "NoNewPrivs")))
    held = [name for name, value in fields.items() if name.startswith("Cap") and int(value, 16)]
    return "nothing" if not held and fields["NoNewPrivs"] == "1" else f"has {held} {fields['NoNewPrivs']}"


@attempt("allow new privileges again", host=None, desktop="EINVAL")
def new_privileges(_):
    ctypes.set_errno(0)
    if libc.prctl(NO_NEW_PRIVILEGES, *[ctypes.c_ulong(0)] * 4):
        raise OSError(ctypes.get_errno(), "prctl")


@attempt("raise one's priority", host=DONE, desktop=REFUSED)
def raise_priority(_):
    os.nice(-5)


@attempt("take the processor in real time", host=(DONE, "EPERM"), desktop="EPERM")
def real_time(_):
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))


@attempt("be spared when memory runs out", host=(DONE, *REFUSED), desktop=REFUSED)
def be_spared(_):
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("-1000")


for name in ("CORE", "NOFILE"):
    @attempt(f"raise the limit {name}", host=None, desktop=("EPERM", "ValueError"))
    def raise_limit(_, name=name):
        which = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(which)[1]
        try:
            resource.setrlimit(which, (hard, hard + 1))
        except ValueError:
            return "ValueError"


@attempt("leave a core file", host=None, desktop="nothing")
def core_file(_):
    return "nothing" if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0 else DONE


# Whom the namespace does not know cannot even be named in it.
@attempt("pass for root on a socket", host=DONE, desktop=("EPERM", "EINVAL"))
def false_credentials(_):
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    credentials = b"".join(number.to_bytes(4, "little") for number in (1, 0, 0))
    ours.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, credentials)])


@attempt("lock memory without end", host=None, desktop=("ENOMEM", "EPERM"))
def lock_memory(_):
    # Asked for as a whole, so that nothing is taken when it is refused.
    space = libc.mmap
    space.restype = ctypes.c_void_p
    length = 1 << 30
    at = space(None, ctypes.c_size_t(length), 3, 0x22, -1, ctypes.c_long(0))
    if libc.mlock(ctypes.c_void_p(at), ctypes.c_size_t(length)):
        raise OSError(ctypes.get_errno(), "mlock")
