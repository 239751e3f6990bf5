"""Interfaces of the kernel. Wrong arguments are given on purpose: a call that is not refused says so, and does nothing."""

import ctypes
import errno
import fcntl
import mmap
import os
import signal
import socket
import struct
import tempfile

import calls
from calls import NEWCGROUP, NEWIPC, NEWNET, NEWNS, NEWPID, NEWUSER, NEWUTS, call
from table import DONE, REFUSED, SHUT, attempt

# What the kernel answers to nonsense when it has looked at it; ENOSYS, when it was built without.
LOOKED = (DONE, "EINVAL", "EFAULT", "EBADF", "ENOENT", "ESRCH", "ENOSYS", "E2BIG", "ENOKEY", "ENOTBLK", "EOPNOTSUPP", "ENOTDIR",
          "ENODEV", "ENOEXEC", "EPERM", "EBUSY", "ENOTSUP")
# Refused everywhere, whatever they are given. The host column shows that the filter is what refuses them.
CALLS = {
    "add_key": (), "request_key": (), "keyctl": (99,), "bpf": (99,), "perf_event_open": (), "userfaultfd": (99,),
    "io_uring_setup": (), "io_uring_enter": (-1,), "io_uring_register": (-1,), "init_module": (), "finit_module": (-1,),
    "delete_module": (), "kexec_load": (1, 0, 0, 99), "syslog": (99,), "acct": (b"/nonexistent",), "quotactl": (), "quotactl_fd": (-1,),
    "mount": (), "umount2": (b"/nonexistent",), "pivot_root": (b"/nonexistent", b"/nonexistent"), "open_tree": (-1, b"x"), "move_mount": (-1, b"x", -1, b"x"),
    "fsopen": (b"nonsense",), "fsconfig": (-1,), "fsmount": (-1,), "fspick": (-1, b"x"), "mount_setattr": (-1, b"x"),
    "open_tree_attr": (-1, b"x"), "swapon": (b"/nonexistent",), "swapoff": (b"/nonexistent",), "fanotify_init": (0xFFFF,), "open_by_handle_at": (-1,),
    "setns": (-1,), "reboot": (), "settimeofday": (), "clock_settime": (99,), "adjtimex": (), "clock_adjtime": (99,),
    "sethostname": (b"x", -1), "setdomainname": (b"x", -1), "iopl": (99,), "ioperm": (0, 1 << 20, 1), "modify_ldt": (99,),
}
# Refused to workflows besides.
WORKFLOW = {"ptrace": (99,), "process_vm_readv": (), "process_vm_writev": (), "kcmp": (), "chroot": (b"/nonexistent",), "unshare": (0,), "pidfd_getfd": (-1,)}

for name, arguments in (CALLS | WORKFLOW).items():
    if name in calls.NUMBERS:
        refused = "EPERM"
        free = LOOKED if name in WORKFLOW else refused

        @attempt(f"call {name}", host=LOOKED, desktop=free, workflow=refused, because="browsers and debuggers use it, within the desktop")
        def make_call(_, name=name, arguments=arguments):
            call(name, *arguments)


if calls.MACHINE == "x86_64":
    X32 = 0x40000000

    @attempt("go around the filter by the x32 calls", host=(DONE, "ENOSYS", "EFAULT", "EINVAL"), desktop=("EPERM", "ENOSYS"))
    def x32(_):
        call(X32 + calls.NUMBERS["bpf"], 99)

    @attempt("go around the filter by the 32-bit calls", host=("EINVAL", "ENOSYS", "SIGSEGV"), desktop="SIGSYS")
    def int80(_):
        # mov eax, 357 (bpf); mov ebx, 99; xor ecx, ecx; xor edx, edx; int 0x80; ret
        code = b"\xb8" + struct.pack("<I", 357) + b"\xbb" + struct.pack("<I", 99) + b"\x31\xc9\x31\xd2\xcd\x80\xc3"
        # rbx belongs to the caller.
        code = b"\x53" + code[:-1] + b"\x5b\xc3"
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(code)
        at = ctypes.addressof(ctypes.c_char.from_buffer(page))
        said = ctypes.CFUNCTYPE(ctypes.c_int)(at)()
        if said < 0:
            raise OSError(-said, "bpf")


NAMESPACES = {"user": NEWUSER, "mount": NEWNS, "net": NEWNET, "pid": NEWPID, "ipc": NEWIPC, "uts": NEWUTS, "cgroup": NEWCGROUP}
for kind, flag in NAMESPACES.items():
    @attempt(f"make a {kind} namespace", host=DONE, desktop=DONE if kind == "user" else "EPERM", workflow="EPERM",
             because="Chromium makes its sandbox of them; what they give is tried below")
    def make_namespace(_, flag=flag):
        call("unshare", flag)


@attempt("make a user namespace by clone3", host=DONE, desktop=DONE, workflow=("EPERM", "ENOSPC"),
         because="Chromium makes its sandbox of them; what they give is tried below")
def clone3(_):
    arguments = struct.pack("<11Q", NEWUSER, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, 0)
    child = call("clone3", arguments, len(arguments))
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


@attempt("enter the namespaces of the first process", host=None, desktop="EPERM")
def enter(_):
    for kind in ("user", "mnt", "net"):
        try:
            handle = os.open(f"/proc/1/ns/{kind}", os.O_RDONLY)
        except OSError:
            continue
        call("setns", handle, 0)
    raise PermissionError(errno.EPERM, "none of them")


def as_root_inside(flags=0):
    """Root of a user namespace of one's own, with all capabilities in it."""
    user, group = os.getuid(), os.getgid()
    call("unshare", NEWUSER | flags)
    for file, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        with open(f"/proc/self/{file}", "w", encoding="ascii") as opened:
            opened.write(text)


