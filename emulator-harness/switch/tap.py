"""Joins a TAP device of Linux with this process's standard input and output; started by tap.ts.

Node cannot make the ioctl that a TAP device needs. Each frame is preceded by its length in two bytes, the high
one first. Ends when standard input ends, and the device with it.
"""
import fcntl
import os
import select
import struct
import sys

TUNSETIFF = 0x400454CA
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000


def read_exactly(size):
    parts = b""
    while len(parts) < size:
        part = os.read(0, size - len(parts))
        if not part:
            sys.exit(0)
        parts += part
    return parts


def main():
    tap = os.open("/dev/net/tun", os.O_RDWR)
    request = struct.pack("16sH22x", sys.argv[1].encode(), IFF_TAP | IFF_NO_PI)
    answer = fcntl.ioctl(tap, TUNSETIFF, request)
    name = answer[:16].rstrip(b"\0")
    os.write(1, struct.pack(">H", len(name)) + name)
    while True:
        ready, _, _ = select.select([tap, 0], [], [])
        if tap in ready:
            frame = os.read(tap, 65535)
            os.write(1, struct.pack(">H", len(frame)) + frame)
        if 0 in ready:
            (size,) = struct.unpack(">H", read_exactly(2))
            frame = read_exactly(size)
            try:
                os.write(tap, frame)
            except OSError:
                pass  # the device is down: the frame is lost, as on any wire


main()
