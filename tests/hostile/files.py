"""Files of the host, of the server and of other desktops; places that must not be written to; tricks on one's own drive."""

import ctypes
import errno
import os
import shutil
import stat
import subprocess

from calls import libc
from table import ABSENT, DONE, REFUSED, SHUT, attempt

# What a path leads to, and where a program could get to it from.
WAYS = ("root", "cwd/../../../../../..")


def pids():
    return [name for name in os.listdir("/proc") if name.isdigit()]


def own_folder():
    return next(folder for folder in ("/drive", "/artifacts", "/tmp") if os.access(folder, os.W_OK))


def first(things, attempt_one):
    """Tries each; succeeds with the first that does, else fails like the last that existed at all."""
    last = FileNotFoundError(2, "nothing to try")
    for thing in things:
        try:
            return attempt_one(thing)
        except FileNotFoundError:
            continue
        except OSError as error:
            last = error
    raise last


@attempt("read {}", over="files", host=DONE, desktop=ABSENT)
def read(_, path):
    with open(path, "rb") as file:
        file.read(1)


@attempt("read {} through /proc/*/root and cwd", over="files", host=DONE, desktop=SHUT)
def read_by_process(_, path):
    first((f"/proc/{pid}/{way}{path}" for pid in pids() for way in WAYS), lambda at: read(_, at))


@attempt("list {}", over="folders", host=DONE, desktop=ABSENT)
def list_folder(_, path):
    os.listdir(path)


@attempt("connect to {}", over="sockets", host=DONE, desktop=(*ABSENT, "ECONNREFUSED"))
def connect(_, path):
    import socket

    with socket.socket(socket.AF_UNIX) as unix:
        unix.connect(path)


@attempt("connect to a socket without a file, {}", over="abstract", host=DONE, desktop="ECONNREFUSED")
def connect_abstract(_, name):
    connect(_, "\0" + name)


@attempt("find the host's sockets in /proc/net/unix", host=DONE, desktop="nothing")
def list_sockets(facts):
    with open("/proc/net/unix", encoding="utf-8", errors="replace") as file:
        text = file.read()
    wanted = [*facts["abstract"], *facts["sockets"].values()]
    return DONE if any(name in text for name in wanted) else "nothing"


@attempt("find secrets in environments and command lines", host=DONE, desktop="nothing")
def secrets_of_processes(facts):
    for pid in pids():
        for name in ("environ", "cmdline"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    text = file.read()
            except OSError:
                continue
            if any(secret.encode() in text for secret in facts["secrets"]):
                return DONE
    return "nothing"


@attempt("find open files of others below the data folder", host=DONE, desktop="nothing")
def open_files(facts):
    """A desktop's processes print into its log; that one is its own."""
    own = facts.get("own_log", "")
    for pid in pids():
        try:
            links = os.listdir(f"/proc/{pid}/fd")
        except OSError:
            continue
        for link in links:
            try:
                target = os.readlink(f"/proc/{pid}/fd/{link}")
                if target.startswith(facts["data_dir"]) and target != own:
                    open(f"/proc/{pid}/fd/{link}", "rb").close()
                    return DONE
            except OSError:
                continue
    return "nothing"


@attempt("learn where the data folder is from /proc/self/mountinfo", host=None, desktop=(DONE, "nothing"),
         because="a mount says which folder it shows; the path opens nothing")
def mountinfo(facts):
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        return DONE if facts["data_dir"].strip("/").split("/")[-2] in file.read() else "nothing"


@attempt("see other desktops in the data folder's mounts", host=None, desktop="nothing")
def other_mounts(facts):
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        return DONE if facts["other"] in file.read() else "nothing"


for path in ("/etc/shadow", "/etc/sudoers", "/etc/ssh/sshd_config", "/root", "/boot", "/srv", "/mnt", "/var/lib", "/var/log",
             "/var/run/docker.sock", "/run/dbus/system_bus_socket", "/run/systemd", "/lost+found", "/sys", "/sys/fs/cgroup",
             "/sys/kernel/debug", "/sys/firmware"):
    # /run and /mnt are there in some, empty.
    @attempt(f"open {path}", host=None, desktop=SHUT)
    def open_one(_, path=path):
        os.close(os.open(path, os.O_RDONLY))
        # A folder with nothing in it is as good as none.
        if os.path.isdir(path) and not os.listdir(path):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)


for name in ("mem", "kmem", "kmsg", "port", "kvm", "fuse", "loop-control", "loop0", "vda", "sda", "nvme0n1", "net/tun", "vsock",
             "vhost-net", "vhost-vsock", "vfio/vfio", "dri/card0", "input/event0", "uinput", "mapper/control", "snapshot",
             "userfaultfd", "bus/usb"):
    @attempt(f"open /dev/{name}", host=None, desktop=ABSENT)
    def open_device(_, name=name):
        os.close(os.open(f"/dev/{name}", os.O_RDWR))


