#!/usr/bin/env python3
"""Registries, buckets and containers as companies have them: by https, with certificates of an authority of their own, tokens
and blobs on other hosts. In a network of its own, where hosts have names, and addresses that are public or private.

usage: tls_stores.py MESH [CHECK…]

Without docker-registry, versitygw, Azurite, fake-gcs-server, oras, faketime, ip or unshare this is a skip (77), with CI set a failure.
"""
import base64
import contextlib
import http.server
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import reach
import registries
import servers
import shop

MESH = os.path.abspath(sys.argv[1])
PATIENCE = 120
INSIDE = "MESH_TEST_INSIDE"  # set in the network that this script makes for itself
PUBLIC, PRIVATE = "93.184.216.34", "10.9.8.7"
# Neighbours, another host of this machine, one of the internet, one of some network behind it.
HOSTS = {"registry.mesh.test": "127.0.0.1", "tokens.mesh.test": "127.0.0.1", "s3.mesh.test": "127.0.0.1",
         "meshtests.mesh.test": "127.0.0.1", "wrong.mesh.test": "127.0.0.1", "blobs.public.test": PUBLIC,
         "registry.outside.test": PUBLIC, "blobs.inside.test": PRIVATE, "registry.company.test": PRIVATE,
         "metadata.inside.test": "169.254.169.254"}
BUCKET = "shop-mesh"


class Authority:
    """A CA and the certificates that it signs."""

    def __init__(self, folder):
        self.folder, self.openssl = folder, reach.needed("openssl")
        folder.mkdir()
        self.file = folder / "ca.pem"
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=the company's own", "-addext",
                 "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign", "-keyout", folder / "ca.key",
                 "-out", self.file)

    def run(self, *words, wrapper=()):
        subprocess.run([*wrapper, self.openssl, *words], check=True, capture_output=True, timeout=PATIENCE)

    def issue(self, name, *hosts, wrapper=()):
        """The file; its key is beside it."""
        request, said, file = self.folder / f"{name}.csr", self.folder / f"{name}.ext", self.folder / f"{name}.pem"
        names = [("IP:" if host.replace(".", "").isdigit() else "DNS:") + host for host in hosts]
        said.write_text(f"subjectAltName={','.join(names)}\nextendedKeyUsage=serverAuth\n")
        self.run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}", "-keyout", file.with_suffix(".key"),
                 "-out", request)
        self.run("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.folder / "ca.key", "-CAcreateserial", "-days",
                 "10", "-extfile", said, "-out", file, wrapper=wrapper)
        return file

    def context(self, file):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file, file.with_suffix(".key"))
        return context


class Place:
    """A folder with a mesh, and commands that run there."""

    def __init__(self, temp):
        self.temp, self.root, self.count = temp, temp / "shop", 0
        self.trace = temp / "trace.jsonl"

    def mesh(self, *words, environment, code=0, says=(), most=PATIENCE):
        begun = time.monotonic()
        done = subprocess.run([MESH, *map(str, words)], cwd=self.root, text=True, capture_output=True, timeout=PATIENCE,
                              stdin=subprocess.DEVNULL, env=shop.environment(str(self.temp / "home")) | environment, check=False)
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        for one in says:
            assert one in done.stderr, (one, done.stderr)
        for secret in registries.PASSWORD, registries.IDENTITY_TOKEN:
            assert secret not in done.stdout + done.stderr, "a secret was printed"
        assert time.monotonic() - begun < most, f"it took {time.monotonic() - begun:.0f} s"
        return done

    def publish(self, to, *words, **how):
        """A new version."""
        self.count += 1
        shop.write_mesh(str(self.root), f"1.{self.count}.0", f"number {self.count}")
        self.trace.unlink(missing_ok=True)
        return self.mesh("publish", "--to", to, "--trace", self.trace, *words, **how)

    def traced(self):
        return [json.loads(line) for line in self.trace.read_text().splitlines()]

    def comes_back(self, to, *words, environment):
        """What was published is whole, and the same as here."""
        told = json.loads(self.mesh("verify", "--from", to, "--format", "json", *words, environment=environment).stdout)
        assert len(told["releases"]) == self.count and all(one["verified"] for one in told["releases"]), told
        back = self.temp / f"back-{self.count}"
        self.mesh("pull", "sales/orders", "--from", to, "-o", back, *words, environment=environment)
        self.is_whole(back)

    def is_whole(self, back):
        files = [path for path in back.rglob("*") if path.is_file()]
        assert {path.name for path in files} == {"product.odps.yaml", "orders.odcs.yaml", "README.md"}, files
        for path in files:
            assert path.read_bytes() == (self.root / "domains/sales/orders" / path.name).read_bytes(), path


