#!/usr/bin/env python3
"""The n-th request of `mesh publish` to a bucket fails, for every n and in every way that a server, a gateway or a network
can fail. It ends with 0 and a whole release, or with an error and what was there before; nothing in between is ever to be
seen. What failed for a moment costs only time, attempts have their limit, `Retry-After` is obeyed, and a write whose reply
was lost is looked at, not made again.

usage: s3_faults.py MESH [CHECK…]

Without versitygw and boto3 in the tests' cache this is a skip (77), with CI set a failure.
"""
import concurrent.futures
import email.utils
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import faulty
import servers
import shop

BUCKET = "shop-mesh"
ATTEMPTS = 8  # of a call, as `mesh help network` has it
AT_ONCE = 6


class Publisher:
    """Publishes a second release upon a first one, or a first one upon nothing, each time at another prefix.

    A publisher to another kind of store has other faults, and says where a run is, what it begins with and what it left."""

    BUSY, DENIED = faulty.says(503, "SlowDown"), faulty.says(403, "AccessDenied")
    ASKS_THE_LIST = True  # whether it is there, where a read is denied
    # What passes by itself: publishing must get through.
    MOMENTARY = [faulty.says(429), faulty.says(429, "TooManyRequests"), faulty.says(500, "InternalError"), faulty.says(500),
                 BUSY, faulty.says(503), faulty.says(408, "RequestTimeout"), faulty.says(400, "BadDigest"),
                 faulty.says(409, "OperationAborted"), faulty.LOST, faulty.DROPPED, faulty.SHORT, faulty.BAD_GATEWAY_AFTER,
                 faulty.FAILED_200, faulty.FAILED_200_AFTER]
    # What says no. The codes of conditions and of absence may also be taken for an answer that they are not.
    FINAL = [faulty.says(400, "InvalidRequest"), faulty.says(401), DENIED, faulty.says(403),
             faulty.says(404), faulty.says(409), faulty.says(405)]
    UNTRUE = [faulty.says(404, "NoSuchKey"), faulty.says(409, "ConditionalRequestConflict"),
              faulty.says(412, "PreconditionFailed"), faulty.says(412)]
    # What no reply of S3 is. Reading it is a failed verification (7): the bytes that came are not those of a release.
    GARBAGE = [faulty.WRONG_ETAG, faulty.NO_ETAG, faulty.NOISE_BEFORE, faulty.NOISE_AFTER, faulty.PORTAL,
               faulty.CACHED_PORTAL]

    def __init__(self, mesh, work, server, front):
        self.mesh, self.work, self.server, self.front = mesh, work, server, front
        shop.write_mesh(str(work / "first"), "1.0.0", "the first")
        shop.write_mesh(str(work / "second"), "1.1.0", "the second")
        self.environment = shop.environment(str(work / "home")) | self.way()
        self.count = {}
        for name, before in ("first", None), ("second", "plain-first"):
            self.count[name] = self.requests_of(name, before)
        self.seen = {name: self.read(f"plain-{name}") for name in ("first", "second")}
        self.before = {"first": {}, "second": self.seen["first"]}

    def requests_of(self, name, before):
        prefix = f"plain-{name}"
        self.begin(prefix, before)
        run = self.front.plan(prefix, None, 0)
        done = self.publish(name, prefix)
        assert done.returncode == 0, done.stderr
        return len(run.asked)

    def way(self):
        """The variables that lead to the faulty server."""
        return self.server.environment() | {"AWS_ENDPOINT_URL_S3": self.front.url}

    def target(self, prefix):
        return f"s3://{BUCKET}/{prefix}"

    def begin(self, prefix, before):
        bucket = self.server.data / BUCKET
        if before:
            shutil.copytree(bucket / before, bucket / prefix)  # with the attributes that the server keeps ETags in

    def read(self, prefix):
        """As the server has it on disk."""
        return self.read_folder(self.server.data / BUCKET / prefix)

    def read_folder(self, folder):
        """By a reader that knows nothing of mesh."""
        if not folder.exists():
            return {}
        shop.check_files(folder)
        return shop.read_product(str(folder))[0]

    def busy(self, status, name, headers):
        return faulty.says(status, "SlowDown", name, headers)

    def may_end_with(self, fault):
        return 0, 3, 5, 6, 7

    def may_be_refused(self, run):
        """Whether publishing needs no answer to what was hit."""
        return False

    def publish(self, name, prefix, *words):
        return self.run(name, "publish", "--to", self.target(prefix), "--jobs", "1", *words)

    def run(self, name, *words):
        return subprocess.run([self.mesh, *words], cwd=self.work / name, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=self.environment, timeout=120, check=False)

    def try_fault(self, name, fault, first, last=None, label=""):
        """The run, and what it left: "old" or "new". Raises for anything else."""
        prefix = re.sub("[^a-z0-9]+", "-", f"{name}-{label or fault}-{first}".lower())
        self.begin(prefix, "plain-first" if name == "second" else None)
        run = self.front.plan(prefix, fault, first, last)
        begun = time.monotonic()
        done = self.publish(name, prefix)
        run.time = time.monotonic() - begun
        run.planned, self.front.runs[prefix].fault = fault, None
        what = f"{name}, request {first}{'' if last is None else ' and later'}: {fault}"
        assert run.asked[first - 1:], f"{what}: there was no such request"
        run.what, run.hit = what, run.asked[first - 1]
        try:
            seen = self.read(prefix)
        except shop.Torn as torn:
            raise AssertionError(f"{what}: torn: {torn}; exit {done.returncode}: {done.stderr}") from None
        assert seen in (self.before[name], self.seen[name]), f"{what}: {sorted(seen)}; exit {done.returncode}: {done.stderr}"
        state = "new" if seen == self.seen[name] else "old"
        # Where no reply came back any more, nobody can know, and that is told.
        unknown = done.returncode == 5 and state == "new" and "it may have been written all the same" in done.stderr
        assert unknown and last or (done.returncode == 0) == (state == "new"), f"{what}: exit {done.returncode}, {state}: {done.stderr}"
        assert done.returncode in self.may_end_with(fault), f"{what}: exit {done.returncode}: {done.stderr}"
        assert done.returncode == 0 or "error: " in done.stderr, f"{what}: exit {done.returncode} and no word"
        for method, end in {one[1:3] for one in run.asked}:
            # The probe of conditions asks for one key three times in one call, and a publisher that lost asks again.
            most = ATTEMPTS * (3 if end.endswith("oci-layout") else 1) + 3
            assert run.count(method, end) <= most, f"{what}: {method} {end} {run.count(method, end)} times"
        run.done, run.state, run.prefix = done, state, prefix
        return run

    def converges(self, name, run):
        again = self.publish(name, run.prefix)
        assert again.returncode == 0, f"{run.what}: the next run: exit {again.returncode}: {again.stderr}"
        assert self.read(run.prefix) == self.seen[name], f"{run.what}: the next run leads to something else"
        checked = self.run(name, "verify", "--from", self.target(run.prefix))
        assert checked.returncode == 0, f"{run.what}: verify: exit {checked.returncode}: {checked.stderr}"


