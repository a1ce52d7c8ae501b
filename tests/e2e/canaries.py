#!/usr/bin/env python3
"""Every secret that mesh is given holds a canary, and every command that reaches a target is run: against real servers, and
against one that refuses, fails, redirects or answers nonsense and tells back all it was sent, in every encoding. No canary is
in what is printed, traced, cached, noted or left in files, in what was written to files that are gone, or in the arguments of
any process.

usage: canaries.py MESH [CHECK…]

A server that is not installed is a skip (77), with CI set a failure.
"""
import base64
import binascii
import contextlib
import http.server
import json
import os
import pathlib
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import servers
import shop

MESH = os.path.abspath(sys.argv[1])

# What reaches targets; TARGET is the one that is meant.
COMMANDS = {
    "publish": ["publish", "--to", "TARGET"], "plan": ["plan", "--to", "TARGET"], "status": ["status", "--to", "TARGET"],
    "pull": ["pull", "sales/orders", "--from", "TARGET", "-o", "../pulled"], "verify": ["verify", "--from", "TARGET"],
    "yank": ["yank", "sales/orders@1.0.0", "--from", "TARGET"], "unyank": ["unyank", "sales/orders@1.0.0", "--from", "TARGET"],
    "rollback": ["rollback", "sales/orders@1.0.0", "--yes", "--from", "TARGET"],
    "promote": ["promote", "sales/orders@1.0.0", "--from", "TARGET", "--to", "TARGET-b"],
    "index": ["index", "--from", "TARGET"], "gc": ["gc", "TARGET", "--yes"], "trust": ["trust", "show", "--from", "TARGET"],
    "list": ["list", "--from", "TARGET"], "show": ["show", "sales/orders", "--from", "TARGET"],
    "search": ["search", "orders", "--from", "TARGET"], "doctor": ["doctor", "TARGET"],
    "retire": ["retire", "sales/orders", "--reason", "old", "--from", "TARGET"],
}
FEW = ["publish", "verify", "list"]


def canary():
    return "CANARY+/" + secrets.token_hex(12) + "=="  # with what encodings change


def forms(secret):
    """What a canary looks like to whoever searches for it."""
    raw = secret.encode()
    found = {raw, urllib.parse.quote(secret, safe="").encode(), urllib.parse.quote(secret, safe="").lower().encode(),
             raw.hex().encode(), raw.hex().upper().encode(), json.dumps(secret)[1:-1].encode()}
    for shift in range(3):  # in a longer text it may begin at any of three places
        for encode in base64.b64encode, base64.urlsafe_b64encode:
            inner = encode(b"\0" * shift + raw + b"\0" * (-(shift + len(raw)) % 3))
            found.add(inner[4 if shift else 0:len(inner) - 4].rstrip(b"="))
    return {form for form in found if len(form) >= 12}


class Found(AssertionError):
    pass


def search(data, wanted, where):
    for form in wanted:
        if form in data:
            at = data.index(form)
            raise Found(f"{where}: …{data[max(0, at - 150):at + len(form) + 30]!r}…")


def search_folder(folder, wanted):
    for path in folder.rglob("*"):
        search(str(path).encode(), wanted, "the name of a file")
        if path.is_file() and not path.is_symlink():
            search(path.read_bytes(), wanted, str(path))


class Echo(servers.Serving):
    """Answers in the words of a store, and tells back all that it was sent: as it was, and in other encodings."""

    def __init__(self, status, dialect, redirect_to=None):
        self.seen = seen = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                sent = f"{self.command} {self.path}\n{self.headers}".encode("latin-1") + body[:2000]
                seen.append(sent)
                told = outer.told(sent.decode("latin-1"))
                if dialect == "gcs":
                    text = json.dumps({"error": {"code": status, "message": told, "errors": [{"reason": told}]}})
                else:
                    code = {403: "AccessDenied", 400: "InvalidToken", 404: "NoSuchThing"}.get(status, "Else")
                    safe = told.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                    text = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{safe}</Message></Error>"
                self.send_response(status)
                # In a name that servers give requests, too: that is traced.
                for name in "x-amz-request-id", "x-ms-request-id", "x-guploader-uploadid":
                    self.send_header(name, re.sub(r"\s+", " ", told)[:4000])
                if redirect_to:
                    self.send_header("Location", redirect_to + self.path)
                data = text.encode()
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.secrets = []

    def told(self, sent):
        words = [word for word in self.secrets if word in sent] + [urllib.parse.quote(word, safe="") for word in self.secrets
                                                                   if urllib.parse.quote(word, safe="") in sent]
        raw = [word.encode() for word in words]
        encoded = [f"a {base64.b64encode(word).decode()} b {word.hex()} c {base64.b64encode(b'x' + word).decode()} "
                   f"d {urllib.parse.quote(word, safe='')}" for word in raw]
        return "; ".join(words + encoded) + "; " + sent


