#!/usr/bin/env python3
"""Compares the CPU time (user + system) of two commands, run in turns so that both meet the same machine.

usage: cpu.py RUNS BAR MINE... -- OTHER...

Prints both medians and the ratio of mine to the other's; 1 when it is above BAR. A command may end with 0 or 1 (findings).
"""
import os
import statistics
import sys


def cpu_of(argv, null):
    """Seconds of one run."""
    actions = [(os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
    child = os.posix_spawn(argv[0], argv, os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{' '.join(argv)}: exit {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime


def main(arguments):
    middle = arguments.index("--")
    runs, bar, mine, other = int(arguments[0]), float(arguments[1]), arguments[2:middle], arguments[middle + 1:]
    null = os.open(os.devnull, os.O_RDWR)
    for command in (mine, other):  # warm: the page cache, and the linker's files
        for _ in range(5):
            cpu_of(command, null)
    times = [(cpu_of(mine, null), cpu_of(other, null)) for _ in range(runs)]
    medians = [statistics.median(column) * 1000 for column in zip(*times)]
    ratio = medians[0] / medians[1]
    for name, median in zip((mine, other), medians):
        print(f"{median:9.3f} ms  {os.path.basename(name[0])} {' '.join(name[1:])}".rstrip())
    print(f"{ratio:9.2f} x   bar {bar:g}, medians of {runs} runs each")
    return 0 if ratio <= bar else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
