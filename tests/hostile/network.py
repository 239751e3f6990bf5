"""Places that a sandbox's packets must not reach, and its network's own rules."""

import contextlib
import ctypes
import os
import socket
import struct

from table import DONE, attempt

# An answer, not silence: a rule that rejects tells a program at once.
REFUSED = ("ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EACCES", "EPERM", "EADDRNOTAVAIL", "ECONNRESET")
PATIENCE = 5


def family(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def tcp(_, place):
    host, port = place
    with socket.socket(family(host), socket.SOCK_STREAM) as handle:
        handle.settimeout(PATIENCE)
        handle.connect((host, port))
        # Who carries packets may take a connection before it has one of its own.
        handle.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return DONE if handle.recv(1) else "ECONNRESET"


def udp(_, place):
    host, port = place
    with socket.socket(family(host), socket.SOCK_DGRAM) as handle:
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        handle.settimeout(1)
        handle.connect((host, port))
        handle.send(b"hostile")
        handle.recv(1)


OWN = "10.0.2.100"
IP_FREEBIND = 15


def begun(begin):
    """The kernel knows a connection by its addresses: one that was begun on the loopback, from either side, could be an
    established one elsewhere."""

    def run(_, place):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as first, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asks:
            for handle in (first, asks):
                handle.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                handle.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                handle.settimeout(1)
            begin(first, asks, tuple(place))
            asks.connect(tuple(place))
            asks.send(b"hostile")
            asks.recv(1)

    return run


def by_device(first, asks, place):
    first.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    first.bind((OWN, 0))
    asks.bind(first.getsockname())
    with contextlib.suppress(OSError):
        first.sendto(b"hostile", place)


def as_the_other(first, asks, place):
    asks.bind((OWN, 0))
    first.setsockopt(socket.SOL_IP, IP_FREEBIND, 1)
    with contextlib.suppress(OSError):
        first.bind(place)
        first.sendto(b"hostile", asks.getsockname())


attempt("connect to {}", over="listeners", host=DONE, desktop=REFUSED)(tcp)
attempt("connect to {}", over="closed", host=None, desktop=REFUSED)(tcp)
attempt("ask {}", over="echoes", host=DONE, desktop=(*REFUSED, "silence"))(udp)
attempt("ask {}", over="closed_udp", host=None, desktop=(*REFUSED, "silence"))(udp)
for how, begin in (("on the loopback", by_device), ("by itself", as_the_other)):
    attempt(f"ask {{}} as if it had been begun {how}", over="closed_udp", host=None, desktop=(*REFUSED, "silence"))(begun(begin))


@attempt("have a port that others connect to", host=DONE, desktop=DONE,
         because="within its own network anybody may listen, and nothing carries packets into it from outside")
def listen(facts):
    with socket.socket() as handle:
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        handle.bind(("0.0.0.0", facts["inner_port"]))
        handle.listen()


@attempt("see other interfaces than its own", host=(DONE, "nothing"), desktop="nothing")
def interfaces(_):
    return DONE if {name for _, name in socket.if_nameindex()} - {"lo", "tap0"} else "nothing"


@attempt("add a route", host=None, desktop="EPERM")
def add_route(_):
    # RTM_NEWROUTE for 192.0.2.0/24 through interface 1.
    attributes = struct.pack("HH4s", 8, 1, socket.inet_aton("192.0.2.0")) + struct.pack("HHi", 8, 4, 1)
    body = struct.pack("BBBBBBBBI", socket.AF_INET, 24, 0, 0, 254, 4, 253, 1, 0) + attributes
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as handle:
        handle.settimeout(PATIENCE)
        handle.send(struct.pack("IHHII", 16 + len(body), 24, 0x605, 1, 0) + body)
        code = -struct.unpack("i", handle.recv(4096)[16:20])[0]
    if code:
        raise OSError(code, "RTM_NEWROUTE")


@attempt("load rules into the packet filter by nft", host=None, desktop="refused")
def by_nft(_):
    child = os.fork()
    if child == 0:
        null = os.open("/dev/null", os.O_RDWR)
        for number in range(3):
            os.dup2(null, number)
        try:
            os.execvp("/usr/sbin/nft", ["nft", "flush", "ruleset"])
        finally:
            os._exit(127)
    return "refused" if os.waitpid(child, 0)[1] else DONE


@attempt("take another address", host=None, desktop="EPERM")
def take_address(_):
    # SIOCSIFADDR, as the oldest way there is.
    from fcntl import ioctl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        address = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton("10.0.2.2"))
        ioctl(handle, 0x8916, ctypes.create_string_buffer(struct.pack("16s16s8x", b"lo:1", address)))


@attempt("mark packets, or leave by an interface of one's choice", host=DONE, desktop="EPERM")
def mark(_):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        handle.setsockopt(socket.SOL_SOCKET, 36, 1)  # SO_MARK
