"""What a program in a sandbox is to find and must not: a process of the host with ports, a socket without a file and a memory
segment. Says in a line of JSON what it has; when its input ends, how often it was reached."""

import ctypes
import json
import os
import socket
import sys
import threading

marker = sys.argv[1]
reached = {"tcp": 0, "udp": 0, "abstract": 0}
libc = ctypes.CDLL(None, use_errno=True)


def count(name, accept):
    while True:
        try:
            accept()
        except OSError:
            continue
        reached[name] += 1


def answer(listener):
    peer, _ = listener.accept()
    with peer:
        peer.settimeout(5)
        peer.recv(100)
        peer.sendall(b"reached")


def echo(listener):
    data, peer = listener.recvfrom(100)
    listener.sendto(data, peer)


# On every address, so that it is not the listener that turns anybody away.
tcp = socket.create_server(("0.0.0.0", 0))
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("0.0.0.0", 0))
abstract = socket.socket(socket.AF_UNIX)
abstract.bind("\0" + marker)
abstract.listen()
for name, accept in (("tcp", lambda: answer(tcp)), ("udp", lambda: echo(udp)), ("abstract", abstract.accept)):
    threading.Thread(target=count, args=(name, accept), daemon=True).start()
key = os.getpid()
# IPC_CREAT, readable by everybody.
segment = libc.shmget(key, ctypes.c_size_t(4096), 0o1666)
print(json.dumps({"victim": key, "segment": key, "tcp": tcp.getsockname()[1], "udp": udp.getsockname()[1]}), flush=True)
sys.stdin.read()
libc.shmctl(segment, 0, None)
print(json.dumps(reached), flush=True)