def is_after_the_swap(run):
    """Whether it hit the listing, which is made of what is published and is no part of it."""
    swaps = [i for i, one in enumerate(run.asked) if one[1] == "PUT" and one[2].endswith("index.json")]
    return bool(swaps) and run.first - 1 > swaps[0]


def all_faults(publisher, name, faults, judge):
    cases = [(fault, n) for fault in faults for n in range(1, publisher.count[name] + 1)]
    codes, wrong = {}, []

    def one(case):
        try:
            run = publisher.try_fault(name, *case)
            judge(run)
            if case[1] % 4 == 0:
                publisher.converges(name, run)
            return run.done.returncode
        except (AssertionError, subprocess.SubprocessError, OSError, ValueError, shop.Torn) as error:
            wrong.append(str(error))
            return None

    with concurrent.futures.ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        for code in pool.map(one, cases):
            codes[code] = codes.get(code, 0) + 1
    print(f"         {name}: {len(faults)} faults x {publisher.count[name]} requests: exit codes {codes}, {len(wrong)} wrong")
    assert not wrong, "\n  ".join(["", *wrong[:12]])


def what_fails_for_a_moment_costs_only_time(publisher):
    def judge(run):
        assert run.done.returncode == 0, f"{run.what}: exit {run.done.returncode}: {run.done.stderr}"
        if run.planned.acts and run.hit[1] == "PUT" and run.hit[2].endswith("/index.json"):
            assert run.count("PUT", "/index.json") == 1, f"{run.what}: written again: {run.asked}"

    for name in "second", "first":
        faults = publisher.MOMENTARY if name == "second" else [publisher.BUSY, faulty.LOST, faulty.DROPPED]
        all_faults(publisher, name, faults, judge)


def a_no_is_told_and_leaves_all_as_it_was(publisher):
    def judge(run):
        # Where nothing is, a no may mean just that, and the list tells.
        was_told = publisher.ASKS_THE_LIST and run.what.startswith("first") and run.hit[1] == "GET"
        if was_told and run.done.returncode == 0 and not run.done.stderr:
            assert publisher.may_be_refused(run) or run.count("GET", run.hit[2]) > 1, f"{run.what}: nobody asked the list: {run.asked}"
        elif is_after_the_swap(run):
            assert run.done.returncode == 0 and "warning: the listing of" in run.done.stderr, f"{run.what}: {run.done}"
        elif publisher.may_be_refused(run):
            assert run.done.returncode == 0, f"{run.what}: {run.done}"
        else:
            assert run.done.returncode == 6, f"{run.what}: exit {run.done.returncode}: {run.done.stderr}"

    for name in "second", "first":
        all_faults(publisher, name, publisher.FINAL if name == "second" else [publisher.DENIED], judge)


def answers_that_are_not_true_do_no_harm(publisher):
    for name in "second", "first":
        all_faults(publisher, name, publisher.UNTRUE, lambda run: None)


