"""Real servers for tests: each starts on a free port of 127.0.0.1, is waited for, is known to be ours by the process that
holds the port, and is stopped by its process id. tests/setup/test.sh installs them.

A server that is not installed raises Missing, which is a skip with its name and, with CI set, a failure. One that takes minutes
to be built is opt-in: it is a skip until its variable asks for it, and may not be missing then.
"""
import base64
import contextlib
import email.utils
import hashlib
import hmac
import http.client
import http.server
import json
import os
import pathlib
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
import xml.etree.ElementTree

CACHE = pathlib.Path(os.environ.get("MESH_TEST_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "mesh-tests")
PATIENCE = 120  # a busy machine starts a JVM slowly


# Read by tests/setup/test.sh too.
OPT_IN = {"minio": "MESH_TEST_MINIO"}


class Missing(LookupError):
    pass


def opt_in(names):
    """Ends the script, in CI as well, where nobody asks for one of the servers that are named."""
    for name in names:
        variable = OPT_IN.get(name)
        if variable and (os.environ.get(variable) or "0") == "0":
            print(f"skipped: {name} is tried with {variable}=1 only")
            sys.exit(77)


def skip(reason):
    print("skipped:", reason)
    sys.exit(1 if os.environ.get("CI") else 77)


def end(failed, skipped):
    """Ends the script: 1 when something failed, 77 when something was skipped, which with CI set is a failure."""
    if skipped and os.environ.get("CI"):
        print("with CI set nothing may be skipped")
        failed += skipped
    sys.exit(1 if failed else 77 if skipped else 0)


def in_peers_python(script):
    """Whether boto3 can be imported; first goes over to the Python that tests/setup/test.sh installed it for."""
    try:
        import boto3  # noqa: F401
        return True
    except ImportError:
        python = CACHE / "servers/bin/python"
        if not python.exists() or pathlib.Path(sys.prefix).resolve() == python.parent.parent.resolve():
            return False
        sys.stdout.flush()
        os.execv(python, [python, script, *sys.argv[1:]])


def program(name):
    for found in CACHE / "bin" / name, CACHE / "servers/bin" / name, shutil.which(name):
        if found and os.access(found, os.X_OK):
            return str(found)
    raise Missing(f"{name} is not installed")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def listening_inodes(port):
    found = set()
    for table in "/proc/net/tcp", "/proc/net/tcp6":
        with contextlib.suppress(OSError):
            for line in pathlib.Path(table).read_text().splitlines()[1:]:
                columns = line.split()
                if columns[3] == "0A" and int(columns[1].rsplit(":", 1)[1], 16) == port:
                    found.add(f"socket:[{columns[9]}]")
    return found


def holds_port(pid, port):
    inodes = listening_inodes(port)
    with contextlib.suppress(OSError):
        for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if os.readlink(link) in inodes:
                    return True
    return False


def connected(url, timeout):
    """A connection to a server of ours, whatever its certificate, and the path."""
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    if scheme == "https":
        return http.client.HTTPSConnection(host, timeout=timeout, context=ssl._create_unverified_context()), "/" + path
    return http.client.HTTPConnection(host, timeout=timeout), "/" + path


def status(url, method="GET", body=None, headers=None):
    """The status that a server answers, or 0."""
    connection, path = connected(url, 5)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def exchange(url, method="GET", body=None, headers=None):
    """What a server answers: (status, headers in lower case, body)."""
    connection, path = connected(url, PATIENCE)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
    finally:
        connection.close()


class Server:
    """A process that listens on `port`. `command` gets the port; `ready` is asked with the URL until it says yes."""

    scheme = "http"  # https where it was given a certificate

    def __init__(self, name, folder, command, ready, environment=None):
        self.name, self.folder, self.log = name, pathlib.Path(folder), pathlib.Path(folder) / f"{name}.log"
        self.folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(3):
            self.port = free_port()
            self.url = f"{self.scheme}://127.0.0.1:{self.port}"
            with open(self.log, "wb") as log:
                self.process = subprocess.Popen(command(self.port), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                                                stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})})
            if self.is_up(ready):
                return
            self.stop()
        raise RuntimeError(f"{name} does not start:\n{self.log.read_text(errors='replace')[-2000:]}")

    @property
    def place(self):
        """What tests find it by."""
        return self.url

    def is_up(self, ready):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            if holds_port(self.process.pid, self.port) and ready(self.url):
                return True
            time.sleep(0.1)
        return False

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class S3(Server):
    """With the keys of somebody who may do everything."""

    variable = "MESH_TEST_S3_URL"
    authority = None  # a file of what signed its certificate

    def __init__(self, name, folder, command, ready, environment=None):
        self.key, self.secret = "AKIA" + secrets.token_hex(8).upper(), secrets.token_urlsafe(30)
        self.data = pathlib.Path(folder) / "data"
        self.data.mkdir(parents=True)
        super().__init__(name, folder, command, ready, environment and environment())

    def environment(self):
        return {"AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret, "AWS_REGION": "us-east-1",
                "AWS_ENDPOINT_URL_S3": self.url}

    def boto3(self, service="s3", url=None, key=None, secret=None, token=None):
        import boto3
        from botocore.config import Config
        return boto3.client(service, endpoint_url=url or self.url, region_name="us-east-1", aws_access_key_id=key or self.key,
                            aws_secret_access_key=secret or self.secret, aws_session_token=token, verify=self.authority,
                            config=Config(s3={"addressing_style": "path"}, signature_version="s3v4",
                                          retries={"max_attempts": 0}))

    def objects(self, bucket, prefix=""):
        """{key: bytes}, as a client reads them that is not mesh's."""
        client = self.boto3()
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return {one["Key"]: client.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
                for page in pages for one in page.get("Contents", [])}

    def copy_to(self, folder, bucket, prefix=""):
        """The objects of a bucket as files."""
        shutil.rmtree(folder, ignore_errors=True)
        for key, data in self.objects(bucket, prefix).items():
            place = pathlib.Path(folder) / key
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        return pathlib.Path(folder)


