"""Runs shell scripts as root for the lab, asked over a virtio serial port: one JSON object a line each way.

Request: {"id", "script", "input", "timeoutSeconds"}. Answer: {"id", "exitCode", "stdout", "stderr", "timedOut"}.
A line that is no request is passed over: a reset of the machine may have cut one.
"""

import glob
import json
import os
import signal
import subprocess
import threading
import time

ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
}
write_lock = threading.Lock()


def find_port():
    """Device of the port named malachor.lab; waits for its driver."""
    while True:
        for name in glob.glob("/sys/class/virtio-ports/*/name"):
            with open(name, encoding="ascii") as file:
                if file.read().strip() == "malachor.lab":
                    return "/dev/" + name.split("/")[-2]
        time.sleep(0.05)


def run(request):
    process = subprocess.Popen(
        ["/bin/sh", "-c", request["script"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )
    try:
        output = process.communicate(request["input"].encode(), request["timeoutSeconds"])
        timed_out = False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        output = (b"", b"")
        timed_out = True
    stdout, stderr = (part.decode(errors="replace") for part in output)
    return {"exitCode": process.returncode, "stdout": stdout, "stderr": stderr, "timedOut": timed_out}


def answer(port, request):
    result = json.dumps({"id": request["id"], **run(request)})
    line = memoryview(f"\n{result}\n".encode())
    with write_lock:
        while line:
            line = line[os.write(port, line) :]


def parse(line):
    try:
        request = json.loads(line)
        return request if isinstance(request, dict) and "script" in request else None
    except ValueError:
        return None


def serve(port):
    pending = b""
    while True:
        chunk = os.read(port, 65536)
        if not chunk:
            # Nobody is connected on the other side, which cannot be waited for.
            time.sleep(0.02)
            pending = b""
            continue
        *lines, pending = (pending + chunk).split(b"\n")
        for request in filter(None, map(parse, lines)):
            threading.Thread(target=answer, args=(port, request), daemon=True).start()


serve(os.open(find_port(), os.O_RDWR | os.O_CLOEXEC))
