"""Real OCI registries for tests, on servers.py: Debian's docker-registry, which lists no referrers, open, with a password or
with tokens that a server here gives; and a registry that lists referrers."""
import base64
import http.server
import json
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import urllib.parse

import servers

USER, PASSWORD = "mesh", "only-for-tests-7f3a"
# Of that password, as `htpasswd -B` writes it.
HASH = "$2y$05$gcTG2GDBu68e2c1Ss6.YyOx6sjRYjArX1ecJNlOLfxTg8wQ0xGnY."
IDENTITY_TOKEN = "identity-token-7f3a"


def encoded(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()


class TokenServer:
    """Gives tokens to those who know the password, or the token for tokens; registries check them by its certificate.

    `requests` are (method, asked) each, without what is secret."""

    def __init__(self, folder, seconds=300, context=None):
        """`context` makes its place https."""
        folder.mkdir(parents=True)
        self.key, self.certificate = folder / "token.key", folder / "token.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=tokens", "-days", "2",
                        "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True)
        self.chain = "".join(line for line in self.certificate.read_text().splitlines() if "CERTIFICATE" not in line)
        self.seconds, self.requests = seconds, []
        tokens = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                fields = urllib.parse.parse_qsl(self.path.partition("?")[2])
                asked = dict(fields) | {"scope": " ".join(value for name, value in fields if name == "scope")}
                given = self.headers.get("Authorization", "").removeprefix("Basic ")
                self.reply("GET", asked, base64.b64decode(given).decode() == f"{USER}:{PASSWORD}")

            def do_POST(self):
                asked = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                good = asked.get("grant_type") == "refresh_token" and asked.pop("refresh_token", "") == IDENTITY_TOKEN
                self.reply("POST", asked, good and "Authorization" not in self.headers)

            def reply(self, method, asked, is_good):
                tokens.requests.append((method, asked))
                body = {"errors": [{"code": "UNAUTHORIZED", "message": "wrong password"}]}
                if is_good:
                    token = tokens.token(asked.get("service"), asked.get("scope", ""))
                    body = {"token" if method == "GET" else "access_token": token, "expires_in": tokens.seconds}
                data = json.dumps(body).encode()
                self.send_response_only(200 if is_good else 401)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.server.server_address[1]}/token"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, service, scopes):
        """A JWT, signed by the key of the certificate that it brings along."""
        access = []
        for scope in scopes.split():
            kind, name, actions = scope.split(":")
            access.append({"type": kind, "name": name, "actions": actions.split(",")})
        now = int(time.time())
        said = encoded({"typ": "JWT", "alg": "RS256", "x5c": [self.chain]}) + "." + encoded(
            {"iss": "tokens", "aud": service, "sub": USER, "iat": now, "nbf": now - 10, "exp": now + self.seconds,
             "jti": str(len(self.requests)), "access": access})
        signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=said.encode(), check=True,
                                capture_output=True)
        return said + "." + encoded(signed.stdout)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Registry(servers.Server):
    """What all of them have: a place, and a Docker config with the login."""

    variable, secret = "MESH_TEST_OCI_URL", PASSWORD
    asks = False  # for a login

    @property
    def host(self):
        return self.url.partition("://")[2]

    @property
    def place(self):
        return f"oci://{self.host}"

    def target(self, root="team/shop", url=None):
        return f"oci://{(url or self.url).partition('://')[2]}/{root}"

    def environment(self, url=None, password=PASSWORD, entry=None, more=None):
        """Where the login for this registry, or a proxy before it, is. `entry` stands in `auths` instead, `more` beside it."""
        host = (url or self.url).partition("://")[2]
        auth = base64.b64encode(f"{USER}:{password}".encode()).decode()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="docker-", dir=self.folder))
        config = {"auths": {host: {"auth": auth} if entry is None else entry}} if self.asks else {}
        (folder / "config.json").write_text(json.dumps(config | (more or {})))
        return {"DOCKER_CONFIG": str(folder)}

    def request(self, method, path, headers=None):
        login = {"Authorization": "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()} if self.asks else {}
        return servers.exchange(self.url + path, method, headers={**login, **(headers or {})})


class DockerRegistry(Registry):
    def __init__(self, folder, config=lambda folder: "", certificate=None, host=None):
        """With a certificate, a file with its key beside it, it speaks https only. `host` is what it calls itself."""
        tls = f", tls: {{certificate: {certificate}, key: {certificate.with_suffix('.key')}}}" if certificate else ""
        tls += f", host: '{host}'" if host else ""
        self.scheme = "https" if certificate else "http"
        binary = servers.program("docker-registry")
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        said = config(folder)

        def command(port):
            (folder / "config.yml").write_text(
                f"version: 0.1\nlog: {{level: warn, accesslog: {{disabled: true}}}}\nstorage: {{filesystem: {{rootdirectory: "
                f"{folder / 'data'}}}}}\nhttp: {{addr: '127.0.0.1:{port}', secret: for-tests{tls}}}\n{said}")
            return [binary, "serve", folder / "config.yml"]

        super().__init__("docker-registry", folder, command, lambda url: servers.status(url + "/v2/") in (200, 401))


class WithPassword(DockerRegistry):
    asks = True

    def __init__(self, folder):
        def config(place):
            (place / "htpasswd").write_text(f"{USER}:{HASH}\n")
            return f"auth: {{htpasswd: {{realm: tests, path: {place / 'htpasswd'}}}}}\n"
        super().__init__(folder, config)


class WithTokens(DockerRegistry):
    asks = True

    def __init__(self, folder, seconds=300):
        self.tokens = TokenServer(pathlib.Path(folder) / "tokens", seconds)
        try:
            super().__init__(folder, lambda _: f"auth: {{token: {{realm: '{self.tokens.url}', service: registry, issuer: tokens, "
                                               f"rootcertbundle: {self.tokens.certificate}}}}}\n")
        except BaseException:
            self.tokens.stop()
            raise

    def stop(self):
        super().stop()
        self.tokens.stop()

    def request(self, method, path, headers=None):
        name = re.fullmatch("/v2/(.+)/(tags|manifests|blobs|referrers)/[^/]+", path)[1]
        token = self.tokens.token("registry", f"repository:{name}:pull,push")
        return servers.exchange(self.url + path, method, headers={"Authorization": "Bearer " + token, **(headers or {})})


class WithReferrers(Registry):
    def __init__(self, folder):
        binary = servers.program("registry-with-referrers")
        super().__init__("registry-with-referrers", folder, lambda port: [binary, f"127.0.0.1:{port}"],
                         lambda url: servers.status(url + "/v2/") == 200)


REGISTRIES = {"docker-registry": DockerRegistry, "docker-registry-password": WithPassword,
              "docker-registry-tokens": WithTokens, "registry-with-referrers": WithReferrers}
