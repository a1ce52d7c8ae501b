#!/usr/bin/env python3
"""The n-th request of `mesh publish` to Google's or Azure's store fails, for every n and in every way that they, a gateway or
a network can fail. What is promised is what s3_faults.py says of S3, and its checks are made here with the words of these.

usage: cloud_faults.py MESH [gs|az…] [CHECK…]

Without fake-gcs-server or Azurite in the tests' cache this is a skip (77), with CI set a failure.
"""
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import faulty
import s3_faults
import servers
import shop

OF_ANY = [faulty.says(429), faulty.says(500), faulty.says(503), faulty.says(408), faulty.LOST, faulty.DROPPED, faulty.SHORT,
          faulty.BAD_GATEWAY_AFTER]


class InBuckets(s3_faults.Publisher):
    """Each run has a bucket of its own, by which its requests are known: some are of no key."""

    def begin(self, prefix, before):
        self.server.make(prefix)
        for key, data in self.objects_of(before).items() if before else ():
            self.put(f"{prefix}/{key}", data)

    @functools.cache
    def objects_of(self, prefix):
        """Of a run that is over."""
        return {key: data for key, (_, data) in self.server.objects(prefix).items()}

    def read(self, prefix):
        with tempfile.TemporaryDirectory(dir=self.work) as folder:
            folder = pathlib.Path(folder)
            for key, (_, data) in self.server.objects(prefix).items():
                (folder / key).parent.mkdir(parents=True, exist_ok=True)
                (folder / key).write_bytes(data)
            return self.read_folder(folder)

    def way(self):
        return self.server.environment(self.front.url)


# ---- Google -------------------------------------------------------------------------------------------------------------

def google(status, reason=None, name=None, headers=(), acts=False):
    def error(reason):
        message = "as the test has it"
        return json.dumps({"error": {"code": status, "message": message, "errors": [
            {"message": message, "domain": "global", "reason": reason}]}}).encode()
    return faulty.says(status, reason, name, headers, acts, error, "application/json; charset=UTF-8")


def generation(name, other):
    """In the headers of what is read, in the body of what is written."""
    def spoil(reply, is_head):
        headers = [(key, other if key.lower() == "x-goog-generation" else value) for key, value in reply.headers]
        body = reply.body
        if any(key.lower() == "content-type" and value.startswith("application/json") for key, value in headers):
            body = re.sub(rb'"generation": *"\d+"', b'"generation":"' + other.encode() + b'"', body)
        return faulty.Reply(reply.status, headers, body).bytes(is_head)
    return faulty.Fault(name, True, spoil)


# Only the reply lies, so what was written is looked at.
WRONG_SUM = faulty.Fault("wrong crc32c of what was written", True, lambda reply, is_head: faulty.Reply(
    reply.status, reply.headers, re.sub(rb'"crc32c": *"[^"]*"', b'"crc32c":"AAAAAA=="', reply.body)).bytes(is_head))
WRONG_HASH = faulty.Fault("wrong hash", True, lambda reply, is_head: faulty.Reply(
    reply.status, [(name, "crc32c=AAAAAA==" if name.lower() == "x-goog-hash" else value) for name, value in reply.headers],
    reply.body).bytes(is_head))


class ToGoogle(InBuckets):
    BUSY, DENIED = google(503, "backendError"), google(403, "forbidden")
    MOMENTARY = [*OF_ANY, BUSY, google(429, "rateLimitExceeded"), google(403, "userRateLimitExceeded"),
                 google(500, "backendError"), google(408, "uploadBrokenConnection"), faulty.says(504),
                 WRONG_SUM]
    FINAL = [google(400, "invalid"), google(401, "authError"), faulty.says(401), DENIED, faulty.says(403), faulty.says(405),
             google(409, "conflict")]
    UNTRUE = [google(404, "notFound"), faulty.says(404), google(412, "conditionNotMet"), faulty.says(412)]
    GARBAGE = [generation("wrong generation", "1234567890123456"), generation("no generation", ""), WRONG_HASH,
               faulty.NOISE_BEFORE, faulty.NOISE_AFTER, faulty.PORTAL, faulty.CACHED_PORTAL,
               google(200, "backendError", "200 with an error"),
               google(200, "backendError", "200 with an error when it is done", acts=True)]

    class Front(faulty.FaultyServer):
        def known_by(self, method, path, query, body):
            bucket, _, key = path.partition("/b/")[2].partition("/o")
            key = urllib.parse.unquote(key.lstrip("/")) or query.get("prefix", "all")
            if path.startswith("/upload/"):  # a PUT of a key that is in its body
                method, key = "PUT", json.loads(re.search(rb'"name": *("[^"]*")', body)[1])
            return bucket, method, key

    def busy(self, status, name, headers):
        return google(status, "rateLimitExceeded", name, headers)

    def target(self, prefix):
        return f"gs://{prefix}"

    def put(self, path, data):
        bucket, _, key = path.partition("/")
        query = urllib.parse.urlencode({"uploadType": "media", "name": key})
        made = servers.exchange(f"{self.server.url}/upload/storage/v1/b/{bucket}/o?{query}", "POST", data)
        assert made[0] == 200, made

    def may_end_with(self, fault):
        """Google says 404 of a bucket that is not there and of nothing else that is written or listed: that is usage (2)."""
        return (*super().may_end_with(fault), *([2] if str(fault) == "404 notFound" else []))

    def may_be_refused(self, run):
        """Who may not list may publish all the same: then only the look whether the bucket is there is without an answer."""
        return run.hit[1:3] == ("GET", "all")