class Versitygw(S3):
    def __init__(self, folder, certificate=None):
        """`certificate` is a file with its key beside it, `.key` for `.pem`; so below."""
        tls = ["--cert", certificate, "--key", certificate.with_suffix(".key")] if certificate else []
        self.scheme = "https" if certificate else "http"
        binary = program("versitygw")
        folder = pathlib.Path(folder)
        for name in "iam", "versions":
            (folder / name).mkdir(parents=True)
        super().__init__(
            "versitygw", folder,
            lambda port: [binary, "--port", f"127.0.0.1:{port}", "--health", "/health", "--iam-dir", folder / "iam", "--quiet",
                          *tls, "posix", "--versioning-dir", folder / "versions", folder / "data"],
            lambda url: status(url + "/health") == 200,
            lambda: {"ROOT_ACCESS_KEY": self.key, "ROOT_SECRET_KEY": self.secret})


class S3Proxy(S3):
    def __init__(self, folder, provider="transient-nio2"):
        jars = sorted(CACHE.glob("s3proxy/s3proxy-*.jar"))
        if not jars:
            raise Missing("s3proxy is not installed")
        runtime, folder = program("java"), pathlib.Path(folder)

        def command(port):
            (folder / "s3proxy.conf").write_text(
                f"s3proxy.endpoint=http://127.0.0.1:{port}\ns3proxy.authorization=aws-v2-or-v4\ns3proxy.identity={self.key}\n"
                f"s3proxy.credential={self.secret}\njclouds.provider={provider}\njclouds.identity=x\njclouds.credential=x\n"
                f"jclouds.filesystem.basedir={folder / 'data'}\n")
            return [runtime, "-Xmx256m", "-jar", jars[-1], "--properties", folder / "s3proxy.conf"]

        super().__init__("s3proxy", folder, command, lambda url: status(url + "/") == 403)


class Minio(S3):
    """Knows policies with their conditions, lends keys (STS), and encrypts by `kms_key`. Opt-in: see OPT_IN."""

    kms_key = "mesh-key"

    def __init__(self, folder, **settings):
        try:
            binary = program("minio")
        except Missing as missing:
            raise FileNotFoundError(f"{missing}, and {OPT_IN['minio']} asks for it") from None
        folder = pathlib.Path(folder)
        sealed = base64.b64encode(secrets.token_bytes(32)).decode()
        # By default it asks its makers for updates.
        own = {"MINIO_UPDATE": "off", "MINIO_BROWSER": "off", "MINIO_SITE_REGION": "us-east-1", "MINIO_KMS_SECRET_KEY": f"{self.kms_key}:{sealed}"}
        super().__init__(
            "minio", folder,
            lambda port: [binary, "server", "--quiet", "--address", f"127.0.0.1:{port}", "--certs-dir", folder / "certificates",
                          folder / "data"],
            self.knows_its_users,
            lambda: own | {"MINIO_ROOT_USER": self.key, "MINIO_ROOT_PASSWORD": self.secret, **settings})

    @staticmethod
    def knows_its_users(url):
        """It calls itself ready before it has read its store and its users. A token of nobody is refused only then."""
        return status(url + "/", "POST", "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&WebIdentityToken=x",
                      {"Content-Type": "application/x-www-form-urlencoded"}) == 400

    def keep_policy(self, name, document):
        """Under a name, by its own API, which is signed as S3's is."""
        from botocore.auth import S3SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
        body = document.encode()
        request = AWSRequest("PUT", f"{self.url}/minio/admin/v3/add-canned-policy?name={urllib.parse.quote(name)}", data=body,
                             headers={"X-Amz-Content-SHA256": hashlib.sha256(body).hexdigest()})
        S3SigV4Auth(Credentials(self.key, self.secret), "s3", "us-east-1").add_auth(request)
        made = exchange(request.url, "PUT", body, dict(request.headers.items()))
        assert made[0] == 200, made


