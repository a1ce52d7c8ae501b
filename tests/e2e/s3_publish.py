#!/usr/bin/env python3
"""`mesh` and buckets: what is published is what others read, is written once, and what goes wrong says so.

usage: s3_publish.py MESH [minio] [CHECK…]    on versitygw, or, with MESH_TEST_MINIO=1, on MinIO

Without versitygw and boto3 in the tests' cache this is a skip (77), with CI set a failure.
"""
import hashlib
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import servers
import shop

MESH = pathlib.Path(sys.argv[1]).resolve()
TARGET = "s3://shop-mesh/catalog/prod"
PATIENCE = 120


def mesh(*words, cwd, server=None, code=0, **changed):
    kept = shop.environment(str(cwd.parent / "home"))
    environment = {**kept, **(server.environment() if server else {}), **changed}
    done = subprocess.run([MESH, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=PATIENCE,
                          env={name: value for name, value in environment.items() if value is not None})
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    for secret in changed.get("AWS_SECRET_ACCESS_KEY"), server.secret if server else None:
        assert not secret or secret not in done.stdout + done.stderr, "a secret was printed"
    return done


def new_shop(temp, version="1.0.0", purpose="first"):
    root = temp / "shop"
    shop.write_mesh(str(root), version, purpose)
    return root


def bucket(server, name="shop-mesh"):
    client = server.boto3()
    client.create_bucket(Bucket=name)
    return client


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def published(temp, server):
    """What the bucket has below the target, as a folder."""
    return server.copy_to(temp / "there", "shop-mesh", TARGET.removeprefix("s3://shop-mesh/")) / TARGET.removeprefix("s3://shop-mesh/")


def everything_comes_back(temp, server):
    client, root = bucket(server), temp / "shop"
    mesh("init", root, cwd=temp, server=server)
    mesh("plan", "--to", TARGET, "--exit-code", cwd=root, server=server, code=1)
    done = json.loads(mesh("publish", "--to", TARGET, "--format", "json", cwd=root, server=server).stdout)
    assert done["target"] == TARGET, done
    assert {one["action"] for one in done["releases"]} == {"created"}, done
    mesh("status", "--to", TARGET, "--exit-code", cwd=root, server=server)
    mesh("plan", "--to", TARGET, "--exit-code", cwd=root, server=server)
    verified = json.loads(mesh("verify", "--from", TARGET, "--format", "json", cwd=root, server=server).stdout)
    assert all(one["verified"] for one in verified["releases"]) and len(verified["releases"]) == len(done["releases"])
    for release in done["releases"]:
        name = f"{release['domain']}/{release['product']}"
        mesh("pull", name, "--from", TARGET, "-o", temp / "back" / name, cwd=root, server=server)
        here, back = root / "domains" / name, files_of(temp / "back" / name)
        assert back and all((here / title).read_bytes() == data for title, data in back.items()), name

    # The same bytes as in a folder, by a client that is not ours.
    mesh("publish", "--to", "./public", cwd=root)
    keys = [one["Key"] for one in client.list_objects_v2(Bucket="shop-mesh")["Contents"]]
    assert all(key.startswith("catalog/prod/") for key in keys), keys
    stored = {key.removeprefix("catalog/prod/"): client.get_object(Bucket="shop-mesh", Key=key)["Body"].read() for key in keys}
    local = files_of(root / "public")
    assert set(stored) == {path for path in local if ".mesh-" not in path}, (sorted(stored), sorted(local))
    for path, data in stored.items():
        if "/blobs/" in path:
            assert data == local[path] and hashlib.sha256(data).hexdigest() == path.rpartition("/")[2], path
    # And as the server has them on disk, where objects are files.
    if isinstance(server, servers.Versitygw):
        disk = files_of(server.data / "shop-mesh" / "catalog" / "prod")
        assert {path: disk[path] for path in stored} == stored

    head = {path: client.head_object(Bucket="shop-mesh", Key="catalog/prod/" + path) for path in stored}
    for path, told in head.items():
        expected = "no-store" if path.endswith(("index.json", "listing.json")) else "max-age=31536000, immutable"
        assert told.get("CacheControl") == expected, (path, told.get("CacheControl"))
    index = next(path for path in stored if path.endswith("/index.json"))
    assert head[index]["ContentType"] == "application/vnd.oci.image.index.v1+json", head[index]["ContentType"]


def oras_reads_what_the_server_keeps(temp, server):
    oras = shop.oras()
    if not oras:
        raise servers.Missing("oras is not installed")
    bucket(server)
    root = new_shop(temp)
    mesh("publish", "--to", TARGET, cwd=root, server=server)
    layout = published(temp, server) / "sales/orders"
    subprocess.run([oras, "pull", "--oci-layout", f"{layout}:1.0.0", "-o", temp / "pulled"], check=True,
                   capture_output=True, timeout=PATIENCE)
    assert files_of(temp / "pulled") == files_of(root / "domains/sales/orders")


def publishing_again_writes_nothing(temp, server):
    bucket(server)
    root = new_shop(temp)
    mesh("publish", "--to", TARGET, cwd=root, server=server)
    with servers.Proxy(server.url) as proxy:
        done = mesh("publish", "--to", TARGET, "--format", "json", cwd=root, server=server, AWS_ENDPOINT_URL_S3=proxy.url)
        assert [one["action"] for one in json.loads(done.stdout)["releases"]] == ["unchanged"]
        assert proxy.count("GET") > 0 and proxy.count("PUT", "POST", "DELETE") == 0, proxy.requests
    shop.write_mesh(str(root), "1.0.0", "other content")
    with servers.Proxy(server.url) as proxy:
        done = mesh("publish", "--to", TARGET, cwd=root, server=server, code=3, AWS_ENDPOINT_URL_S3=proxy.url)
        assert "README.md" in done.stderr and "1.0.1" in done.stderr, done.stderr
        assert proxy.count("PUT", "POST", "DELETE") == 0, proxy.requests
    shop.write_mesh(str(root), "1.1.0", "other content")
    mesh("publish", "--to", TARGET, cwd=root, server=server)
    assert json.loads((published(temp, server) / "sales/orders/index.json").read_text())["annotations"]


def nothing_is_written_outside_the_prefix(temp, server):
    bucket(server)
    root = new_shop(temp)
    with servers.Proxy(server.url) as proxy:
        mesh("publish", "--to", TARGET, cwd=root, server=server, AWS_ENDPOINT_URL_S3=proxy.url)
        written = [path for method, path in proxy.requests if method == "PUT"]
        assert written and all(path.startswith("/shop-mesh/catalog/prod/sales/") for path in written), written
        assert proxy.count("DELETE", "POST") == 0
        # The index is seen last, but for the listing that is made of it.
        assert written[-2].endswith("/index.json") and written[-1].endswith("/listing.json"), written


def a_wrong_key_is_refused_and_says_so(temp, server):
    bucket(server)
    root = new_shop(temp)
    done = mesh("publish", "--to", TARGET, cwd=root, server=server, code=6, AWS_SECRET_ACCESS_KEY="wrong-secret-of-nobody")
    assert f"{TARGET}: read sales/orders/index.json: HTTP 403: SignatureDoesNotMatch" in done.stderr, done.stderr
    assert "check AWS_SECRET_ACCESS_KEY" in done.stderr, done.stderr
    done = mesh("verify", "--from", TARGET, cwd=root, server=server, code=6, AWS_ACCESS_KEY_ID="AKIANOBODY")
    assert "HTTP 403: InvalidAccessKeyId" in done.stderr and "check AWS_ACCESS_KEY_ID" in done.stderr, done.stderr
    json.loads(mesh("verify", "--from", TARGET, "--format", "json", cwd=root, server=server, code=6,
                    AWS_ACCESS_KEY_ID="AKIANOBODY").stdout)


def what_is_not_set_up_is_usage(temp, server):
    root = new_shop(temp)
    done = mesh("publish", "--to", TARGET, cwd=root, server=server, code=2)
    assert "NoSuchBucket" in done.stderr and "make the bucket" in done.stderr, done.stderr
    done = mesh("publish", "--to", TARGET, cwd=root, server=server, code=2, AWS_SECRET_ACCESS_KEY=None)
    assert "AWS_SECRET_ACCESS_KEY is not set" in done.stderr, done.stderr
    done = mesh("status", "--to", TARGET, cwd=root, code=2)
    assert "there are no credentials" in done.stderr, done.stderr
    done = mesh("publish", "--to", "s3://key:hunter2@bucket/x", cwd=root, server=server, code=2)
    assert "hunter2" not in done.stderr, done.stderr
    # Requests are signed, but what they bring is not for everybody to read.
    mesh("verify", "--from", TARGET, cwd=root, server=server, code=2, AWS_ENDPOINT_URL_S3="http://192.0.2.1")
    mesh("verify", "--from", "s3://Bad_Bucket", cwd=root, code=2, **server.environment() | {"AWS_ENDPOINT_URL_S3": ""})


def a_reader_may_only_read(temp, server):
    """What is published is read with keys that may not write; publishing with them is refused and writes nothing."""
    bucket(server)
    root = new_shop(temp)
    mesh("publish", "--to", TARGET, cwd=root, server=server)
    before = server.objects("shop-mesh")
    with servers.Proxy(server.url, lambda _, method, path: (403, [], DENIED) if method == "PUT" else None) as proxy:
        mesh("verify", "--from", TARGET, cwd=root, server=server, AWS_ENDPOINT_URL_S3=proxy.url)
        shop.write_mesh(str(root), "2.0.0", "second")
        done = mesh("publish", "--to", TARGET, cwd=root, server=server, code=6, AWS_ENDPOINT_URL_S3=proxy.url)
        assert "AccessDenied" in done.stderr and "s3:PutObject" in done.stderr, done.stderr
    assert server.objects("shop-mesh") == before and before


DENIED = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"


def a_clock_that_is_wrong_is_learnt(temp, server):
    """faketime is not everywhere: the server's side is played, which answers as S3 does to a signature of another hour."""
    bucket(server)
    root = new_shop(temp)
    skewed = b"<?xml version='1.0'?><Error><Code>RequestTimeTooSkewed</Code><Message>too large</Message></Error>"
    from email.utils import formatdate
    with servers.Proxy(server.url, lambda n, *_: (403, [("Date", formatdate(usegmt=True))], skewed) if n == 1 else None) as proxy:
        mesh("publish", "--to", TARGET, cwd=root, server=server, AWS_ENDPOINT_URL_S3=proxy.url)
    assert shop.read_product(str(published(temp, server)))[0]


class Careless(http.server.BaseHTTPRequestHandler):
    """A store that takes conditions and does not look at them."""
    protocol_version = "HTTP/1.1"
    objects, honours_absence = {}, False

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if "list-type" in self.path:
            return self.answer(200, b"<ListBucketResult/>")
        data = self.objects.get(self.path)
        if data is None:
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        self.answer(200, data, ETag=f'"{hashlib.md5(data).hexdigest()}"')

    def do_PUT(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self.honours_absence and self.headers.get("If-None-Match") == "*" and self.path in self.objects:
            return self.answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        self.objects[self.path] = data
        self.answer(200, ETag=f'"{hashlib.md5(data).hexdigest()}"')

    def log_message(self, *_):
        pass


def a_store_without_conditions_is_found_out(temp, server):
    root = new_shop(temp)
    for honours_absence in False, True:
        handler = type("Handler", (Careless,), {"objects": {}, "honours_absence": honours_absence})
        stub = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=stub.serve_forever, daemon=True).start()
        try:
            done = mesh("publish", "--to", TARGET, cwd=root, server=server, code=2,
                        AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{stub.server_address[1]}")
        finally:
            stub.shutdown()
            stub.server_close()
        assert "this store has no conditional write" in done.stderr, done.stderr
        assert list(handler.objects) == ["/shop-mesh/catalog/prod/sales/orders/oci-layout"], list(handler.objects)


def racing_publishers_lose_nothing(temp, server):
    bucket(server)
    roots = []
    for i in range(6):
        roots.append(temp / str(i) / "shop")
        shop.write_mesh(str(roots[i]), f"1.{i}.0", f"purpose {i}")
    environment = shop.environment(str(temp / "home")) | server.environment()
    racing = [subprocess.Popen([MESH, "publish", "--to", TARGET], cwd=root, env=environment, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True) for root in roots]
    for one in racing:
        _, err = one.communicate(timeout=PATIENCE)
        assert one.returncode == 0, err
    releases, index = shop.read_product(str(published(temp, server)))
    assert sorted(releases) == [f"1.{i}.0" for i in range(6)], sorted(releases)
    assert index["annotations"]["vnd.mesh.rev"] == "6", index["annotations"]


def a_target_in_mesh_yaml_has_its_region(temp, server):
    client = bucket(server)
    root = new_shop(temp)
    with open(root / "mesh.yaml", "a", encoding="utf-8") as file:
        file.write(f"targets:\n  prod: {{url: \"{TARGET}\", region: us-east-1, environment: prod}}\n")
    mesh("publish", "--to", "prod", cwd=root, server=server, AWS_REGION="eu-nowhere-9")
    assert client.list_objects_v2(Bucket="shop-mesh")["KeyCount"] > 4
    done = mesh("verify", "--from", TARGET, cwd=root, server=server, code=2, AWS_REGION="eu-nowhere-9")
    assert re.search("us-east-1", done.stderr), done.stderr


def a_bucket_may_encrypt(temp, server):
    """ETags are no digests of content then."""
    client, root = bucket(server), new_shop(temp)
    for number, rule in enumerate(({"SSEAlgorithm": "AES256"}, {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": server.kms_key})):
        client.put_bucket_encryption(Bucket="shop-mesh", ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": rule}]})
        for version in f"1.{number}.0", f"1.{number}.1":
            shop.write_mesh(str(root), version, "of " + version)
            mesh("publish", "--to", TARGET, cwd=root, server=server)
            done = mesh("publish", "--to", TARGET, "--format", "json", cwd=root, server=server)
            assert [one["action"] for one in json.loads(done.stdout)["releases"]] == ["unchanged"]
        told = client.head_object(Bucket="shop-mesh", Key="catalog/prod/sales/orders/index.json")
        assert told["ServerSideEncryption"] == rule["SSEAlgorithm"], told
    mesh("verify", "--from", TARGET, cwd=root, server=server)
    mesh("pull", "sales/orders@1.0.0", "--from", TARGET, "-o", temp / "pulled", cwd=root, server=server)
    assert "of 1.0.0" in (temp / "pulled/README.md").read_text()


def a_bucket_may_keep_versions(temp, server):
    """What a collector deleted is published again: versitygw keeps its name, and then nobody gets half a release."""
    client, root = bucket(server), new_shop(temp)
    client.put_bucket_versioning(Bucket="shop-mesh", VersioningConfiguration={"Status": "Enabled"})

    def publish(purpose, code=0):
        shop.write_mesh(str(root), "1.0.0", purpose)
        product = root / "domains/sales/orders/product.odps.yaml"
        product.write_text(product.read_text().replace("status: active", "status: draft"))
        return mesh("publish", "--to", TARGET, cwd=root, server=server, code=code)

    publish("first")
    publish("second")
    mesh("gc", TARGET, "--yes", cwd=root, server=server)
    mesh("gc", TARGET, "--yes", "--grace", "0", cwd=root, server=server)
    mesh("verify", "--from", TARGET, cwd=root, server=server)
    if isinstance(server, servers.Versitygw):
        done = publish("first", 5)
        assert "that it is there, and that it is not" in done.stderr and "keeps versions" in done.stderr, done.stderr
        marked = [one for one in client.list_object_versions(Bucket="shop-mesh").get("DeleteMarkers", [])]
        assert marked, "nothing was deleted"
        for one in marked:
            client.delete_object(Bucket="shop-mesh", Key=one["Key"], VersionId=one["VersionId"])
    publish("first")
    mesh("verify", "--from", TARGET, cwd=root, server=server)
    releases, _ = shop.read_product(str(published(temp, server)))
    assert b"first" in releases["snapshot"]["README.md"], releases


def releases_live_and_end(temp, server):
    """What is done with a release after it was published."""
    bucket(server)
    root = new_shop(temp)

    def run(*words, code=0):
        return mesh(*words, cwd=root, server=server, code=code)

    for version in "1.0.0", "1.1.0", "1.2.0":
        shop.write_mesh(str(root), version, "of " + version)
        run("publish", "--to", TARGET)
    run("promote", "sales/orders@1.1.0", "--from", TARGET, "--to", "s3://shop-mesh/catalog/live")
    run("verify", "--from", "s3://shop-mesh/catalog/live")
    run("rollback", "sales/orders@1.1.0", "--from", TARGET, "--reason", "wrong", "--yes")
    run("pull", "sales/orders", "--from", TARGET, "-o", "../newest")
    assert "of 1.1.0" in (temp / "newest/README.md").read_text()
    run("unyank", "sales/orders@1.2.0", "--from", TARGET)
    listed = json.loads(run("list", "--from", TARGET, "--format", "json").stdout)
    assert "1.2.0" in json.dumps(listed), listed
    run("search", "orders", "--from", TARGET)
    run("show", "sales/orders", "--from", TARGET)
    server.boto3().delete_object(Bucket="shop-mesh", Key="catalog/prod/sales/listing.json")
    run("index", "sales", "--from", TARGET)
    garbage = b"garbage"
    key = "catalog/prod/sales/orders/blobs/sha256/" + hashlib.sha256(garbage).hexdigest()
    server.boto3().put_object(Bucket="shop-mesh", Key=key, Body=garbage)
    run("gc", TARGET, "--yes")
    run("gc", TARGET, "--yes", "--grace", "0")
    assert key not in server.objects("shop-mesh")
    run("retire", "sales/orders", "--reason", "old", "--from", TARGET)
    shop.write_mesh(str(root), "2.0.0", "of 2.0.0")
    run("publish", "--to", TARGET, code=3)
    run("verify", "--from", TARGET)
    shop.check_files(str(published(temp, server)))


CHECKS = [everything_comes_back, oras_reads_what_the_server_keeps, publishing_again_writes_nothing,
          nothing_is_written_outside_the_prefix, a_wrong_key_is_refused_and_says_so, what_is_not_set_up_is_usage,
          a_reader_may_only_read, a_clock_that_is_wrong_is_learnt, a_store_without_conditions_is_found_out,
          racing_publishers_lose_nothing, a_target_in_mesh_yaml_has_its_region, a_bucket_may_keep_versions,
          releases_live_and_end]


def main():
    words = sys.argv[2:]
    servers.opt_in(words)
    if not servers.in_peers_python(__file__):
        servers.skip("boto3 is not installed")
    start, checks = (servers.Minio, CHECKS + [a_bucket_may_encrypt]) if "minio" in words else (servers.Versitygw, CHECKS)
    named = [word for word in words if word != "minio"]
    failed, skipped = [], []
    for check in checks:
        name = check.__name__.replace("_", " ")
        if named and check.__name__ not in named:
            continue
        with tempfile.TemporaryDirectory(prefix="mesh-s3-") as temp:
            temp = pathlib.Path(temp).resolve()
            try:
                with start(temp / "server") as server:
                    (temp / "work").mkdir()
                    check(temp / "work", server)
                print("ok      ", name, flush=True)
            except servers.Missing as missing:
                skipped.append(name)
                print("skipped ", name + ":", missing, flush=True)
            except (AssertionError, subprocess.SubprocessError, OSError, ValueError, shop.Torn) as error:
                failed.append(name)
                print("FAILED  ", name + ":", error, flush=True)
    servers.end(failed, skipped)


if __name__ == "__main__":
    main()