for path in ("/", "/usr", "/usr/bin", "/etc", "/opt", "/opt/nen", "/opt/nen/bin", "/var", "/dev", "/proc", "/workflow", "/run"):
    @attempt(f"make a file in {path}", host=None, desktop=SHUT)
    def make_file(_, path=path):
        os.close(os.open(f"{path}/hostile", os.O_WRONLY | os.O_CREAT))


for path in ("/etc/passwd", "/etc/resolv.conf", "/etc/hosts", "/etc/machine-id", "/etc/ld.so.cache", "/usr/bin/env",
             "/opt/nen/bin/nen", "/opt/nen/share/fonts.conf", "/workflow/workflow.py", "/proc/self/exe"):
    @attempt(f"write to {path}", host=None, desktop=(*SHUT, "ETXTBSY"))
    def write_file(_, path=path):
        os.close(os.open(path, os.O_WRONLY))


# On the host they are opened and not written.
for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hostname",
             "/proc/sys/net/ipv4/ip_forward", "/proc/sys/vm/overcommit_memory", "/proc/sysrq-trigger", "/proc/kcore",
             "/proc/kmsg"):
    @attempt(f"open {path} for writing", host=(DONE, *REFUSED, "ENOENT"), desktop=SHUT)
    def open_kernel(_, path=path):
        os.close(os.open(path, os.O_RDONLY if path in ("/proc/kcore", "/proc/kmsg") else os.O_RDWR))


@attempt("learn kernel addresses from /proc/kallsyms", host=None, desktop=("nothing", *SHUT))
def kernel_addresses(_):
    with open("/proc/kallsyms", encoding="ascii", errors="replace") as file:
        return DONE if any(int(file.readline().split()[0], 16) for _ in range(100)) else "nothing"


def in_own_folder(use):
    path = os.path.join(own_folder(), "hostile-made")
    try:
        return use(path)
    finally:
        if os.path.lexists(path):
            os.remove(path)


for kind, device in (("character", stat.S_IFCHR), ("block", stat.S_IFBLK)):
    @attempt(f"make a {kind} device", host=DONE, desktop="EPERM")
    def make_device(_, device=device):
        in_own_folder(lambda path: os.mknod(path, device | 0o666, os.makedev(1 if device == stat.S_IFCHR else 7, 3)))


@attempt("give a file to root", host=DONE, desktop=("EPERM", "EINVAL"))
def give_to_root(_):
    in_own_folder(lambda path: (open(path, "w").close(), os.chown(path, 0, 0), None)[-1])


@attempt("give a file capabilities", host=DONE, desktop=("EPERM", "EOPNOTSUPP"))
def give_capabilities(_):
    # Version 2, CAP_SYS_ADMIN, effective.
    value = (0x02000001).to_bytes(4, "little") + (1 << 21).to_bytes(4, "little") + bytes(12)
    in_own_folder(lambda path: (open(path, "w").close(), os.setxattr(path, "security.capability", value), None)[-1])


@attempt("gain by a setuid program of one's own", host=None, desktop="nothing")
def own_setuid(_):
    def use(path):
        shutil.copy("/usr/bin/id", path)
        os.chmod(path, 0o6755)
        made = subprocess.run([path, "-u"], capture_output=True, text=True, check=False).stdout.strip()
        return DONE if made == "0" else "nothing"

    return in_own_folder(use)


@attempt("make a hard link to a file of the system", host=None, desktop=(*REFUSED, "EXDEV", "EROFS"))
def hard_link(_):
    in_own_folder(lambda path: os.link("/usr/bin/env", path))


@attempt("leave links to secrets where the server reads", desktop=DONE, workflow=DONE,
         because="anybody may make a link; the server follows none out of the drive, which the test looks at")
def leave_links(facts):
    for number, path in enumerate(facts["files"].values()):
        link = os.path.join(own_folder(), f"link-{number}")
        if not os.path.lexists(link):
            os.symlink(path, link)


@attempt("find what another desktop left in shared memory", host=None, desktop="nothing")
def shared_memory(facts):
    names = [name for folder in ("/dev/shm", "/dev/mqueue", "/tmp") for name in (os.listdir(folder) if os.path.isdir(folder) else [])]
    return DONE if any(facts["marker"] in name for name in names) else "nothing"


@attempt("find the host's memory segments and message queues", host=DONE, desktop="ENOENT")
def system_v(facts):
    segment = libc.shmget(ctypes.c_int(facts["segment"]), ctypes.c_size_t(0), ctypes.c_int(0))
    if segment == -1:
        raise OSError(ctypes.get_errno(), "shmget")