class Runner:
    def __init__(self, temp):
        self.temp, self.runs = temp, 0
        for name in "home", "tmp", "work":
            (temp / name).mkdir(parents=True)
        shop.write_mesh(str(temp / "work" / "shop"), "1.0.0", "first")

    def run(self, words, environment, canaries, strace=False, tell=""):
        """What it printed; Found when a canary got out."""
        self.runs += 1
        trace = self.temp / "work" / "trace.jsonl"
        own = {**shop.environment(str(self.temp / "home")), "XDG_CACHE_HOME": str(self.temp / "home" / "cache"),
               "TMPDIR": str(self.temp / "tmp"), "MESH_TRACE": str(trace), "MESH_TIMEOUT": "1", **environment}
        calls = self.temp / "calls"
        wrapper = ["strace", "-f", "-qq", "-y", "-s", "1000000", "-e", "trace=write,writev,pwrite64,execve,rename,renameat,openat,link,linkat",
                   "-o", str(calls)] if strace else []
        command = [*wrapper, MESH, *words]
        done = subprocess.run(command, cwd=self.temp / "work" / "shop", env=own, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False)
        wanted = set().union(*(forms(one) for one in canaries))
        what = f"{tell} mesh {' '.join(words)}"
        search(done.stdout, wanted, f"{what}: stdout")
        search(done.stderr, wanted, f"{what}: stderr")
        search_folder(self.temp, wanted)
        if strace:
            calls.unlink()
        shutil.rmtree(self.temp / "work" / "pulled", ignore_errors=True)
        assert done.returncode in range(0, 9), (what, done.returncode, done.stderr)
        return done


def credentials(url):
    """{name: (target, dialect, environment, canaries, whether they go over the wire)}"""
    host = url
    key, token, sas = base64.b64encode(canary().encode()).decode(), canary(), canary()
    aws, session, google, azure = canary(), canary(), canary(), canary()
    return {
        "keys of AWS": ("s3://bucket/x", "s3", {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": aws,
                                                "AWS_SESSION_TOKEN": session, "AWS_ENDPOINT_URL_S3": host}, [aws, session], session),
        "a key of Azure": ("az://acc/box/x", "azure", {"AZURE_STORAGE_CONNECTION_STRING":
                                                       f"AccountName=acc;AccountKey={key};BlobEndpoint={host}/acc;"},
                           [key, base64.b64decode(key).decode()], None),
        "a signature of Azure": ("az://acc/box/x", "azure", {
            "AZURE_STORAGE_CONNECTION_STRING": f"AccountName=acc;BlobEndpoint={host}/acc;SharedAccessSignature="
                                               f"sv=2020&sp=rw&sig={urllib.parse.quote(sas, safe='')};"}, [sas],
                                 urllib.parse.quote(sas, safe="")),
        # Its place is Azure itself, so the proxy that is asked for the way goes nowhere.
        "a token of Azure": ("az://acc/box/x", "azure", {"AZURE_STORAGE_TOKEN": azure, "AZURE_STORAGE_ACCOUNT": "acc",
                                                         "https_proxy": host}, [azure], None),
        "a token of Google": ("gs://bucket/x", "gcs", {"GOOGLE_OAUTH_ACCESS_TOKEN": google,
                                                       "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": host}, [google], google),
        "a token nobody uses": ("s3://bucket/x", "s3", {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": aws,
                                                        "AWS_ENDPOINT_URL_S3": host, "AZURE_STORAGE_TOKEN": token,
                                                        "GOOGLE_OAUTH_ACCESS_TOKEN": google}, [aws, token, google], None),
    }


def the_search_finds_what_there_is(temp):
    secret = canary()
    raw = secret.encode()
    for data in (raw, b"x=" + urllib.parse.quote(secret, safe="").encode(), binascii.hexlify(raw), base64.b64encode(raw),
                 base64.b64encode(b"a" + raw + b"bc"), base64.b64encode(b"ab" + raw), base64.urlsafe_b64encode(b"abc" + raw)):
        try:
            search(b"before " + data + b" after", forms(secret), "")
        except Found:
            continue
        raise AssertionError(f"{data} is not found")


