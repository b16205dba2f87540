"""On PYTHONPATH: writes each host that this process looks up or connects to, and that is not this machine, into the file OUTGOING."""

import os
import sys

OWN = ("localhost", "127.", "::1")


def record(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host and not host.startswith(OWN):
        with open(os.environ["OUTGOING"], "a") as file:
            file.write(f"python {host}\n")


sys.addaudithook(record)
