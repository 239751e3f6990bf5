"""What takes all there is of something. Each has a fuse a little beyond the limit, so that where there is none the machine
survives it; and each is its own victim first, where the kernel lets it choose."""

import ctypes
import mmap
import os
import socket
import subprocess
import sys
import time

from calls import call
from table import DONE, Outcome, attempt

LONG = 120
MIB = 1 << 20
NOT_LIMITED = "an ordinary user has no cgroup and no disks of his own to limit it by, a container no disk"
FULL = ("ENOSPC", "EDQUOT")


def first_to_go():
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")


def bomb(name, **expected):
    return attempt(name, patience=LONG, **expected)


def forked(last):
    """Starts children until none can be started, or there were more than can be allowed; then ends them."""

    def run(facts):
        children = []
        try:
            for _ in range(facts["processes"] + 100):
                child = os.fork()
                if child == 0:
                    if last:
                        os._exit(0)
                    time.sleep(LONG)
                    os._exit(0)
                children.append(child)
        finally:
            for child in children:
                if not last:
                    os.kill(child, 9)
                os.waitpid(child, 0)

    return run


bomb("processes without end", desktop="EAGAIN")(forked(last=False))
bomb("dead processes that nobody waits for", desktop="EAGAIN")(forked(last=True))


@bomb("open files without end", desktop="EMFILE")
def files(_):
    for _ in range(1 << 21):
        os.open("/dev/null", os.O_RDONLY)


@bomb("memory", desktop=("SIGKILL", "ENOMEM"), ordinary=("SIGKILL", "ENOMEM", DONE), because=NOT_LIMITED)
def memory(facts):
    first_to_go()
    kept = []
    for _ in range((facts["memory_mb"] + 200) // 10):
        space = mmap.mmap(-1, 10 * MIB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        for page in range(0, 10 * MIB, 4096):
            space[page] = 1
        kept.append(space)


@bomb("memory in sockets", desktop=("SIGKILL", "ENOMEM", "ENOBUFS", "EMFILE"), ordinary=("SIGKILL", "ENOMEM", "ENOBUFS", "EMFILE", DONE), because=NOT_LIMITED)
def socket_memory(facts):
    first_to_go()
    kept, sent, most = [], 0, (facts["memory_mb"] + 200) * MIB
    while sent < most:
        pair = socket.socketpair()
        pair[0].setblocking(False)
        kept.append(pair)
        try:
            while True:
                sent += pair[0].send(bytes(65536))
        except BlockingIOError:
            pass


def fill(folder, most_mb):
    path = os.path.join(folder, "hostile-fill")
    try:
        with open(path, "wb", buffering=0) as file:
            for _ in range(most_mb):
                file.write(bytes(MIB))
            os.fsync(file.fileno())
    finally:
        if os.path.exists(path):
            os.remove(path)


for folder in ("/tmp", "/dev/shm", "/var/tmp", "/run/user/1000", "/run/nen"):
    only_here = {"workflow": None if folder.startswith(("/var", "/run")) else (*FULL, "EFBIG")}

    @bomb(f"files in memory, in {folder}", desktop=FULL, **only_here)
    def fill_memory(facts, folder=folder):
        first_to_go()
        fill(folder, facts["memory_mb"] + 100)


for folder in ("/home/user", "/drive"):
    @bomb(f"a file that grows, in {folder}", desktop=FULL, container=DONE, ordinary=DONE, workflow=None, because=NOT_LIMITED)
    def fill_disk(facts, folder=folder):
        fill(folder, facts["disk_mb"] + 10)


@bomb("a file that grows, in /artifacts", desktop=None, workflow=(*FULL, "EFBIG"))
def fill_artifacts(facts):
    fill("/artifacts", facts["artifacts_mb"] + 10)


@bomb("files without end", desktop=FULL, container=DONE, ordinary=DONE, workflow=None, because=NOT_LIMITED)
def inodes(facts):
    folder = "/drive/hostile-files"
    os.mkdir(folder)
    try:
        for number in range(facts["inodes"] + 100):
            os.close(os.open(f"{folder}/{number}", os.O_CREAT | os.O_WRONLY))
    finally:
        for name in os.listdir(folder):
            os.remove(f"{folder}/{name}")
        os.rmdir(folder)


@bomb("folders in folders without end", desktop=DONE, workflow=None, because="they count among its files; deleting it must cope")
def nest(_):
    os.chdir("/drive")
    for _ in range(2000):
        os.mkdir("d")
        os.chdir("d")


@bomb("a log without end", desktop=DONE, workflow=None, because="it may print what it likes; the test looks at what is kept")
def flood(facts):
    """Into what the desktop's first process prints to, which is the log on the host."""
    handle = call("pidfd_getfd", call("pidfd_open", 1, 0), 2, 0)
    for _ in range(facts["log_mb"]):
        os.write(handle, b"hostile\n" * (MIB // 8))


@bomb("the processor", desktop=DONE, because="it may have what nobody else wants; the neighbour is asked meanwhile")
def processor(facts):
    """In twice as many processes as there are processors."""
    end = time.monotonic() + facts["seconds"]
    spin = f"import time\nwhile time.monotonic() < {end}: pass"
    all_of_them = [subprocess.Popen([sys.executable, "-c", spin]) for _ in range(2 * os.cpu_count())]
    for process in all_of_them:
        process.wait()


@bomb("a title of megabytes, and windows without end", desktop=DONE, workflow=None, because="X11 has no limits; the X server is the desktop's own, and in its memory limit")
def windows(_):
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    if not display:
        raise Outcome("no display")
    root = x11.XDefaultRootWindow(display)
    for number in range(300):
        window = x11.XCreateSimpleWindow(display, root, number, number, 50, 50, 0, 0, 0)
        x11.XStoreName(display, window, b"t" * (2 * MIB if number == 0 else 10))
        x11.XMapWindow(display, window)
    x11.XSync(display, 0)
    x11.XCloseDisplay(display)