class Moto(S3):
    """With IAM on: without, it looks at no signature."""

    def __init__(self, folder):
        binary = program("moto_server")
        super().__init__("moto", folder, lambda port: [binary, "-H", "127.0.0.1", "-p", str(port)],
                         lambda url: status(url + "/moto-api/") == 200)
        try:
            self.require_signatures()
        except BaseException:
            self.stop()
            raise

    def reset_auth(self, count):
        got = status(self.url + "/moto-api/reset-auth", "POST", count, {"Content-Type": "text/plain"})
        assert got == 200, got

    def require_signatures(self):
        self.reset_auth("9")
        iam = self.boto3("iam")
        iam.create_user(UserName="mesh")
        made = iam.create_access_key(UserName="mesh")["AccessKey"]
        policy = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
        iam.put_user_policy(UserName="mesh", PolicyName="all", PolicyDocument=policy)
        self.key, self.secret = made["AccessKeyId"], made["SecretAccessKey"]
        self.reset_auth("0")


class Azurite(Server):
    """With an account and a key of its own, and a client that is not mesh's: it signs by itself."""

    account, variable = "meshtests", "MESH_TEST_AZURE_URL"

    def __init__(self, folder, certificate=None):
        tls = ["--cert", certificate, "--key", certificate.with_suffix(".key")] if certificate else []
        self.scheme = "https" if certificate else "http"
        found = sorted(CACHE.glob("azurite-*/node_modules/azurite/dist/src/blob/main.js"))
        if not found:
            raise Missing("azurite is not installed")
        runtime = program("node")
        self.secret = base64.b64encode(secrets.token_bytes(64)).decode()
        # Without --disableTelemetry it calls its makers.
        super().__init__(
            "azurite", folder,
            lambda port: [runtime, found[-1], "--blobHost", "127.0.0.1", "--blobPort", str(port), "--inMemoryPersistence",
                          "--disableTelemetry", "--skipApiVersionCheck", "--silent", *tls],
            lambda url: status(url + "/") != 0, {"AZURITE_ACCOUNTS": f"{self.account}:{self.secret}"})

    def environment(self, url=None, key=None):
        return {"AZURE_STORAGE_CONNECTION_STRING":
                f"AccountName={self.account};AccountKey={key or self.secret};BlobEndpoint={url or self.url}/{self.account};"}

    def request(self, method, path, query=(), headers=None, body=b""):
        """`path` is CONTAINER or CONTAINER/KEY. Signed as Microsoft writes: the verb, eleven headers, `x-ms-*`, what it is about."""
        path = f"/{self.account}/" + urllib.parse.quote(path, safe="/")
        headers = {"x-ms-version": "2023-11-03", "x-ms-date": email.utils.formatdate(usegmt=True), **(headers or {})}
        named = ["", "", str(len(body)) if body else "", "", headers.get("Content-Type", ""), "", "", "", "", "", ""]
        own = [f"{name}:{headers[name]}" for name in sorted(headers) if name.startswith("x-ms-")]
        about = [f"/{self.account}{path}", *(f"{name}:{value}" for name, value in sorted(query))]
        signed = "\n".join([method, *named, *own, *about])
        digest = hmac.new(base64.b64decode(self.secret), signed.encode(), hashlib.sha256).digest()
        headers["Authorization"] = f"SharedKey {self.account}:{base64.b64encode(digest).decode()}"
        url = self.url + path + ("?" + urllib.parse.urlencode(query) if query else "")
        return exchange(url, method, body or None, headers)

    def make(self, container):
        made = self.request("PUT", container, [("restype", "container")], {"Content-Length": "0"})
        assert made[0] == 201, made

    def keys(self, container, prefix=""):
        found, marker = [], ""
        while True:
            query = [("comp", "list"), ("restype", "container"), ("prefix", prefix), ("marker", marker)]
            got = self.request("GET", container, [(name, value) for name, value in query if value])
            assert got[0] == 200, got
            page = xml.etree.ElementTree.fromstring(got[2])
            found += [name.text for name in page.iterfind("Blobs/Blob/Name")]
            marker = page.findtext("NextMarker")
            if not marker:
                return found

    def objects(self, container):
        """{key: (headers, bytes)}"""
        return {key: self.request("GET", f"{container}/{key}")[1:] for key in self.keys(container)}

    def signature(self, container, permissions):
        """A shared access signature for a container."""
        expiry = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        version = "2020-12-06"
        fields = [permissions, "", expiry, f"/blob/{self.account}/{container}", "", "", "", version, "c", *[""] * 7]
        digest = hmac.new(base64.b64decode(self.secret), "\n".join(fields).encode(), hashlib.sha256).digest()
        return urllib.parse.urlencode({"sp": permissions, "se": expiry, "sv": version, "sr": "c",
                                       "sig": base64.b64encode(digest).decode()})


