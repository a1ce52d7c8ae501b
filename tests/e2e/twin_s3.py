"""Makes the puts of a plan, one after the other, for crash_s3.py to kill.

usage: twin_s3.py PLAN: a JSON list of [signed URL, text]
"""
import json
import socket
import sys


def main(plan):
    with open(plan, encoding="utf-8") as file:
        puts = json.load(file)
    for url, text in puts:
        host, _, target = url.removeprefix("http://").partition("/")
        address, _, port = host.partition(":")
        body = text.encode()
        head = f"PUT /{target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        with socket.create_connection((address, int(port))) as connection:
            connection.sendall(head.encode() + body)
            reply = b""
            while more := connection.recv(65536):
                reply += more
        if not reply.startswith(b"HTTP/1.1 200"):
            sys.exit(reply.decode(errors="replace"))


main(*sys.argv[1:])
