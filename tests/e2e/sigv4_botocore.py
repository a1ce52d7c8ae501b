#!/usr/bin/env python3
"""Signs random requests with core/store and with botocore: every signature, path and query must be equal.

usage: sigv4_botocore.py SIGN_REQUESTS [COUNT [SEED]]

Required cases come first: each shape of request that signers are known to get wrong, once by itself.
Without botocore in the tests' cache this is a skip (77), with CI set a failure.
"""
import datetime
import hashlib
import json
import os
import pathlib
import random
import subprocess
import sys
from urllib.parse import quote

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import servers

COUNT, SEED = 10_000, 20150830
KEYS = " +%=&?@:,!*()'/.~-_$;[]\"<>^`{|}#éß日本😀aZ09"
NAMES = ["x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-context",
         "x-amz-meta-a", "x-amz-meta-a-b", "x-amz-meta-A", "X-Amz-Checksum-Sha256", "content-type", "Content-Type", "if-match",
         "If-None-Match", "x-amz-tagging", "x-amz-acl", "x-amz-storage-class"]
OTHERS = ["cache-control", "range", "accept", "content-md5", "my-header1", "content-language", "z"]
EMPTY = hashlib.sha256(b"").hexdigest()


def base(**changed):
    return {"method": "GET", "host": "bucket.s3.eu-west-1.amazonaws.com", "path": "/k", "query": [], "headers": [],
            "bodyHash": EMPTY, "keyId": "AKIDEXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "token": "",
            "region": "eu-west-1", "service": "s3", "time": "1440938160", "all": False} | changed


def required():
    """What libcurl 7.88 and other signers get wrong."""
    for path in ["/bucket/dt=2026-01-01/a+b", "/dt=2026-01-01/", "/a+b", "/a@b", "/a:b", "/a,b", "/a!b", "/a*b", "/a(b)", "/a'b", "/é",
                 "/日本/語", "/a b", "/a%2fb", "/a%2Fb", "/100%", "/a&b", "/a?b", "/a//b", "/./a", "/a/../b", "//", "/", "/a/", "/~a"]:
        yield base(path=path)
    for query in [[["prefix", "a"], ["list-type", "2"]], [["list-type", "2"], ["prefix", "a/b"]], [["versioning", ""]], [["uploads", ""]],
                  [["a", "2"], ["a", "1"]], [["a", ""], ["a", ""]], [["b", ""], ["A", ""], ["a", "é"]], [["a-b", "1"], ["a", "1"]],
                  [["partNumber", "1"], ["uploadId", "a+b/=="]], [["continuation-token", "1/e+f=="]]]:
        yield base(query=query)
    kms = [["x-amz-server-side-encryption-aws-kms-key-id", "arn:aws:kms:eu-west-1:1:key/a"], ["x-amz-server-side-encryption", "aws:kms"]]
    for headers in [kms, kms[::-1], [["x-amz-meta-a", ""]], [["content-type", ""]], [["x-amz-meta-a", "1"], ["x-amz-meta-a", "2"]],
                    [["x-amz-meta-a", "  two   words "]], [["if-none-match", "*"]], [["if-match", '"e"']], [["x-amz-meta-a", "é"]]]:
        yield base(method="PUT", headers=headers)
    yield base(bodyHash="UNSIGNED-PAYLOAD", method="PUT")
    yield base(bodyHash=hashlib.sha256(b"body").hexdigest(), method="PUT", token="a/session+token==")
    yield base(host="127.0.0.1:9000")
    yield base(service="sts", path="/a b/../c//d%/", token="t")
    yield base(service="glue", path="/", method="POST")


def some(random, alphabet, most):
    return "".join(random.choice(alphabet) for _ in range(random.randint(0, most)))


def path(random):
    parts = [random.choice([some(random, KEYS, 12), some(random, KEYS, 3), "", ".", "..", "dt=2026-01-01"])
             for _ in range(random.randint(1, 6))]
    return "/" + "/".join(parts)