class Files(servers.Serving):
    """An object store by https: of a registry's folder, at the paths that the registry sends to. `asked` are the headers."""

    def __init__(self, folder, context, address):
        self.asked, self.ways = [], set()
        files = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                files.asked.append((self.command, self.path, dict(self.headers)))
                files.ways.add(self.client_address)
                path = folder / self.path.partition("?")[0].lstrip("/")
                data = path.read_bytes() if path.is_file() else b"<Error><Code>NoSuchKey</Code></Error>"
                self.send_response_only(200 if path.is_file() else 404)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(data)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((address, 0), Handler)
        self.server.daemon_threads = True
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]


def at(server, host="registry.mesh.test", scheme="oci"):
    return f"{scheme}://{host}:{server.port}" + ("/team/shop" if scheme == "oci" else "")


def a_registry_with_a_certificate_of_the_company(temp):
    place, authority = Place(temp), Authority(temp / "ca")
    certificate = authority.issue("registry", "registry.mesh.test")
    with registries.DockerRegistry(temp / "registry", certificate=certificate) as registry:
        to, by_variable = at(registry), {"MESH_CACERT": str(authority.file)}
        help_ = "name that CA's file: `--cacert FILE`, or MESH_CACERT"
        place.publish(to, environment={}, code=6, says=["no secure connection to `registry.mesh.test:", help_])
        place.mesh("plan", "--to", to, environment={}, code=6, says=[help_])
        place.count = 0
        place.publish(to, "--cacert", authority.file, environment={})
        place.comes_back(to, "--cacert", authority.file, environment={})
        assert all(one["url"].startswith("https://registry.mesh.test:") for one in place.traced()), place.traced()
        place.publish(to, environment=by_variable)
        place.comes_back(to, environment=by_variable)
        place.publish(to, environment={"SSL_CERT_FILE": str(authority.file)})
        place.comes_back(to, environment={"SSL_CERT_FILE": str(authority.file)})
        assert "sales/orders" in place.mesh("list", "--from", to, environment=by_variable).stdout
        place.mesh("doctor", to, environment=by_variable)
        # Another tool with the same authority reads the same files.
        tool = shop.oras()
        if not tool:
            raise servers.Missing("oras is not installed")
        subprocess.run([tool, "pull", "--ca-file", authority.file, f"{to.removeprefix('oci://')}/sales/orders:1.3.0", "-o",
                        temp / "pulled"], check=True, capture_output=True, timeout=PATIENCE, cwd=temp,
                       env=shop.environment(str(temp / "oras-home")))
        place.is_whole(temp / "pulled")


