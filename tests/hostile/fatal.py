"""Bombs that may cost a desktop its X server or its controller, and so its life: nobody is left to say what came of it."""

import ctypes
import os

from table import DONE, attempt

OWN_END = "the desktop may end by it; the test looks after the others, and at what is left"
NOT_LIMITED = "an ordinary user has no cgroup to limit it by"


@attempt("memory in a file without a name", host=None, desktop=("SIGKILL", "ENOMEM", DONE), because=f"{OWN_END}; {NOT_LIMITED}")
def nameless(facts):
    handle = os.memfd_create("hostile")
    for _ in range(facts["memory_mb"] + 100):
        os.write(handle, bytes(1 << 20))


@attempt("pictures in the X server's memory", host=None, desktop=("SIGKILL", DONE, "status 1"), workflow=None, because=OWN_END)
def pixmaps(facts):
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    root = x11.XDefaultRootWindow(display)
    for _ in range(facts["memory_mb"] // 64 + 5):
        pixmap = x11.XCreatePixmap(display, root, 4096, 4096, 24)
        context = x11.XCreateGC(display, pixmap, 0, None)
        x11.XFillRectangle(display, pixmap, context, 0, 0, 4096, 4096)
        x11.XSync(display, 0)
