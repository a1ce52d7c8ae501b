#!/usr/bin/env python3
"""`mesh` and OCI registries: what is published is what oras pulls, is written once, survives failures and races as far as a
registry allows, and logins are asked of Docker's config and told to nobody else.

usage: oci_publish.py MESH [REGISTRY…] [CHECK…]
registries: docker-registry docker-registry-password docker-registry-tokens registry-with-referrers

A registry or oras that is not installed is a skip (77), with CI set a failure.
"""
import base64
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import stat
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import registries
import servers
import shop

MESH = pathlib.Path(sys.argv[1]).resolve()
PATIENCE = 120
ROOT = "team/shop"
ORDERS = f"{ROOT}/sales/orders"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def mesh(*words, cwd, server, code=0, environment=None, secrets=()):
    own = shop.environment(str(cwd.parent / "home")) | (server.environment() if environment is None else environment)
    done = subprocess.run([MESH, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=PATIENCE, env=own)
    assert done.returncode in (code if isinstance(code, tuple) else (code,)), (words, done.returncode, done.stdout, done.stderr)
    for one in registries.PASSWORD, registries.IDENTITY_TOKEN, *secrets:
        assert one not in done.stdout + done.stderr, "a secret was printed"
    return done


def oras(*words, server, cwd):
    tool = shop.oras()
    if not tool:
        raise servers.Missing("oras is not installed")
    done = subprocess.run([tool, *words, "--plain-http"], cwd=cwd, capture_output=True, text=True, timeout=PATIENCE,
                          env={**shop.environment(str(cwd / "oras-home")), **server.environment()})
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def new_shop(temp, version="1.0.0", purpose="first", name="shop"):
    shop.write_mesh(str(temp / name), version, purpose)
    return temp / name


def actions(done):
    return [one["action"] for one in json.loads(done.stdout)["releases"]]


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def manifest_at(server, reference):
    status, _, data = server.request("GET", f"/v2/{ORDERS}/manifests/{reference}", {"Accept": OCI_MANIFEST})
    assert status == 200, (reference, status, data)
    return data


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def everything_comes_back(temp, server):
    root, to = temp / "shop", server.target()
    mesh("init", root, cwd=temp, server=server)
    mesh("plan", "--to", to, "--exit-code", cwd=root, server=server, code=1)
    done = mesh("publish", "--to", to, "--format", "json", cwd=root, server=server)
    published = json.loads(done.stdout)
    assert published["target"] == to and set(actions(done)) == {"created"}, published
    assert "no conditional writes" in done.stderr, done.stderr
    mesh("status", "--to", to, "--exit-code", cwd=root, server=server)
    mesh("plan", "--to", to, "--exit-code", cwd=root, server=server)
    verified = json.loads(mesh("verify", "--from", to, "--format", "json", cwd=root, server=server).stdout)
    assert all(one["verified"] for one in verified["releases"]) and len(verified["releases"]) == len(published["releases"])
    assert "sales/orders" in mesh("list", "--from", to, cwd=root, server=server).stdout
    for release in published["releases"]:
        name = f"{release['domain']}/{release['product']}"
        mesh("show", name, "--from", to, cwd=root, server=server)
        mesh("pull", name, "--from", to, "-o", temp / "back" / name, cwd=root, server=server)
        here, back = root / "domains" / name, files_of(temp / "back" / name)
        assert back and all((here / title).read_bytes() == data for title, data in back.items()), name

    # The manifest is the very one that a folder holds, and oras pulls the files.
    mesh("publish", "--to", "./public", cwd=root, server=server)
    digest = published["releases"][0]["digest"]
    data = manifest_at(server, "1.0.0")
    assert digest_of(data) == digest and data == manifest_at(server, "latest")
    assert data == (root / "public/sales/orders/blobs/sha256" / digest[7:]).read_bytes()
    reference = f"{server.host}/{ORDERS}"
    oras("pull", f"{reference}:1.0.0", "-o", str(temp / "pulled"), server=server, cwd=temp)
    assert files_of(temp / "pulled") == files_of(temp / "back/sales/orders")
    assert {"1.0.0", "latest"} <= set(oras("repo", "tags", reference, server=server, cwd=temp).split())
    assert oras("resolve", f"{reference}:1.0.0", server=server, cwd=temp).strip() == digest


def publishing_again_writes_nothing(temp, server):
    root, to = new_shop(temp), server.target()
    mesh("publish", "--to", to, cwd=root, server=server)
    for version, purpose, code in ("1.0.0", "first", 0), ("1.0.0", "other content", 3):
        shop.write_mesh(str(root), version, purpose)
        with servers.Proxy(server.url) as proxy:
            done = mesh("publish", "--to", server.target(url=proxy.url), cwd=root, server=server, code=code,
                        environment=server.environment(proxy.url))
            assert proxy.count("GET") > 0 and proxy.count("PUT", "POST", "PATCH", "DELETE") == 0, proxy.requests
        if code:
            assert "README.md" in done.stderr and "1.0.1" in done.stderr, done.stderr
    before = manifest_at(server, "1.0.0")
    shop.write_mesh(str(root), "1.1.0+build.7", "other content")
    mesh("publish", "--to", to, cwd=root, server=server)
    assert manifest_at(server, "1.0.0") == before and manifest_at(server, "latest") == manifest_at(server, "1.1.0_build.7")
    # An older line does not become the newest.
    shop.write_mesh(str(root), "1.0.1", "fix")
    mesh("publish", "--to", to, cwd=root, server=server)
    assert manifest_at(server, "latest") == manifest_at(server, "1.1.0_build.7")


def a_snapshot_takes_the_place_of_the_one_before(temp, server):
    root, to = new_shop(temp), server.target()
    product = root / "domains/sales/orders/product.odps.yaml"
    text = product.read_text().replace("status: active", "status: draft")
    for purpose, action in ("first", "created"), ("first", "unchanged"), ("second", "updated"):
        product.write_text(text.replace("purpose: first", f"purpose: {purpose}"))
        assert actions(mesh("publish", "--to", to, "--format", "json", cwd=root, server=server)) == [action], purpose
    shop.write_mesh(str(root), "1.0.0", "third")
    product.write_text(product.read_text().replace("urn:shop:orders\n", "urn:shop:others\n"))
    done = mesh("publish", "--to", to, cwd=root, server=server, code=3)
    assert "first published with the id `urn:shop:orders`" in done.stderr, done.stderr


def what_is_said_of_releases_stands_beside_them(temp, server):
    root, to = new_shop(temp), server.target()
    for version in "1.0.0", "1.1.0":
        shop.write_mesh(str(root), version, version)
        mesh("publish", "--to", to, cwd=root, server=server)

    def shown():
        return json.loads(mesh("show", "sales/orders", "--from", to, "--format", "json", cwd=root, server=server).stdout)

    def run(*words, code=0):
        return mesh(*words, "--to", to, cwd=root, server=server, code=code)
    run("yank", "sales/orders@1.1.0", "--reason", "wrong column")
    done = mesh("pull", "sales/orders@1.1.0", "--from", to, "-o", temp / "yanked", cwd=root, server=server)
    assert "wrong column" in done.stderr, done.stderr
    assert manifest_at(server, "latest") == manifest_at(server, "1.0.0")
    mesh("pull", "sales/orders", "--from", to, "-o", temp / "newest", cwd=root, server=server)
    assert b"version: 1.0.0" in (temp / "newest/product.odps.yaml").read_bytes()
    run("yank", "sales/orders@1.1.0", "--reason", "wrong column")  # nothing to do
    run("unyank", "sales/orders@1.1.0")
    assert manifest_at(server, "latest") == manifest_at(server, "1.1.0")
    run("rollback", "sales/orders@1.0.0", "--yes")
    run("unyank", "sales/orders@1.1.0")
    run("retire", "sales/orders", "--reason", "nobody reads it")
    assert "nobody reads it" in json.dumps(shown()), shown()
    shop.write_mesh(str(root), "1.2.0", "late")
    assert "retired" in run("publish", code=3).stderr
    run("retire", "sales/orders", "--undo")
    run("publish")
    mesh("verify", "--from", to, cwd=root, server=server)
    # Others see it too, where a registry says what referrers are.
    if not isinstance(server, registries.WithReferrers):
        told = oras("discover", f"{server.host}/{ORDERS}:1.1.0", "--format", "json", server=server, cwd=temp)
        assert "application/vnd.mesh.status.v1+json" in told and "wrong column" in told, told
    # What a registry does by itself is not done, and says so.
    done = mesh("gc", "--from", to, "--yes", cwd=root, server=server, code=2)
    assert "does not tell which blobs it has" in done.stderr, done.stderr


def signatures_are_referrers_and_roots_are_trusted(temp, server):
    root, to = new_shop(temp), server.target()
    for name in "platform", "sales-ci":
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", temp / name], check=True)
    domain = root / "domains/sales/domain.yaml"
    domain.write_text(domain.read_text() + f'signers: ["{(temp / "sales-ci.pub").read_text().strip()}"]\n')
    told = root / "mesh.yaml"
    told.write_text(told.read_text() + f'root:\n  keys: ["{(temp / "platform.pub").read_text().strip()}"]\n')
    mesh("trust", "init", "--to", to, "--sign-key", temp / "platform", cwd=root, server=server)
    mesh("publish", "--to", to, cwd=root, server=server)
    pin = mesh("trust", "show", "--from", to, "--format", "pin", cwd=root, server=server).stdout
    (temp / "home/config/mesh").mkdir(parents=True, exist_ok=True)
    (temp / "home/config/mesh/trust.yaml").write_text(pin)
    mesh("verify", "--from", to, cwd=root, server=server, code=7)  # who pinned a root wants signatures
    done = mesh("publish", "--to", to, "--sign-key", temp / "sales-ci", "--format", "json", cwd=root, server=server)
    assert actions(done) == ["updated"], done.stdout
    mesh("publish", "--to", to, "--sign-key", temp / "sales-ci", cwd=root, server=server)
    mesh("verify", "--from", to, cwd=root, server=server)
    if not isinstance(server, registries.WithReferrers):
        seen = oras("discover", f"{server.host}/{ORDERS}:1.0.0", "--format", "json", server=server, cwd=temp)
        assert seen.count('"application/vnd.mesh.signature.v1+json"') == 1, seen
    # To a folder and back, by digest. Of the registry they are trusted by its root, and elsewhere there is none.
    mesh("promote", "sales/orders@1.0.0", "--from", to, "--to", temp / "folder", cwd=root, server=server)
    mesh("promote", "sales/orders@1.0.0", "--from", temp / "folder", "--to", server.target("team/prod"), cwd=root, server=server)
    there = json.loads(mesh("verify", "--from", server.target("team/prod"), "--format", "json", cwd=root, server=server).stdout)
    assert there["releases"][0]["digest"] == digest_of(manifest_at(server, "1.0.0")), there


def logins_are_found_and_told_to_nobody(temp, server):
    root, to = new_shop(temp), server.target()

    def told(code=0, **environment):
        done = mesh("doctor", to, "--format", "json", cwd=root, server=server, code=code, **environment)
        return json.loads(done.stdout)["targets"][0]

    if not server.asks:
        mesh("publish", "--to", to, cwd=root, server=server, environment={})
        doctor = told(environment={})
        assert (doctor["credentials"], doctor["readable"], doctor["conditionalWrites"]) == (None, True, "no"), doctor
        assert doctor["server"]["url"] == server.url and "conditional" in doctor["notes"][0], doctor
        mesh("publish", "--to", to, cwd=root, server=server, environment={"DOCKER_CONFIG": "/nowhere"})
        return
    for nobody in {}, {"DOCKER_CONFIG": "/nowhere"}:
        done = mesh("publish", "--to", to, cwd=root, server=server, environment=nobody, code=6)
        assert f"docker login {server.host}" in done.stderr, done.stderr
    assert told(code=6, environment={})["credentials"] is None
    doctor = told()
    assert doctor["credentials"]["id"] == registries.USER and doctor["credentials"]["usable"], doctor
    assert doctor["readable"] and doctor["conditionalWrites"] == "no" and not doctor["problems"], doctor
    wrong = server.environment(password="hunter2")
    done = mesh("publish", "--to", to, cwd=root, server=server, environment=wrong, code=6, secrets=["hunter2"])
    assert "HTTP 401" in done.stderr, done.stderr

    helper = temp / "bin/docker-credential-tests"
    helper.parent.mkdir()
    helper.write_text(f'#!/bin/sh\nhost=$(cat)\nprintf "%s %s\\n" "$*" "$host" >> "{temp}/asked"\n'
                      f'[ "$host" = "{server.host}" ] || {{ echo credentials not found in native keychain; exit 1; }}\n'
                      f'printf \'{{"ServerURL": "%s", "Username": "{registries.USER}", "Secret": "{registries.PASSWORD}"}}\' "$host"\n')
    helper.chmod(helper.stat().st_mode | stat.S_IXUSR)
    path = {"PATH": f"{helper.parent}:{os.environ['PATH']}"}
    for more in {"credsStore": "tests"}, {"credHelpers": {server.host: "tests"}}:
        mesh("publish", "--to", to, cwd=root, server=server, environment=path | server.environment(entry={}, more=more))
    assert set((temp / "asked").read_text().splitlines()) == {f"get {server.host}"}, (temp / "asked").read_text()
    for more, told in ({"credsStore": "nowhere"}, "docker-credential-nowhere"), ({"credsStore": "../x"}, "cannot be the name"):
        done = mesh("verify", "--from", to, cwd=root, server=server, environment=server.environment(more=more), code=2)
        assert told in done.stderr, done.stderr
    if isinstance(server, registries.WithTokens):
        entry = {"auth": base64.b64encode(b"00000000-0000-0000-0000-000000000000:").decode(),
                 "identitytoken": registries.IDENTITY_TOKEN}
        server.tokens.requests.clear()
        shop.write_mesh(str(root), "1.1.0", "second")
        mesh("publish", "--to", to, cwd=root, server=server, environment=server.environment(entry=entry))
        asked = server.tokens.requests
        assert {method for method, _ in asked} == {"POST"} and {one["service"] for _, one in asked} == {"registry"}, asked
        assert len(asked) <= 8, asked  # one a repository and right
    # An account that may not write reads.
    with servers.Proxy(server.url, lambda number, method, path: (403, [], b'{"errors":[{"code":"DENIED","message":"no"}]}')
                       if method in ("POST", "PUT") else None) as proxy:
        shop.write_mesh(str(root), "2.0.0", "third")
        done = mesh("publish", "--to", server.target(url=proxy.url), cwd=root, server=server, code=6,
                    environment=server.environment(proxy.url))
        assert "HTTP 403: DENIED: no" in done.stderr and "rights to pull and push" in done.stderr, done.stderr


def a_token_that_ends_is_asked_for_again(temp, server):
    root, to = new_shop(temp), server.target()
    mesh("publish", "--to", to, cwd=root, server=server)
    shop.write_mesh(str(root), "1.1.0", "second")
    forgotten = set()

    def forget(number, method, path):
        # As a registry answers when a token ended between two requests, of which the later one writes.
        if number in (4, 9) and number not in forgotten:
            forgotten.add(number)
            challenge = f'Bearer realm="{server.tokens.url}",service="registry",scope="repository:{ORDERS}:pull,push"'
            return 401, [("WWW-Authenticate", challenge)], b"{}"
        return None
    with servers.Proxy(server.url, forget) as proxy:
        mesh("publish", "--to", server.target(url=proxy.url), cwd=root, server=server,
             environment=server.environment(proxy.url))
        assert forgotten == {4, 9}, proxy.requests
    manifest_at(server, "1.1.0")


def blobs_elsewhere_are_fetched_without_the_login(temp, server):
    root, to = new_shop(temp), server.target()
    mesh("publish", "--to", to, cwd=root, server=server)
    digests = [layer["digest"] for layer in json.loads(manifest_at(server, "1.0.0"))["layers"]]
    blobs = {digest: server.request("GET", f"/v2/{ORDERS}/blobs/{digest}")[2] for digest in digests}

    def serve(_, method, path):
        data = blobs[path.partition("?")[0].removeprefix("/")]
        return 200, [], data
    with servers.Proxy(server.url, serve) as elsewhere:
        def redirect(_, method, path):
            digest = path.rpartition("/")[2]
            if method == "GET" and "/blobs/" in path and digest in blobs:
                return 307, [("Location", f"{elsewhere.url}/{digest}?signed=yes")], b""
            return None
        with servers.Proxy(server.url, redirect) as proxy:
            mesh("pull", "sales/orders", "--from", server.target(url=proxy.url), "-o", temp / "back", cwd=root, server=server,
                 environment=server.environment(proxy.url))
            assert len(elsewhere.requests) == len(blobs), elsewhere.requests
            assert not any("authorization" in map(str.lower, one) for one in elsewhere.headers), elsewhere.headers
        here = root / "domains/sales/orders"
        assert all((here / title).read_bytes() == data for title, data in files_of(temp / "back").items())
    # Not to where only this machine's network can reach.
    with servers.Proxy(server.url, lambda number, method, path: (307, [("Location", "https://10.0.0.1/x")], b"")
                       if method == "GET" and "/blobs/" in path else None) as proxy:
        mesh("pull", "sales/orders", "--from", server.target(url=proxy.url), "-o", temp / "no", cwd=root, server=server,
             environment=server.environment(proxy.url), code=6)


def a_registry_without_a_catalog_says_so(temp, server):
    root = new_shop(temp)
    with servers.Proxy(server.url, lambda number, method, path: (401, [], b'{"errors":[{"code":"UNSUPPORTED","message":"no"}]}')
                       if "_catalog" in path else None) as proxy:
        to, environment = server.target(url=proxy.url), server.environment(proxy.url)
        how = {"cwd": root, "server": server, "environment": environment}
        assert "warning" not in mesh("publish", "--to", to, **how).stderr
        for name in "show", "verify":
            mesh(name, "sales/orders", "--from", to, **how)
        mesh("pull", "sales/orders", "--from", to, "-o", temp / "back", **how)
        assert "sales  1 product" in mesh("index", "sales", "--from", to, **how).stdout
        done = mesh("list", "--from", to, code=6, **how)
        assert "does not tell which repositories it has" in done.stderr, done.stderr


def a_registry_that_hides_what_is_not_there(temp, server):
    """As Quay does: 401 for a repository that is not there, which it makes when somebody asks for a token to push there."""
    root = new_shop(temp)

    def hide(number, method, path):
        made = {scope.split(":")[1] for _, fields in server.tokens.requests for scope in fields["scope"].split() if "push" in scope}
        name = re.match("/v2/(.+)/(?:tags|manifests|blobs|referrers)/", path)
        if not name or name[1] in made:
            return None
        challenge = f'Bearer realm="{server.tokens.url}",service="registry",scope="repository:{name[1]}:pull"'
        return 401, [("WWW-Authenticate", challenge)], b'{"errors":[{"code":"UNAUTHORIZED","message":"access is not authorized"}]}'
    with servers.Proxy(server.url, hide) as proxy:
        to, how = server.target(url=proxy.url), {"cwd": root, "server": server, "environment": server.environment(proxy.url)}
        # Who only looks makes nothing.
        for words in ("plan", "--to", to), ("show", "sales/orders", "--from", to), ("publish", "--dry-run", "--to", to):
            done = mesh(*words, code=6, **how)
            assert "some registries say so of a repository that is not there yet" in done.stderr, done.stderr
        assert not any("push" in fields["scope"] for _, fields in server.tokens.requests), server.tokens.requests
        mesh("publish", "--to", to, **how)
        mesh("verify", "sales/orders", "--from", to, **how)
        mesh("plan", "--to", to, "--exit-code", **how)


def a_registry_that_makes_no_repository_says_so(temp, server):
    """As Amazon's does."""
    root = new_shop(temp)
    unknown = 404, [], b'{"errors":[{"code":"NAME_UNKNOWN","message":"The repository does not exist in the registry"}]}'
    with servers.Proxy(server.url, lambda number, method, path: unknown if path.endswith("/blobs/uploads/") else None) as proxy:
        how = {"cwd": root, "server": server, "environment": server.environment(proxy.url)}
        done = mesh("publish", "--to", server.target(url=proxy.url), code=6, **how)
        assert "NAME_UNKNOWN" in done.stderr and f"make the repository `{ORDERS}` first" in done.stderr, done.stderr


def what_cannot_be_is_usage(temp, server):
    root = new_shop(temp)
    for wrong in (server.place, server.place + "/Team", server.target() + "?x", "oci://docker.io/team/shop",
                  server.target().replace("oci://", "oci://me:hunter2@"), "oci:team/shop"):
        done = mesh("publish", "--to", wrong, cwd=root, server=server, code=2)
        assert "hunter2" not in done.stderr, done.stderr


def another_tools_release_is_left_alone(temp, server):
    root, to = new_shop(temp, "1.0.0"), server.target()
    mesh("publish", "--to", to, cwd=root, server=server)
    (temp / "x.txt").write_text("of somebody else")
    oras("push", f"{server.host}/{ORDERS}:2.0.0", "x.txt", server=server, cwd=temp)
    before = manifest_at(server, "2.0.0")
    shop.write_mesh(str(root), "2.0.0", "mine")
    assert "exists with other content" in mesh("publish", "--to", to, cwd=root, server=server, code=3).stderr
    shop.write_mesh(str(root), "2.0.1", "mine")
    mesh("publish", "--to", to, cwd=root, server=server)
    assert manifest_at(server, "2.0.0") == before
    mesh("verify", "--from", to, cwd=root, server=server, code=7)


def every_request_may_fail_once(temp, server):
    """The n-th request is refused as busy, or done and its reply lost, for every n: what comes of it is always the same."""
    root = new_shop(temp)
    with servers.Proxy(server.url) as proxy:
        mesh("publish", "--to", server.target(url=proxy.url), cwd=root, server=server, environment=server.environment(proxy.url))
        count = len(proxy.requests)
    assert count > 20, proxy.requests
    busy = (429, [], b'{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}')
    for fault in busy, "drop":
        for n in range(1, count + 1):
            below = f"{'lost' if fault == 'drop' else 'busy'}/r{n}"
            with servers.Proxy(server.url, lambda number, method, path: fault if number == n else None) as proxy:
                done = mesh("publish", "--to", server.target(below, proxy.url), "--format", "json", cwd=root, server=server,
                            environment=server.environment(proxy.url))
            assert actions(done)[0] in ("created", "unchanged"), (n, fault, done.stdout)
            if fault == busy:
                continue  # nothing was done by halves
            there = json.loads(mesh("verify", "--from", server.target(below), "sales/orders", "--format", "json", cwd=root,
                                    server=server).stdout)["releases"]
            assert [one["version"] for one in there] == ["1.0.0"], (n, fault, there)


def a_page_between_us_and_the_registry_does_no_harm(temp, server):
    """Whoever asks people to log in to a network answers the n-th request, whatever it was: nothing is taken for done that is not."""
    root = new_shop(temp)
    page = b"<html>Please log in to this network</html>"
    portal = 200, [("Content-Type", "text/html"), ("Content-Length", str(len(page))), ("ETag", '"62a3"')], page
    with servers.Proxy(server.url) as proxy:
        mesh("publish", "--to", server.target(url=proxy.url), cwd=root, server=server, environment=server.environment(proxy.url))
        count = len(proxy.requests)

    def one(n):
        below, ended = f"portal/r{n}", threading.Event()
        with servers.Proxy(server.url, lambda number, *_: portal if number == n and not ended.is_set() else None) as proxy:
            done = mesh("publish", "--to", server.target(below, proxy.url), "--format", "json", cwd=root, server=server,
                        environment=server.environment(proxy.url), code=(0, 3, 5, 6, 7))
            ended.set()
            was_hit = len(proxy.requests) >= n
            what = n, proxy.requests[n - 1:n], done.returncode, done.stderr, done.stdout
            pulled = mesh("pull", "sales/orders@1.0.0", "--from", server.target(below), "-o", temp / f"pulled{n}", cwd=root,
                          server=server, code=(0, 4))
            assert pulled.returncode == 0 or done.returncode != 0, (what, pulled.stderr)
            again = mesh("publish", "--to", server.target(below, proxy.url), "--format", "json", cwd=root, server=server,
                         environment=server.environment(proxy.url))
            assert actions(again)[0] in ("unchanged", "created"), (what, again.stdout)
        mesh("verify", "--from", server.target(below), cwd=root, server=server)
        return was_hit

    with concurrent.futures.ThreadPoolExecutor(max_workers=6) as pool:
        hits = sum(pool.map(one, range(1, count + 1)))
    assert hits > 20, f"only {hits} of {count} requests were answered by the page"


def a_publish_that_is_killed_leaves_whole_releases(temp, server):
    """Killed before its n-th request arrives: readers see the release as a whole or not at all, and the next run ends it."""
    root = new_shop(temp)
    environment = shop.environment(str(temp / "home"))
    seen = set()
    for n in range(1, 200, 2):
        below, running = f"killed/r{n}", []

        def kill(number, method, path):
            if number == n:
                running[0].kill()
            return None
        with servers.Proxy(server.url, kill) as proxy:
            own = environment | server.environment(proxy.url)
            to = server.target(below, proxy.url)
            gate = temp / f"gate{n}"
            os.mkfifo(gate)
            running.append(subprocess.Popen(["sh", "-c", f'read x < "{gate}"; exec "$0" publish --to "$1"', MESH, to], cwd=root,
                                            env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            gate.write_text("go\n")
            code = running[0].wait(PATIENCE)
            assert code in (0, -9), code
        if code == 0:
            break
        done = subprocess.run([MESH, "verify", "sales/orders", "--from", server.target(below)], cwd=root, capture_output=True,
                              text=True, env=environment | server.environment(), timeout=PATIENCE)
        # The listing is written a moment after the release.
        is_listing = done.returncode == 7 and done.stderr.count("error:") == 1 and "listing.json` is missing" in done.stderr
        assert done.returncode in (0, 4) or is_listing, (n, done)
        seen.add(done.returncode)
        assert actions(mesh("publish", "--to", server.target(below), "--format", "json", cwd=root, server=server)) in (
            [["created"], ["unchanged"]])
        # The target is another address by now: its note of a listing that is still to be written is not for this one.
        mesh("index", "--from", server.target(below), "sales", cwd=root, server=server)
        mesh("verify", "--from", server.target(below), "sales/orders", cwd=root, server=server)
    assert {4, 7} <= seen, seen


def a_registry_whose_tags_stay_as_they_are(temp, server):
    root, to = new_shop(temp), server.target()
    refused = (400, [], b'{"errors":[{"code":"TAG_INVALID","message":"the tag is immutable"}]}')

    def publish(version, tags, code=0):
        shop.write_mesh(str(root), version, version)
        with servers.Proxy(server.url, lambda number, method, path: refused
                           if method == "PUT" and path in {f"/v2/{ORDERS}/manifests/{tag}" for tag in tags} else None) as proxy:
            return mesh("publish", "--to", server.target(url=proxy.url), cwd=root, server=server, code=code,
                        environment=server.environment(proxy.url))
    publish("1.0.0", [])
    publish("1.1.0", ["latest"])  # advice, and no reason to fail
    assert manifest_at(server, "latest") == manifest_at(server, "1.0.0")
    mesh("pull", "sales/orders", "--from", to, "-o", temp / "back", cwd=root, server=server)
    assert b"version: 1.1.0" in (temp / "back/product.odps.yaml").read_bytes()
    assert "the tag is immutable" in publish("1.2.0", ["1.2.0"], code=6).stderr
    mesh("pull", "sales/orders@1.2.0", "--from", to, "-o", temp / "none", cwd=root, server=server, code=4)
    mesh("verify", "--from", to, cwd=root, server=server)


def publishers_who_race_lose_nothing(temp, server):
    count, to = 5, server.target()

    def race(versions):
        roots = [new_shop(temp, version, f"of {i}", f"{i}/shop") for i, version in enumerate(versions)]
        environment = shop.environment(str(temp / "home")) | server.environment()
        racing = [subprocess.Popen([MESH, "publish", "--to", to], cwd=root, env=environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True) for root in roots]
        return [(one.communicate(timeout=PATIENCE)[1], one.returncode) for one in racing]
    for err, code in race([f"1.{i}.0" for i in range(count)]):
        assert code == 0, err
    root = new_shop(temp, "1.9.0", "last")
    mesh("publish", "--to", to, cwd=root, server=server)
    there = json.loads(mesh("verify", "--from", to, "--format", "json", cwd=root, server=server).stdout)["releases"]
    assert [one["version"] for one in there] == [*(f"1.{i}.0" for i in range(count)), "1.9.0"], there
    assert manifest_at(server, "latest") == manifest_at(server, "1.9.0")
    # One version, five contents: a registry may let more than one believe that it won, and what is there is one of theirs.
    codes = [code for _, code in race(["2.0.0"] * count)]
    assert set(codes) <= {0, 3} and 0 in codes, codes
    mesh("pull", "sales/orders@2.0.0", "--from", to, "-o", temp / "won", cwd=root, server=server)
    winners = {f"of {i}" for i, code in enumerate(codes) if code == 0}
    assert any(winner in (temp / "won/README.md").read_text() for winner in winners), (codes, winners)
    mesh("verify", "--from", to, cwd=root, server=server)


OF_TOKENS = [a_token_that_ends_is_asked_for_again, a_registry_that_hides_what_is_not_there]
CHECKS = [everything_comes_back, publishing_again_writes_nothing, a_snapshot_takes_the_place_of_the_one_before,
          what_is_said_of_releases_stands_beside_them, signatures_are_referrers_and_roots_are_trusted,
          logins_are_found_and_told_to_nobody, a_token_that_ends_is_asked_for_again,
          blobs_elsewhere_are_fetched_without_the_login, a_registry_without_a_catalog_says_so, a_registry_that_hides_what_is_not_there,
          a_registry_that_makes_no_repository_says_so, what_cannot_be_is_usage,
          another_tools_release_is_left_alone, every_request_may_fail_once,
          a_page_between_us_and_the_registry_does_no_harm,
          a_publish_that_is_killed_leaves_whole_releases, a_registry_whose_tags_stay_as_they_are, publishers_who_race_lose_nothing]


def main():
    asked = set(sys.argv[2:])
    names = {check.__name__ for check in CHECKS}
    assert asked <= set(registries.REGISTRIES) | names, asked
    failed, skipped = [], []
    for server_name, start in registries.REGISTRIES.items():
        if asked & set(registries.REGISTRIES) and server_name not in asked:
            continue
        for check in CHECKS:
            if asked & names and check.__name__ not in asked or check in OF_TOKENS and start != registries.WithTokens:
                continue
            name = f"{server_name}: {check.__name__.replace('_', ' ')}"
            with tempfile.TemporaryDirectory(prefix="mesh-oci-") as temp:
                temp = pathlib.Path(temp).resolve()
                try:
                    with start(temp / "server") as server:
                        (temp / "work").mkdir()
                        check(temp / "work", server)
                    print("ok      ", name, flush=True)
                except servers.Missing as missing:
                    skipped.append(name)
                    print("skipped ", name + ":", missing, flush=True)
                except (AssertionError, subprocess.SubprocessError, OSError, LookupError, ValueError) as error:
                    failed.append(name)
                    print("FAILED  ", name + ":", error, flush=True)
    servers.end(failed, skipped)


if __name__ == "__main__":
    main()