def a_server_that_tells_all_back_is_not_repeated(temp):
    runner = Runner(temp)
    for status in 403, 400, 401, 404, 409, 412, 500, 200, 301, 307:
        for name in credentials(""):
            dialect = credentials("")[name][1]
            with Echo(status, dialect, "http://127.0.0.1:9" if status // 100 == 3 else None) as echo:
                target, _, environment, canaries, sent = credentials(echo.url)[name]
                echo.secrets = [one for one in [*canaries, sent] if one]
                for command in COMMANDS if status == 403 else FEW if status != 500 else FEW[1:2]:
                    words = [word.replace("TARGET", target) for word in COMMANDS[command]]
                    if status != 403:
                        words += ["--format", "json"]
                    runner.run(words, environment, canaries, tell=f"{name}, {status}:")
                # The check is none if nothing was told back.
                if sent:
                    assert any(sent.encode() in one for one in echo.seen), f"{name} was not sent"
    print(f"         {runner.runs} runs")


def nothing_is_in_files_that_are_gone_or_in_arguments(temp):
    if not shutil.which("strace"):
        raise servers.Missing("strace is not installed")
    runner = Runner(temp)
    for name in credentials(""):
        with Echo(403, credentials("")[name][1]) as echo:
            target, _, environment, canaries, sent = credentials(echo.url)[name]
            echo.secrets = [one for one in [*canaries, sent] if one]
            for command in FEW:
                runner.run([word.replace("TARGET", target) for word in COMMANDS[command]], environment, canaries, strace=True)


def real_servers_are_no_leak(temp):
    count = 0
    with contextlib.ExitStack() as stack:
        gateway = stack.enter_context(servers.Versitygw(temp / "versitygw"))
        azurite = stack.enter_context(servers.Azurite(temp / "azurite"))
        google = stack.enter_context(servers.FakeGcs(temp / "gcs"))
        gateway.boto3().create_bucket(Bucket="bucket")
        azurite.make("box")
        google.make("bucket")
        sas = azurite.signature("box", "racwdl")
        signature = urllib.parse.parse_qs(sas)["sig"][0]
        token = canary()
        ways = {
            "s3": ("s3://bucket/x", gateway.environment(), [gateway.secret]),
            "key": (f"az://{azurite.account}/box/x", azurite.environment(),
                    [azurite.secret, base64.b64decode(azurite.secret).hex()]),
            "sas": (f"az://{azurite.account}/box/y", {"AZURE_STORAGE_CONNECTION_STRING":
                                                      f"AccountName={azurite.account};BlobEndpoint={azurite.url}/{azurite.account};"
                                                      f"SharedAccessSignature={sas};"}, [signature]),
            "google": ("gs://bucket/x", {"GOOGLE_OAUTH_ACCESS_TOKEN": token,
                                         "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": google.url}, [token]),
        }
        for name, (target, environment, canaries) in ways.items():
            runner = Runner(temp / name)
            for command, words in COMMANDS.items():
                done = runner.run([word.replace("TARGET", target) for word in words], environment, canaries, tell=name,
                                  strace=command in ("publish", "pull") and shutil.which("strace") is not None)
                known = {"trust": (4,), "publish": (0,)}.get(command, (0, 4))
                assert done.returncode in known, (name, command, done)
            count += runner.runs
    print(f"         {count} runs")


def secrets_in_the_wrong_place_are_not_shown(temp):
    runner, secret = Runner(temp), canary()
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    quoted = urllib.parse.quote(secret, safe="")
    for target in (f"s3://key:{quoted}@bucket/x", f"https://user:{quoted}@example.com/x", f"file://user:{quoted}@host/x",
                   f"az://acc:{quoted}@box/x", f"gs://u:{quoted}@bucket", f"s3://bucket/x?X-Amz-Signature={quoted}",
                   f"az://acc/box?sv=1&sig={quoted}", f"ftp://user:{quoted}@host/x",
                   f"oci://user:{quoted}@host/x", f"oci://host/x?token={quoted}"):
        for command in COMMANDS:
            done = runner.run([word.replace("TARGET", target) for word in COMMANDS[command]], keys, [secret])
            assert done.returncode in (2, 4), (target, command, done)
    for name, value in {"AWS_ENDPOINT_URL_S3": f"http://user:{quoted}@127.0.0.1:9", "https_proxy": f"http://user:{quoted}@127.0.0.1:9",
                        "HTTPS_PROXY": f"http://user:{quoted}@no-such-host.invalid:9", "ALL_PROXY": f"socks5://u:{quoted}@127.0.0.1:9",
                        "AWS_SECRET_ACCESS_KEY": secret + "\n", "AWS_SESSION_TOKEN": secret + "\r",
                        "AZURE_STORAGE_KEY": secret + "!", "AZURE_STORAGE_SAS_TOKEN": secret, "AZURE_STORAGE_TOKEN": secret + "\n",
                        "AZURE_STORAGE_CONNECTION_STRING": f"AccountKey={secret}", "GOOGLE_OAUTH_ACCESS_TOKEN": secret + "\n",
                        "GOOGLE_APPLICATION_CREDENTIALS": json.dumps({"type": "service_account", "private_key": secret}),
                        "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": f"http://u:{quoted}@127.0.0.1:9",
                        "STORAGE_EMULATOR_HOST": f"http://u:{quoted}@127.0.0.1:9"}.items():
        for target in "s3://bucket/x", "az://acc/box/x", "gs://bucket/x":
            for command in FEW:
                base = keys if "proxy" not in name.lower() else keys | {"AWS_ENDPOINT_URL_S3": "https://127.0.0.1:9",
                                                                        "GOOGLE_OAUTH_ACCESS_TOKEN": "t"}
                runner.run([word.replace("TARGET", target) for word in COMMANDS[command]], {**base, name: value}, [secret], tell=name)
    mesh_yaml = temp / "work" / "shop" / "mesh.yaml"
    before = mesh_yaml.read_text()
    mesh_yaml.write_text(before + f'targets:\n  prod: {{url: "s3://key:{quoted}@bucket/x"}}\n')
    for command in COMMANDS:
        own = [word.replace("TARGET", "prod") for word in COMMANDS[command]]
        done = subprocess.run([MESH, *own], cwd=temp / "work" / "shop", capture_output=True, check=False, stdin=subprocess.DEVNULL,
                              env=shop.environment(str(temp / "home")) | keys)
        search(done.stdout + done.stderr, forms(secret), f"mesh.yaml: {own}")
        assert done.returncode == 2, (own, done)
    mesh_yaml.write_text(before)
    print(f"         {runner.runs + len(COMMANDS)} runs")


def keys_that_sign_are_not_shown(temp):
    if not shutil.which("ssh-keygen"):
        raise servers.Missing("ssh-keygen is not installed")
    runner = Runner(temp)
    key = temp / "elsewhere" / "key"
    key.parent.mkdir()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ci", "-f", key], check=True, capture_output=True)
    text = key.read_text()
    # The lines with the private half, and the seed in them by itself.
    lines = [line for line in text.splitlines() if not line.startswith("-")]
    private = lines[2:]
    with open(temp / "work" / "shop" / "domains" / "sales" / "domain.yaml", "a", encoding="utf-8") as file:
        file.write(f'signers: ["{(key.parent / "key.pub").read_text().strip()}"]\n')
    away = pathlib.Path(tempfile.mkdtemp(prefix="mesh-key-"))
    try:
        shutil.move(key, away / "key")
        target = str(temp / "public")
        for words, environment in ((["--sign-key", str(away / "key")], {}), ([], {"MESH_SIGN_KEY": str(away / "key")}),
                                   ([], {"MESH_SIGN_KEY": text}), ([], {"MESH_SIGN_KEY": "".join(lines)}),
                                   ([], {"MESH_SIGN_KEY": private[0]})):
            runner.run(["publish", "--to", target, *words], environment, private, strace=shutil.which("strace") is not None)
        for damage in text.replace("OPENSSH", "RSA"), text[:-120], "\n".join(lines), text.replace("b3BlbnNzaC", "AAAAnNzaC"):
            (away / "damaged").write_text(damage)
            (away / "damaged").chmod(0o600)
            done = runner.run(["publish", "--to", target + "2", "--sign-key", str(away / "damaged")], {}, private)
            assert done.returncode != 0, done
    finally:
        shutil.rmtree(away)


CHECKS = [the_search_finds_what_there_is, a_server_that_tells_all_back_is_not_repeated,
          nothing_is_in_files_that_are_gone_or_in_arguments, real_servers_are_no_leak, secrets_in_the_wrong_place_are_not_shown,
          keys_that_sign_are_not_shown]


def main():
    if not servers.in_peers_python(__file__):
        servers.skip("boto3 is not installed")
    failed, skipped = [], []
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        if sys.argv[2:] and check.__name__ not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory(prefix="mesh-canary-") as temp:
            try:
                check(pathlib.Path(temp).resolve())
                print("ok      ", name, flush=True)
            except servers.Missing as missing:
                skipped.append(name)
                print("skipped ", name + ":", missing, flush=True)
            except (AssertionError, subprocess.SubprocessError, OSError, ValueError) as error:
                failed.append(name)
                print("FAILED  ", name + ":", error, flush=True)
    servers.end(failed, skipped)


if __name__ == "__main__":
    main()