def request(random):
    query = [[some(random, KEYS, 4), random.choice(["", some(random, KEYS, 6)])] for _ in range(random.choice([0, 0, 1, 2, 5]))]
    query += random.choices(query, k=random.randint(0, 2)) if query else []
    every = random.random() < 0.5
    names = random.choices(NAMES + OTHERS, k=random.choice([0, 1, 2, 6]))
    headers = [[name, random.choice(["", " ", "x", some(random, "ab \t=,;\"é", 12), "  inner   spaces  "])] for name in names]
    return base(method=random.choice(["GET", "PUT", "DELETE", "HEAD", "POST"]), path=path(random), query=query, headers=headers,
                bodyHash=random.choice([EMPTY, hashlib.sha256(random.randbytes(9)).hexdigest(), "UNSIGNED-PAYLOAD"]),
                host=random.choice(["b.s3.eu-west-1.amazonaws.com", "127.0.0.1:9000", "[::1]:80", "s3.example.com:8443"]),
                secret=some(random, "abcXYZ019+/", 50), token=random.choice(["", "", "a/b+c==" + some(random, "abc+/=", 40)]),
                region=random.choice(["us-east-1", "auto", "garage", "cn-north-1"]),
                service=random.choice(["s3", "s3", "s3", "sts", "glue"]), time=str(random.randint(10**9, 2**32)), all=every)


def signed_by_botocore(asked):
    import botocore.auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    encoded = quote(asked["path"].encode(), safe="/-_.~")
    query = "&".join(f"{quote(name.encode(), safe='-_.~')}={quote(value.encode(), safe='-_.~')}" for name, value in asked["query"])
    sent = AWSRequest(method=asked["method"], url=f"http://{asked['host']}{encoded}" + ("?" + query if query else ""))
    kept = ("content-type", "if-match", "if-none-match")
    for name, value in asked["headers"]:
        if asked["all"] or name.lower() in kept or name.lower().startswith("x-amz-"):
            sent.headers.add_header(name, value)
    sent.headers["host"] = asked["host"]
    now = datetime.datetime.fromtimestamp(int(asked["time"]), datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda *_, **__: now
    of_s3 = asked["service"] == "s3"
    signer = (botocore.auth.S3SigV4Auth if of_s3 else botocore.auth.SigV4Auth)(
        Credentials("AKIDEXAMPLE", asked["secret"], asked["token"] or None), asked["service"], asked["region"])
    signer.payload = lambda _: asked["bodyHash"]
    seen = {}
    canonical = signer.canonical_request
    signer.canonical_request = lambda request: seen.setdefault("canonical", canonical(request))
    signer.add_auth(sent)
    return encoded, seen["canonical"], sent.headers["Authorization"]


def main():
    if not servers.in_peers_python(__file__):
        servers.skip("botocore is not installed")
    count = int(sys.argv[2]) if sys.argv[2:] else COUNT
    chance = random.Random(int(sys.argv[3]) if sys.argv[3:] else SEED)
    asked = [*required(), *(request(chance) for _ in range(count))]
    done = subprocess.run([sys.argv[1]], input="\n".join(map(json.dumps, asked)) + "\n", capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert len(answers) == len(asked), (len(answers), len(asked), done.stderr)
    wrong = 0
    for one, ours in zip(asked, answers):
        encoded, canonical, authorization = signed_by_botocore(one)
        if (ours["path"], ours["canonical"], ours["headers"]["authorization"]) == (encoded, canonical, authorization):
            # What is signed is what is sent.
            assert ours["query"] == canonical.split("\n")[2], one
            continue
        wrong += 1
        if wrong <= 3:
            print("DIFFERS", json.dumps(one), "\nours\n" + ours["canonical"], "\nbotocore\n" + canonical, file=sys.stderr)
    print(f"{len(asked)} requests, {wrong} signed differently")
    sys.exit(1 if wrong or len(asked) < 50 else 0)


if __name__ == "__main__":
    main()