# ---- Azure --------------------------------------------------------------------------------------------------------------

def azure(status, code, name=None, headers=(), acts=False):
    def error(code):
        return faulty.xml_error(code, "as the test has it\nRequestId:0\nTime:2026-01-01T00:00:00.0000000Z")
    return faulty.says(status, code, name, [("x-ms-error-code", code), *headers], acts, error)


WRONG_MD5 = faulty.Fault("wrong MD5", True, lambda reply, is_head: faulty.Reply(
    reply.status, [*faulty.without(reply, "content-md5"), ("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")],
    reply.body).bytes(is_head))


class ToAzure(InBuckets):
    BUSY, DENIED = azure(503, "ServerBusy"), azure(403, "AuthorizationPermissionMismatch")
    ASKS_THE_LIST = False
    MOMENTARY = [*OF_ANY, BUSY, azure(500, "InternalError"), azure(500, "OperationTimedOut"), azure(400, "Md5Mismatch"),
                 azure(409, "ContainerBeingDeleted"), faulty.says(504)]
    FINAL = [azure(400, "InvalidHeaderValue"), azure(401, "NoAuthenticationInformation"), faulty.says(401), DENIED,
             azure(403, "AuthenticationFailed"), faulty.says(403), faulty.says(404), faulty.says(405), faulty.says(409),
             azure(409, "BlobImmutableDueToPolicy"), azure(412, "LeaseIdMissing"), faulty.says(412)]
    UNTRUE = [azure(404, "BlobNotFound"), azure(409, "BlobAlreadyExists"), azure(412, "ConditionNotMet"),
              azure(403, "UnauthorizedBlobOverwrite"), azure(400, "InvalidBlockList")]
    GARBAGE = [faulty.WRONG_ETAG, faulty.NO_ETAG, WRONG_MD5, faulty.NOISE_BEFORE, faulty.NOISE_AFTER, faulty.PORTAL,
               faulty.CACHED_PORTAL, azure(200, "InternalError", "200 with an error"),
               azure(200, "InternalError", "200 with an error when it is done", acts=True)]

    class Front(faulty.FaultyServer):
        def known_by(self, method, path, query, body):
            container, _, key = urllib.parse.unquote(path).lstrip("/").partition("/")[2].partition("/")
            return container, method, key or query.get("prefix", "all")

    def busy(self, status, name, headers):
        return azure(status, "ServerBusy", name, headers)

    def target(self, prefix):
        return f"az://{self.server.account}/{prefix}"

    def put(self, path, data):
        made = self.server.request("PUT", path, headers={"x-ms-blob-type": "BlockBlob"}, body=data)
        assert made[0] == 201, made


CLOUDS = {"gs": (servers.FakeGcs, ToGoogle), "az": (servers.Azurite, ToAzure)}


def main():
    asked = set(sys.argv[2:])
    checks = {check.__name__: check for check in s3_faults.CHECKS}
    assert asked <= {*CLOUDS, *checks}, asked
    failed, skipped = [], []
    for cloud in [one for one in CLOUDS if one in asked] or CLOUDS:
        start, publisher_to = CLOUDS[cloud]
        with tempfile.TemporaryDirectory(prefix="mesh-faults-") as temp:
            temp = pathlib.Path(temp).resolve()
            try:
                with start(temp / "server") as server, publisher_to.Front(server.url) as front:
                    publisher = publisher_to(os.path.abspath(sys.argv[1]), temp, server, front)
                    for name in [one for one in checks if one in asked] or checks:
                        try:
                            checks[name](publisher)
                            print("ok      ", f"{cloud}: {name.replace('_', ' ')}", flush=True)
                        except (AssertionError, subprocess.SubprocessError, OSError, ValueError, shop.Torn) as error:
                            failed.append(name)
                            print("FAILED  ", f"{cloud}: {name.replace('_', ' ')}:", error, flush=True)
            except servers.Missing as missing:
                skipped.append(cloud)
                print("skipped:", missing)
    servers.end(failed, skipped)


if __name__ == "__main__":
    main()