def garbage_does_no_harm(publisher):
    def judge(run):
        if run.done.returncode == 7:
            assert run.hit[1] == "GET", f"{run.what}: exit 7 of a write: {run.done.stderr}"
        if run.planned.acts and run.hit[1] == "PUT" and run.hit[2].endswith("/index.json"):
            assert run.done.returncode == 0 and run.count("PUT", "/index.json") == 1, f"{run.what}: {run.done}"

    for name in "second", "first":
        all_faults(publisher, name, publisher.GARBAGE, judge)


def what_fails_for_good_ends_with_5(publisher):
    """From the n-th request on nothing works: attempts have their limit, and it ends."""
    cases = [(fault, n) for fault in (publisher.BUSY, faulty.LOST, faulty.DROPPED)
             for n in range(1, publisher.count["second"] + 1, 1 if fault is faulty.LOST else 4)]

    def one(case):
        run = publisher.try_fault("second", *case, last=10**9, label=f"{case[0]}-for-good")
        if run.done.returncode == 0:
            assert is_after_the_swap(run) and "warning: the listing of" in run.done.stderr, f"{run.what}: {run.done}"
        else:
            assert run.done.returncode == 5 and f"(after {ATTEMPTS} attempts)" in run.done.stderr, f"{run.what}: {run.done}"
        # The index is read before, too, and a read on a kept connection that turns out dead is sent once more.
        if not run.hit[2].endswith("oci-layout"):
            assert run.count(run.hit[1], run.hit[2]) <= ATTEMPTS + 2, f"{run.what}: {run.asked}"
        publisher.converges("second", run)
        return run.done.returncode == 5 and run.state == "new"

    # They wait more than they work.
    with concurrent.futures.ThreadPoolExecutor(max_workers=24) as pool:
        unknown = sum(pool.map(one, cases))
    # Only of the swap whose replies were all lost.
    assert unknown == 1, unknown


def retry_after_is_obeyed(publisher):
    def later(seconds):
        return email.utils.formatdate(time.time() + seconds, usegmt=True)

    places = {"index": 1, "swap": 12, "blob": 6}
    forms = {"seconds": [("Retry-After", "2")],
             "a date": [("Retry-After", later(3)), ("Date", later(0))],
             # By the server's clock, which may be another than ours.
             "a date of another clock": [("Retry-After", later(7202)), ("Date", later(7200))]}

    def one(case):
        form, name = case
        fault = publisher.busy(503 if name != "blob" else 429, f"{form}-{name}", forms[form])
        run = publisher.try_fault("second", fault, places[name])
        pause = run.asked[places[name]][0] - run.hit[0]
        assert run.done.returncode == 0 and 1.0 < pause < 10, f"{run.what}: {pause} s"
        if form != "a date":
            assert pause >= 2, f"{run.what}: {pause} s"

    with concurrent.futures.ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        list(pool.map(one, [(form, name) for form in forms for name in places]))


def a_budget_of_time_is_kept(publisher):
    """A server that asks for an hour gets a minute at most, and not even that where `--timeout` is shorter."""
    prefix = "budget"
    publisher.begin(prefix, "plain-first")
    publisher.front.plan(prefix, publisher.busy(503, "an hour", [("Retry-After", "3600")]), 1, 10**9)
    begun = time.monotonic()
    done = publisher.publish("second", prefix, "--timeout", "3")
    assert done.returncode == 5 and time.monotonic() - begun < 10, (done, time.monotonic() - begun)


CHECKS = [what_fails_for_a_moment_costs_only_time, a_no_is_told_and_leaves_all_as_it_was, answers_that_are_not_true_do_no_harm,
          garbage_does_no_harm, what_fails_for_good_ends_with_5, retry_after_is_obeyed, a_budget_of_time_is_kept]


def main():
    if not servers.in_peers_python(__file__):
        servers.skip("boto3 is not installed")
    failed, skipped = [], []
    with tempfile.TemporaryDirectory(prefix="mesh-faults-") as temp:
        temp = pathlib.Path(temp).resolve()
        try:
            with servers.Versitygw(temp / "server") as server:
                server.boto3().create_bucket(Bucket=BUCKET)
                for check in CHECKS:
                    name = check.__name__.replace("_", " ")
                    if sys.argv[2:] and check.__name__ not in sys.argv[2:]:
                        continue
                    with faulty.FaultyServer(server.url, BUCKET) as front:
                        (temp / check.__name__).mkdir()
                        shutil.rmtree(server.data / BUCKET)
                        server.boto3().create_bucket(Bucket=BUCKET)
                        try:
                            check(Publisher(os.path.abspath(sys.argv[1]), temp / check.__name__, server, front))
                            print("ok      ", name, flush=True)
                        except (AssertionError, subprocess.SubprocessError, OSError, ValueError, shop.Torn) as error:
                            failed.append(name)
                            print("FAILED  ", name + ":", error, flush=True)
        except servers.Missing as missing:
            skipped.append("versitygw")
            print("skipped:", missing)
    servers.end(failed, skipped)


if __name__ == "__main__":
    main()
