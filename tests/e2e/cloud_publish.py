#!/usr/bin/env python3
"""`mesh` and the stores of Azure and Google: what is published is what others read, is written once, and what goes wrong
says so.

usage: cloud_publish.py MESH [SERVER…] [CHECK…]    servers: azurite fake-gcs-server

A server that is not in the tests' cache is a skip (77), with CI set a failure.
"""
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import servers
import shop

MESH = pathlib.Path(sys.argv[1]).resolve()
PATIENCE = 120
PLACE = "shop-mesh"
BELOW = "catalog/prod"


def target(server, below=BELOW):
    return f"az://{server.account}/{PLACE}/{below}" if isinstance(server, servers.Azurite) else f"gs://{PLACE}/{below}"


def mesh(*words, cwd, server, code=0, environment=None, secret=None):
    own = shop.environment(str(cwd.parent / "home")) | (server.environment() if environment is None else environment)
    done = subprocess.run([MESH, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=PATIENCE, env=own)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    for one in secret, server.secret:
        assert not one or one not in done.stdout + done.stderr, "a secret was printed"
    return done


def new_shop(temp, version="1.0.0", purpose="first"):
    root = temp / "shop"
    shop.write_mesh(str(root), version, purpose)
    return root


def stored(server, below=BELOW):
    """{path: (headers, bytes)} of what is below a prefix; nothing is anywhere else."""
    return {key.removeprefix(below + "/"): got for key, got in server.objects(PLACE).items() if key.startswith(below + "/")}


def as_folder(server, folder, below=BELOW):
    for path, (_, data) in stored(server, below).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return str(folder)


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def everything_comes_back(temp, server):
    server.make(PLACE)
    root, to = temp / "shop", target(server)
    mesh("init", root, cwd=temp, server=server)
    mesh("plan", "--to", to, "--exit-code", cwd=root, server=server, code=1)
    done = json.loads(mesh("publish", "--to", to, "--format", "json", cwd=root, server=server).stdout)
    assert done["target"] == to, done
    assert {one["action"] for one in done["releases"]} == {"created"}, done
    mesh("status", "--to", to, "--exit-code", cwd=root, server=server)
    mesh("plan", "--to", to, "--exit-code", cwd=root, server=server)
    verified = json.loads(mesh("verify", "--from", to, "--format", "json", cwd=root, server=server).stdout)
    assert all(one["verified"] for one in verified["releases"]) and len(verified["releases"]) == len(done["releases"])
    for release in done["releases"]:
        name = f"{release['domain']}/{release['product']}"
        mesh("pull", name, "--from", to, "-o", temp / "back" / name, cwd=root, server=server)
        here, back = root / "domains" / name, files_of(temp / "back" / name)
        assert back and all((here / title).read_bytes() == data for title, data in back.items()), name

    # The same bytes as in a folder, by a client that is not ours; and nothing outside the prefix.
    mesh("publish", "--to", "./public", cwd=root, server=server)
    there, local = stored(server), files_of(root / "public")
    assert len(there) == len(server.objects(PLACE)), sorted(server.objects(PLACE))
    assert set(there) == {path for path in local if ".mesh-" not in path}, (sorted(there), sorted(local))
    for path, (told, data) in there.items():
        if "/blobs/" in path:
            assert data == local[path] and hashlib.sha256(data).hexdigest() == path.rpartition("/")[2], path
        kept = "no-store" if path.endswith(("index.json", "listing.json")) else "max-age=31536000, immutable"
        assert (told.get("cache-control") or told.get("cacheControl")) == kept, (path, told)
        kind = told.get("content-type") or told.get("contentType")
        if path.endswith("/index.json"):
            assert kind == "application/vnd.oci.image.index.v1+json", kind
        assert kind, (path, told)


def publishing_again_writes_nothing(temp, server):
    server.make(PLACE)
    root, to = new_shop(temp), target(server)
    mesh("publish", "--to", to, cwd=root, server=server)
    with servers.Proxy(server.url) as proxy:
        done = mesh("publish", "--to", to, "--format", "json", cwd=root, server=server, environment=server.environment(proxy.url))
        assert [one["action"] for one in json.loads(done.stdout)["releases"]] == ["unchanged"]
        assert proxy.count("GET") > 0 and proxy.count("PUT", "POST", "DELETE") == 0, proxy.requests
    shop.write_mesh(str(root), "1.0.0", "other content")
    with servers.Proxy(server.url) as proxy:
        done = mesh("publish", "--to", to, cwd=root, server=server, code=3, environment=server.environment(proxy.url))
        assert "README.md" in done.stderr and "1.0.1" in done.stderr, done.stderr
        assert proxy.count("PUT", "POST", "DELETE") == 0, proxy.requests
    shop.write_mesh(str(root), "1.1.0", "other content")
    mesh("publish", "--to", to, cwd=root, server=server)
    assert sorted(shop.read_product(as_folder(server, temp / "there"))[0]) == ["1.0.0", "1.1.0"]


def a_wrong_credential_is_refused_and_says_so(temp, server):
    server.make(PLACE)
    root, to = new_shop(temp), target(server)
    mesh("publish", "--to", to, cwd=root, server=server)
    if isinstance(server, servers.Azurite):
        wrong = server.environment(key="d3Jvbmcga2V5")
        done = mesh("verify", "--from", to, cwd=root, server=server, environment=wrong, secret="d3Jvbmcga2V5", code=6)
        assert "HTTP 403" in done.stderr and "check AZURE_STORAGE_KEY" in done.stderr, done.stderr
        mesh("publish", "--to", to, cwd=root, server=server, environment=wrong, code=6)
        return
    # The emulator looks at no token, so the refusal is played; and what goes to an endpoint of Google's is seen.
    told = b'{"error": {"code": 401, "message": "Invalid Credentials", "errors": [{"reason": "authError"}]}}'
    with servers.Proxy(server.url, lambda *_: (401, [("Content-Type", "application/json")], told)) as proxy:
        own = {"CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": proxy.url, "GOOGLE_OAUTH_ACCESS_TOKEN": "ya29.hunter2"}
        done = mesh("verify", "--from", to, cwd=root, server=server, environment=own, secret="hunter2", code=6)
        assert "HTTP 401: Invalid Credentials" in done.stderr and "gcloud auth print-access-token" in done.stderr, done.stderr
        assert {one.get("authorization") for one in proxy.headers} == {"Bearer ya29.hunter2"}, proxy.headers
    with servers.Proxy(server.url) as proxy:
        own = {"CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": proxy.url, "GOOGLE_OAUTH_ACCESS_TOKEN": "ya29.hunter2"}
        mesh("verify", "--from", to, cwd=root, server=server, environment=own, secret="hunter2")


def what_is_not_set_up_is_usage(temp, server):
    root, to = new_shop(temp), target(server)
    done = mesh("publish", "--to", to, cwd=root, server=server, code=2)
    assert "make the " in done.stderr, done.stderr
    done = mesh("verify", "--from", to, cwd=root, server=server, code=2)
    assert "make the " in done.stderr, done.stderr
    done = mesh("status", "--to", to, cwd=root, server=server, environment={}, code=2)
    assert "there are no credentials" in done.stderr, done.stderr
    for wrong in to + "?sv=1&sig=hunter2", to.replace("://", "://hunter2@"), to.replace(PLACE, "Shop_Mesh-"):
        done = mesh("publish", "--to", wrong, cwd=root, server=server, code=2)
        assert "hunter2" not in done.stderr, done.stderr
    # Nothing is sent in the clear but to this machine.
    mesh("verify", "--from", to, cwd=root, server=server, environment=server.environment("http://192.0.2.1"), code=2)


def a_signature_does_what_it_may(temp, server):
    """A signature to write publishes; with one to read what is published is read, and publishing is refused."""
    server.make(PLACE)
    root, to = new_shop(temp), target(server)

    def with_signature(permissions):
        signature = server.signature(PLACE, permissions)
        return {"secret": signature.partition("sig=")[2], "environment": {
            "AZURE_STORAGE_CONNECTION_STRING":
            f"AccountName={server.account};BlobEndpoint={server.url}/{server.account};SharedAccessSignature={signature}"}}
    mesh("publish", "--to", to, cwd=root, server=server, **with_signature("rcwl"))
    mesh("verify", "--from", to, cwd=root, server=server, **with_signature("rl"))
    before = stored(server)
    shop.write_mesh(str(root), "2.0.0", "second")
    done = mesh("publish", "--to", to, cwd=root, server=server, code=6, **with_signature("rl"))
    assert "HTTP 403" in done.stderr, done.stderr
    assert {path: data for path, (_, data) in stored(server).items()} == {path: data for path, (_, data) in before.items()}


def every_request_may_fail_once(temp, server):
    """The n-th request is refused as busy, or done and its reply lost, for every n: what comes of it is always the same."""
    server.make(PLACE)
    root = new_shop(temp)
    with servers.Proxy(server.url) as proxy:
        mesh("publish", "--to", target(server), cwd=root, server=server, environment=server.environment(proxy.url))
        count = len(proxy.requests)
    assert count > 5, proxy.requests
    # One object of Google takes about a write a second, so this is what its index says under load.
    busy = (503, [], b"<?xml version='1.0'?><Error><Code>ServerBusy</Code><Message>busy</Message></Error>")
    if isinstance(server, servers.FakeGcs):
        busy = (429, [], b'{"error": {"message": "rate limit", "errors": [{"reason": "rateLimitExceeded"}]}}')
    for fault in busy, "drop":
        for n in range(1, count + 1):
            below = f"{'lost' if fault == 'drop' else 'busy'}-{n}"
            with servers.Proxy(server.url, lambda number, method, path: fault if number == n else None) as proxy:
                done = mesh("publish", "--to", target(server, below), "--format", "json", cwd=root, server=server,
                            environment=server.environment(proxy.url))
            release = json.loads(done.stdout)["releases"][0]
            assert release["action"] in ("created", "unchanged"), (n, fault, release)
            releases, _ = shop.read_product(as_folder(server, temp / below, below))
            assert list(releases) == ["1.0.0"], (n, fault, releases)


def racing_publishers_lose_nothing(temp, server):
    server.make(PLACE)
    roots = []
    for i in range(6):
        roots.append(temp / str(i) / "shop")
        shop.write_mesh(str(roots[i]), f"1.{i}.0", f"purpose {i}")
    environment = shop.environment(str(temp / "home")) | server.environment()
    racing = [subprocess.Popen([MESH, "publish", "--to", target(server)], cwd=root, env=environment, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True) for root in roots]
    for one in racing:
        _, err = one.communicate(timeout=PATIENCE)
        assert one.returncode == 0, err
    releases, index = shop.read_product(as_folder(server, temp / "there"))
    assert sorted(releases) == [f"1.{i}.0" for i in range(6)], sorted(releases)
    assert index["annotations"]["vnd.mesh.rev"] == "6", index["annotations"]


SERVERS = {"azurite": servers.Azurite, "fake-gcs-server": servers.FakeGcs}
OF_AZURE = [a_signature_does_what_it_may]
CHECKS = [everything_comes_back, publishing_again_writes_nothing, a_wrong_credential_is_refused_and_says_so,
          what_is_not_set_up_is_usage, a_signature_does_what_it_may, every_request_may_fail_once,
          racing_publishers_lose_nothing]


def main():
    asked = sys.argv[2:]
    unknown = set(asked) - set(SERVERS) - {check.__name__ for check in CHECKS}
    assert not unknown, unknown
    failed, skipped = [], []
    for server_name, start in SERVERS.items():
        if set(asked) & set(SERVERS) and server_name not in asked:
            continue
        for check in CHECKS:
            if set(asked) - set(SERVERS) and check.__name__ not in asked or check in OF_AZURE and server_name != "azurite":
                continue
            name = f"{server_name}: {check.__name__.replace('_', ' ')}"
            with tempfile.TemporaryDirectory(prefix="mesh-cloud-") as temp:
                temp = pathlib.Path(temp).resolve()
                try:
                    with start(temp / "server") as server:
                        (temp / "work").mkdir()
                        check(temp / "work", server)
                    print("ok      ", name, flush=True)
                except servers.Missing as missing:
                    skipped.append(name)
                    print("skipped ", name + ":", missing, flush=True)
                except (AssertionError, subprocess.SubprocessError, OSError, LookupError, ValueError, shop.Torn) as error:
                    failed.append(name)
                    print("FAILED  ", name + ":", error, flush=True)
    if skipped and os.environ.get("CI"):
        print("with CI set nothing may be skipped")
        failed += skipped
    sys.exit(1 if failed else 77 if skipped else 0)


if __name__ == "__main__":
    main()