class FakeGcs(Server):
    """An emulator of Google Cloud Storage. It looks at no token."""

    variable, secret = "MESH_TEST_GCS_URL", None

    def __init__(self, folder, certificate=None):
        binary = program("fake-gcs-server")
        tls = ["-cert-location", certificate, "-private-key-location", certificate.with_suffix(".key")] if certificate else []
        self.scheme = "https" if certificate else "http"
        super().__init__(
            "fake-gcs-server", folder,
            lambda port: [binary, "-scheme", self.scheme, *tls, "-host", "127.0.0.1", "-port", str(port), "-backend", "memory",
                          "-public-host", f"127.0.0.1:{port}", "-external-url", f"{self.scheme}://127.0.0.1:{port}"],
            lambda url: status(url + "/_internal/healthcheck") == 200)

    def environment(self, url=None):
        return {"STORAGE_EMULATOR_HOST": url or self.url}

    def make(self, bucket):
        made = exchange(f"{self.url}/storage/v1/b?project=test", "POST", json.dumps({"name": bucket}),
                        {"Content-Type": "application/json"})
        assert made[0] == 200, made

    def objects(self, bucket):
        """{key: (metadata, bytes)}"""
        items = json.loads(exchange(f"{self.url}/storage/v1/b/{bucket}/o")[2]).get("items", [])
        return {one["name"]: (one, exchange(f"{self.url}/storage/v1/b/{bucket}/o/{urllib.parse.quote(one['name'], safe='')}"
                                            "?alt=media")[2]) for one in items}


class Toxiproxy(Server):
    """Ways to servers that are as bad as they are told to be; its API makes them."""

    def __init__(self, folder):
        binary = program("toxiproxy-server")
        super().__init__("toxiproxy", folder, lambda port: [binary, "-host", "127.0.0.1", "-port", str(port)],
                         lambda url: status(url + "/version") == 200, {"LOG_LEVEL": "error"})


class Serving:
    """Runs `self.server`, one of Python's own, in a thread while a `with` lasts."""

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Proxy:
    """Passes requests on to a server as they are and remembers them: (method, path) each, and all headers.

    `answer(number, method, path)` may answer instead, with (status, headers, body); "drop" sends the request on and closes
    the connection without the reply."""

    def __init__(self, url, answer=lambda number, method, path: None):
        self.requests, self.headers = [], []
        lock = threading.Lock()
        proxy, target = self, url.removeprefix("http://")

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with lock:
                    proxy.requests.append((self.command, self.path))
                    proxy.headers.append(dict(self.headers))
                    number = len(proxy.requests)
                instead = answer(number, self.command, self.path)
                got = instead if isinstance(instead, tuple) else self.passed_on(body)
                if instead == "drop":
                    self.close_connection = True
                    return
                self.send_response_only(got[0])
                for name, value in got[1]:
                    if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                length = dict(got[1]).get("Content-Length") if self.command == "HEAD" else len(got[2])
                self.send_header("Content-Length", str(length or 0))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(got[2])

            def passed_on(self, body):
                # `Host` was signed, and so it stays.
                connection = http.client.HTTPConnection(target, timeout=60)
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    connection.putheader(name, value)
                connection.endheaders(body)
                reply = connection.getresponse()
                got = reply.status, reply.getheaders(), reply.read()
                connection.close()
                return got

            do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = handle_any

            def log_message(self, *_):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                # A client that was killed is part of some tests.
                if not isinstance(sys.exc_info()[1], ConnectionError):
                    super().handle_error(request, client_address)

        self.server = Listener(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def count(self, *methods):
        return sum(method in methods for method, _ in self.requests)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
