"""Pixels of a PNG, for checking what was answered. Slow and simple; never runs while a clock does."""

from __future__ import annotations

import struct
import zlib

from desktop import Screen, png_size

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def pixels(data: bytes) -> tuple[Screen, list[bytes]]:
    """Size and rows of RGB, three bytes a pixel. Eight bits a channel, not interlaced: what screenshots are."""
    size = png_size(data)
    depth, kind, _, _, interlaced = data[24:29]
    if depth != 8 or interlaced:
        raise ValueError(f"a PNG of depth {depth}, interlaced {interlaced}")
    compressed, palette, at = bytearray(), b"", 8
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if name == b"IDAT":
            compressed += body
        elif name == b"PLTE":
            palette = body
        at += length + 12
    channels = CHANNELS[kind]
    rows = _unfiltered(zlib.decompress(compressed), size, channels)
    if kind == 3:
        colours = [palette[i : i + 3] for i in range(0, len(palette), 3)]
        return size, [b"".join(map(colours.__getitem__, row)) for row in rows]
    if kind in (0, 4):
        return size, [b"".join(bytes((grey,)) * 3 for grey in row[::channels]) for row in rows]
    if kind == 6:
        return size, [_without_alpha(row) for row in rows]
    return size, rows


def _without_alpha(row: bytes) -> bytes:
    plain = bytearray(len(row) // 4 * 3)
    for channel in range(3):
        plain[channel::3] = row[channel::4]
    return bytes(plain)


def _unfiltered(data: bytes, size: Screen, step: int) -> list[bytes]:
    stride = size.width * step
    above = bytes(stride)
    rows = []
    for y in range(size.height):
        start = y * (stride + 1)
        above = _row(data[start], bytearray(data[start + 1 : start + 1 + stride]), above, step)
        rows.append(above)
    return rows


def _row(kind: int, row: bytearray, above: bytes, step: int) -> bytes:
    if kind == 1:
        for i in range(step, len(row)):
            row[i] = (row[i] + row[i - step]) & 255
    elif kind == 2:
        for i in range(len(row)):
            row[i] = (row[i] + above[i]) & 255
    elif kind == 3:
        for i in range(len(row)):
            left = row[i - step] if i >= step else 0
            row[i] = (row[i] + (left + above[i]) // 2) & 255
    elif kind == 4:
        for i in range(len(row)):
            left, corner = (row[i - step], above[i - step]) if i >= step else (0, 0)
            up = above[i]
            guess = left + up - corner
            far_left, far_up, far_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
            if far_left <= far_up and far_left <= far_corner:
                best = left
            else:
                best = up if far_up <= far_corner else corner
            row[i] = (row[i] + best) & 255
    return bytes(row)
