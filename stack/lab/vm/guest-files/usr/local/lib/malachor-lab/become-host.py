"""Makes a resumed machine a host of its own; reads {"now", "randomness", "files": [[path, mode, content]]} from its input.

Sets the clock, then the kernel's random number generator, whose state every machine resumed from the same file shares.
"""

import fcntl
import json
import os
import sys
import time

RNDRESEEDCRNG = 0x5207

settings = json.load(sys.stdin)
time.clock_settime(time.CLOCK_REALTIME, settings["now"])
with open("/dev/urandom", "wb", buffering=0) as generator:
    generator.write(bytes.fromhex(settings["randomness"]))
    fcntl.ioctl(generator, RNDRESEEDCRNG)
for path, mode, content in settings["files"]:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    # Made anew with its mode: a private key is at no time readable by others.
    if os.path.lexists(path):
        os.remove(path)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
        os.fchmod(file.fileno(), int(mode, 8))
