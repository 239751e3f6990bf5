"""Tries to reach places, `tcp:HOST:PORT` or `dns:ADDRESS:PORT:NAME`, and prints what came of each."""

import socket
import struct
import sys
import time


def tcp(host: str, port: str) -> str:
    socket.create_connection((host, int(port)), 5).close()
    return "connected"


def dns(address: str, port: str, name: str) -> str:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    question = struct.pack(">6H", 7, 0x100, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.settimeout(2)
        asked.connect((address, int(port)))
        asked.send(question)
        answer = asked.recv(2048)
    return f"code {answer[3] & 15}, {answer[7]} records"


for place in sys.argv[1:]:
    way, *where = place.split(":")
    begun = time.monotonic()
    try:
        said = {"tcp": tcp, "dns": dns}[way](*where)
    except socket.gaierror:
        said = "unknown"
    except OSError:
        said = "refused" if time.monotonic() - begun < 1.5 else "lost"
    print(place, said)