# What root of a namespace of its own may do with what is not the namespace's.
for name, flags, use in (
    ("mount", NEWNS, lambda: call("mount", b"none", b"/tmp", b"tmpfs", 0, 0)),
    ("mount by descriptors", NEWNS, lambda: call("fsopen", b"tmpfs", 0)),
    ("change the root folder", NEWNS, lambda: call("pivot_root", b"/tmp", b"/tmp")),
    ("name the machine", 0, lambda: call("sethostname", b"x", 1)),
    ("make a device", 0, lambda: os.mknod("/tmp/hostile-device", 0o020666, os.makedev(1, 1))),
    ("load a module", 0, lambda: call("init_module")),
    ("load a program into the kernel", 0, lambda: call("bpf", 0)),
    ("raise priority", 0, lambda: os.nice(-5)),
    ("speak to the packet filter", NEWNET, lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)),
    ("send packets of its own making", 0, lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)),
    ("send packets in a network of its own", NEWNET, lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 255)),
    ("become another user", 0, lambda: os.setuid(65534)),
):
    @attempt(f"as root of a namespace of its own: {name}", host=None, desktop=(*SHUT, "EINVAL"), workflow=("EPERM", "ENOSPC"))
    def as_root(_, flags=flags, use=use):
        as_root_inside(flags)
        use()


@attempt("take the desktop's own network down as root of a namespace", host=None, desktop="EPERM", workflow=("EPERM", "ENOSPC"))
def network_down(_):
    as_root_inside()
    # struct ifreq with no flags set: SIOCSIFFLAGS.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, 0x8914, struct.pack("16sh22x", b"lo", 0))


# Family, kind, protocol. What is refused here is refused by the filter, before a module would be loaded for it.
SOCKETS = {
    "packets": (17, 3, 0), "the kernel's cryptography": (38, 5, 0), "the host of a virtual machine": (40, 1, 0),
    "Bluetooth": (31, 3, 0), "keys (IPsec)": (15, 3, 2), "CAN": (29, 3, 1), "TIPC": (30, 2, 0), "RDS": (21, 5, 0),
    "AX.25": (3, 5, 0), "XDP": (44, 3, 0), "the packet filter": (16, 3, 12), "audit": (16, 3, 9),
    "IPsec by netlink": (16, 3, 6), "the connector": (16, 3, 11), "generic netlink": (16, 3, 16),
    "raw IPv4": (2, 3, 1), "raw IPv6": (10, 3, 58), "SCTP": (2, 1, 132), "DCCP": (2, 6, 33), "L2TP": (2, 2, 115),
}
for name, (family, kind, protocol) in SOCKETS.items():
    @attempt(f"make a socket for {name}", host=None, desktop="EPERM")
    def make_socket(_, family=family, kind=kind, protocol=protocol):
        socket.socket(family, kind, protocol).close()


@attempt("make a pair of sockets of another family", host=None, desktop="EPERM")
def make_pair(_):
    call("socketpair", 30, 1, 0, ctypes.create_string_buffer(8))


for name, level, option in (("ip_tables", 0, 64), ("ip6_tables", 41, 64), ("arp_tables", 0, 96), ("ebtables", 0, 128)):
    @attempt(f"replace the rules of {name}", host=None, desktop="EPERM")
    def replace_rules(_, level=level, option=option):
        family = socket.AF_INET6 if level == 41 else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as handle:
            handle.setsockopt(level, option, bytes(8))


for name, request in (("TIOCSTI", 0x5412), ("TIOCLINUX", 0x541C), ("TIOCSTI, with more bits than the kernel reads", 0x1_0000_5412)):
    @attempt(f"put characters into a terminal: {name}", host=None, desktop="EPERM")
    def terminal(_, request=request):
        ours, theirs = os.openpty()
        call("ioctl", theirs, request, ctypes.create_string_buffer(b"x"))


# l_type, l_whence, l_start, l_len, l_sysid, l_pid and some room.
RANGE = struct.pack("hh4xqqiI16x", 0, os.SEEK_SET, 0, 4096, 0, 0)
KEEP_SIZE, PUNCH_HOLE = 1, 2

for name, request in (("FS_IOC_RESVSP", 0x40305828), ("FS_IOC_RESVSP64", 0x4030582A), ("FS_IOC_ZERO_RANGE", 0x40305839)):
    @attempt(f"take room beyond the end of a file: {name}", host=(DONE, "EOPNOTSUPP"), desktop="EPERM")
    def reserve(_, request=request):
        with tempfile.TemporaryFile() as file:
            fcntl.ioctl(file, request, RANGE)


@attempt("take room beyond the end of a file: fallocate", host=DONE, desktop="EPERM")
def allocate(_):
    with tempfile.TemporaryFile() as file:
        call("fallocate", file.fileno(), KEEP_SIZE, 0, 4096)


@attempt("make a hole in a file", host=DONE, desktop=DONE, because="it gives room back")
def punch(_):
    with tempfile.TemporaryFile() as file:
        call("fallocate", file.fileno(), KEEP_SIZE | PUNCH_HOLE, 0, 4096)


@attempt("run a program from memory", host=DONE, desktop=DONE, because="it is one of its own programs, and confined like all of them")
def from_memory(_):
    handle = os.memfd_create("hostile")
    with open("/usr/bin/true", "rb") as file:
        os.write(handle, file.read())
    child = os.fork()
    if child == 0:
        os.execve(handle, ["true"], {})
    if os.waitpid(child, 0)[1]:
        raise PermissionError(errno.EACCES, "it did not run")


@attempt("read the ring of the kernel's messages", host=None, desktop=(*REFUSED, "ENOENT"))
def messages(_):
    call("syslog", 3, ctypes.create_string_buffer(64), 64)