def every_other_certificate_is_refused(temp):
    place, faketime = Place(temp), reach.needed("faketime")
    authority, other = Authority(temp / "ca"), Authority(temp / "other")
    good = authority.issue("good", "registry.mesh.test")
    expired = authority.issue("expired", "registry.mesh.test", wrapper=[faketime, "2020-01-01 00:00:00"])
    trusted = {"MESH_CACERT": str(authority.file)}
    with contextlib.ExitStack() as stack:
        def refused(file, environment, *says, host="registry.mesh.test", most=None):
            speaker = reach.Certificates.speaker(authority, file, most)
            front = stack.enter_context(reach.Front(None, speaker))
            place.publish(at(front, host), environment=environment, code=6, says=[f"`{host}:{front.port}`", *says], most=30)

        refused(good, {"MESH_CACERT": str(other.file)}, "name that CA's file: `--cacert FILE`")
        refused(expired, trusted, "certificate has expired", "renew the certificate")
        refused(good, trusted, "use the name that the server's certificate is for", host="wrong.mesh.test")
        refused(good, trusted, "TLS 1.2", most=ssl.TLSVersion.TLSv1_1)
        for newest in ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3:
            context = authority.context(good)
            context.verify_mode, context.maximum_version = ssl.CERT_REQUIRED, newest
            context.load_verify_locations(authority.file)
            front = stack.enter_context(reach.Front(None, lambda connection, context=context: context.wrap_socket(connection, server_side=True)))
            place.publish(at(front), environment=trusted, code=6, says=["no secure connection", "the server wants a certificate"], most=30)
        # A name of this machine does not make http of it, nor does a server that speaks nothing else.
        with servers.Server("plain", temp / "plain", lambda port: [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"],
                            lambda url: servers.status(url + "/") == 200) as plain:
            place.publish(at(plain), environment=trusted, code=6, says=["speaks no TLS", "http is for this machine only"])
            assert "/v2/" not in plain.log.read_text(), plain.log.read_text()
        with registries.WithPassword(temp / "plain-registry") as plain:
            login = trusted | plain.environment(at(plain).removesuffix("/team/shop"))
            place.publish(at(plain), environment=login, code=6, says=["speaks no TLS"])
            place.publish(at(plain), "--insecure-http", environment=login, says=["warning: `--insecure-http`"])
            place.mesh("verify", "--insecure-http", "--from", at(plain), environment=login)
        # And on this machine one that speaks TLS only is told of.
        with registries.DockerRegistry(temp / "registry", certificate=good) as registry:
            place.publish(registry.place + "/team/shop", environment=trusted, code=6, says=["https", "by a name of this machine"])
            place.publish(at(registry, "wrong.mesh.test"), "--insecure", environment={}, says=["warning: `--insecure`"])
        # Whoever accepts and says nothing is left in time.
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        place.publish(f"oci://registry.mesh.test:{silent.getsockname()[1]}/team/shop", "--timeout", "2", environment=trusted, code=5,
                      says=["within"], most=20)


def with_tokens(folder, authority, certificate, tokens_host, seconds=300, more=""):
    tokens = registries.TokenServer(folder / "tokens", seconds, authority.context(certificate))
    realm = tokens.url.replace("127.0.0.1", tokens_host)
    registry = registries.DockerRegistry(folder / "registry", lambda _: f"auth: {{token: {{realm: '{realm}', service: registry, issuer: tokens, "
                                         f"rootcertbundle: {tokens.certificate}}}}}\n{more}", certificate)
    registry.asks = True
    return registry, tokens


def tokens_and_logins_by_https(temp):
    place, authority = Place(temp), Authority(temp / "ca")
    certificate = authority.issue("registry", "registry.mesh.test", "tokens.mesh.test")
    trusted = {"MESH_CACERT": str(authority.file)}
    registry, tokens = with_tokens(temp, authority, certificate, "tokens.mesh.test")
    with registry, contextlib.closing(contextlib.ExitStack()) as stack:
        stack.callback(tokens.stop)
        to, host = at(registry), at(registry).split("/")[2]
        place.publish(to, environment=trusted, code=6, says=["ask for a token", f"docker login {host}"])
        place.count = 0
        auth = {"auth": base64.b64encode(f"{registries.USER}:{registries.PASSWORD}".encode()).decode()}
        # However Docker and others call a registry in their file.
        for key in f"https://{host}", f"https://{host.replace('registry', 'Registry')}/v2/":
            own = trusted | registry.environment(entry={}, more={"auths": {key: auth}})
            tokens.requests.clear()
            place.publish(to, environment=own)
            # One token for each repository and right, not one for each request.
            asked = [fields["scope"] for _, fields in tokens.requests]
            assert asked and len(asked) == len(set(asked)), asked
        place.comes_back(to, environment=own)
        identity = trusted | registry.environment(entry={}, more={"auths": {host: {"identitytoken": registries.IDENTITY_TOKEN}}})
        place.publish(to, environment=identity)
        # A helper is asked by the name of the registry, and says a token or a password.
        programs = temp / "programs"
        programs.mkdir()
        helper = programs / "docker-credential-mine"
        for user, secret, more in ((registries.USER, registries.PASSWORD, {"credHelpers": {host: "mine"}}),
                                   ("<token>", registries.IDENTITY_TOKEN, {"credsStore": "mine"})):
            helper.write_text(f"#!/bin/sh\nread -r host\necho \"$host\" > {temp}/asked\n"
                              f"printf '%s' '{json.dumps({'ServerURL': 'x', 'Username': user, 'Secret': secret})}'\n")
            helper.chmod(0o755)
            own = trusted | registry.environment(entry={}, more={"auths": {}} | more) | {"PATH": f"{programs}:{os.environ['PATH']}"}
            place.publish(to, environment=own)
            assert (temp / "asked").read_text().strip() == host
        # The file's key is the registry's with its port, and the login of another port is another's.
        entry = registry.environment(entry={}, more={"auths": {"registry.mesh.test": auth}})
        place.publish(to, environment=trusted | entry, code=6, says=["docker login"])


def blobs_on_other_hosts(temp):
    """The registry's own redirect: to the internet, to its neighbours; never from there to a network behind it."""
    place, authority = Place(temp), Authority(temp / "ca")
    certificate = authority.issue("all", *HOSTS)
    trusted = {"MESH_CACERT": str(authority.file)}
    context = authority.context(certificate)

    def redirecting(folder, url):
        return registries.DockerRegistry(folder, lambda place: f"middleware: {{storage: [{{name: redirect, options: {{baseurl: '{url}'}}}}]}}\n",
                                         certificate)

    data = temp / "registry/data"
    data.mkdir(parents=True)
    with Files(data, context, PUBLIC) as public, Files(data, context, PRIVATE) as private:
        with redirecting(temp / "registry", f"https://blobs.public.test:{public.port}/") as registry:
            to = at(registry)
            place.publish(to, environment=trusted)
            place.comes_back(to, environment=trusted)
            assert any(method == "GET" for method, _, _ in public.asked), public.asked
            assert not any("Authorization" in headers for _, _, headers in public.asked), public.asked
            assert len(public.ways) < len(public.asked), "each blob had a connection of its own"
        with redirecting(temp / "registry", f"https://blobs.inside.test:{private.port}/") as registry:
            # A registry of the company may have them in the company; one of the internet may not.
            raw = registry.url.replace("https://", "http://")
            with reach.Front(raw, address=PRIVATE) as front:
                place.comes_back(at(front, "registry.company.test"), environment=trusted)
            assert private.asked
            private.asked.clear()
            with reach.Front(raw, address=PUBLIC) as front:
                to = at(front, "registry.outside.test")
                place.mesh("verify", "--from", to, environment=trusted, code=6, says=["blobs.inside.test", "must be public"])
            assert not private.asked, private.asked
        # Never to what is on this machine's link, nor by http, whoever says so.
        for wrong in "https://metadata.inside.test/latest/", f"http://blobs.public.test:{public.port}/":
            with redirecting(temp / "registry", wrong) as registry, reach.Front(
                    registry.url.replace("https://", "http://"), address=PRIVATE) as front:
                place.mesh("verify", "--from", at(front, "registry.company.test"), environment=trusted, code=6, says=["sends"])


def a_proxy_that_takes_tls_off(temp):
    """The registry behind it thinks that it is reached by http, and says so in every place that it names."""
    place, authority = Place(temp), Authority(temp / "ca")
    certificate = authority.issue("registry", "registry.mesh.test")
    trusted = {"MESH_CACERT": str(authority.file)}
    with registries.DockerRegistry(temp / "registry") as registry:
        with reach.Front(registry.url, reach.Certificates.speaker(authority, certificate)) as front:
            place.publish(at(front), environment=trusted)
            place.comes_back(at(front), environment=trusted)
            uploads = [one["url"] for one in place.traced() if one["method"] == "PUT" and "/uploads/" in one["url"]]
            assert uploads and all(url.startswith("https://registry.mesh.test:") for url in uploads), uploads
    # One that calls itself by a name that only it knows cannot be told where uploads go.
    with registries.DockerRegistry(temp / "other", lambda _: "", host="http://registry:5000") as registry:
        with reach.Front(registry.url, reach.Certificates.speaker(authority, certificate)) as front:
            place.publish(at(front), environment=trusted, code=6,
                          says=["sends us to `registry` by http", "must be told its own address"])


class Tunnels(reach.Front):
    """A proxy that finds every host on this machine, as one that knows names which we do not."""

    def pass_on(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            more = connection.recv(4096)
            if not more:
                return
            head += more
        host, _, port = head.split()[1].decode().rpartition(":")
        self.hosts.append(host)
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        way = reach.Front.__new__(reach.Front)
        way.upstream, way.welcome = ("127.0.0.1", int(port)), lambda one: one
        way.pass_on(connection)


def names_that_only_the_proxy_knows(temp):
    place, authority = Place(temp), Authority(temp / "ca")
    certificate = authority.issue("all", *HOSTS, "tokens.far.test", "blobs.far.test")
    context, data = authority.context(certificate), temp / "registry/data"
    data.mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        blobs = stack.enter_context(Files(data, context, "127.0.0.1"))
        proxy = stack.enter_context(Tunnels(None))
        proxy.hosts = []
        own = {"MESH_CACERT": str(authority.file), "https_proxy": f"http://127.0.0.1:{proxy.port}"}
        for tokens_host, blobs_host, code in (("tokens.far.test", "blobs.far.test", 0), ("blobs.inside.test", "blobs.far.test", 6),
                                              ("tokens.far.test", "metadata.inside.test", 6)):
            more = f"middleware: {{storage: [{{name: redirect, options: {{baseurl: 'https://{blobs_host}:{blobs.port}/'}}}}]}}\n"
            registry, tokens = with_tokens(temp, authority, certificate, tokens_host, more=more)
            with registry, contextlib.ExitStack() as at_end:
                at_end.callback(tokens.stop)
                at_end.callback(shutil.rmtree, temp / "tokens")
                host = at(registry).split("/")[2]
                login = own | registry.environment(f"https://{host}")
                proxy.hosts.clear()
                if code == 0:
                    place.publish(at(registry), environment=login)
                    place.comes_back(at(registry), environment=login)
                    assert set(proxy.hosts) == {"registry.mesh.test", tokens_host, blobs_host}, proxy.hosts
                else:
                    place.mesh("verify", "--from", at(registry), environment=login, code=6, says=["which is not public"])
                    assert not {"blobs.inside.test", "metadata.inside.test"} & set(proxy.hosts), proxy.hosts


def buckets_and_containers_by_https(temp):
    authority = Authority(temp / "ca")
    certificate = authority.issue("all", *HOSTS, "127.0.0.1")
    trusted = {"MESH_CACERT": str(authority.file)}
    with servers.Versitygw(temp / "versitygw", certificate) as gateway:
        gateway.authority = str(authority.file)
        gateway.boto3().create_bucket(Bucket=BUCKET)
        own = gateway.environment() | {"AWS_ENDPOINT_URL_S3": at(gateway, "s3.mesh.test", "https")}
        stays_secure(Place(temp), f"s3://{BUCKET}/x", own, trusted)
    with servers.Azurite(temp / "azurite", certificate) as azurite:
        azurite.make(BUCKET)
        (temp / "az").mkdir()
        # By name the account is in the name, as Azure has it.
        own = {"AZURE_STORAGE_CONNECTION_STRING": f"AccountName={azurite.account};AccountKey={azurite.secret};BlobEndpoint="
                                                  f"{at(azurite, f'{azurite.account}.mesh.test', 'https')};"}
        stays_secure(Place(temp / "az"), f"az://{azurite.account}/{BUCKET}/x", own, trusted)


    with servers.FakeGcs(temp / "gcs", certificate) as emulator:
        emulator.make(BUCKET)
        (temp / "gs").mkdir()
        own = {"CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": at(emulator, "s3.mesh.test", "https"), "GOOGLE_OAUTH_ACCESS_TOKEN": "x"}
        stays_secure(Place(temp / "gs"), f"gs://{BUCKET}/x", own, trusted)


def stays_secure(place, to, own, trusted):
    place.publish(to, environment=own, code=6, says=["no secure connection to `", ".mesh.test:", "`--cacert FILE`"])
    place.count = 0
    place.publish(to, environment=own | trusted)
    assert all(one["url"].startswith("https://") and ".mesh.test:" in one["url"] for one in place.traced()), place.traced()
    place.comes_back(to, environment=own | trusted)


CHECKS = [a_registry_with_a_certificate_of_the_company, every_other_certificate_is_refused, tokens_and_logins_by_https,
          blobs_on_other_hosts, a_proxy_that_takes_tls_off, names_that_only_the_proxy_knows, buckets_and_containers_by_https]


def go_inside():
    """Goes over to a network of its own. Does not come back."""
    unshare, ip, mount = (reach.needed(name) for name in ("unshare", "ip", "mount"))
    with tempfile.NamedTemporaryFile("w", prefix="mesh-hosts-", delete=False) as hosts:
        hosts.write("127.0.0.1 localhost\n" + "".join(f"{address} {name}\n" for name, address in HOSTS.items()))
    made = " && ".join([f"{mount} --bind {hosts.name} /etc/hosts", f"{ip} link set lo up",
                        *(f"{ip} address add {address}/32 dev lo" for address in (PUBLIC, PRIVATE))])
    alone = [unshare, "-rmn", "sh", "-c", f"{made} && exec \"$@\"", "sh"]
    try:
        if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
            raise servers.Missing("a network of one's own is not allowed here: unshare -rmn")
        done = subprocess.run([*alone, sys.executable, __file__, *sys.argv[1:]], env=os.environ | {INSIDE: "1"}, check=False)
    finally:
        os.unlink(hosts.name)
    sys.exit(done.returncode)


def main():
    if not servers.in_peers_python(__file__):
        servers.skip("boto3 is not installed")
    if INSIDE not in os.environ:
        try:
            go_inside()
        except servers.Missing as missing:
            servers.skip(str(missing))
    failed, skipped = [], []
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        if sys.argv[2:] and check.__name__ not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory(prefix="mesh-tls-") as temp:
            begun = time.monotonic()
            try:
                check(pathlib.Path(temp).resolve())
                print("ok      ", name, f"{time.monotonic() - begun:.1f} s", flush=True)
            except servers.Missing as missing:
                skipped.append(name)
                print("skipped ", name + ":", missing, flush=True)
            except (AssertionError, subprocess.SubprocessError, OSError, ValueError, LookupError) as error:
                failed.append(name)
                print("FAILED  ", name + ":", error, flush=True)
    servers.end(failed, skipped)


if __name__ == "__main__":
    main()
