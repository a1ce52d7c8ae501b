#!/usr/bin/env python3
"""Where `mesh` has its credentials from: profiles that targets name, the environment, files, roles, containers, machines and
pipelines; each source played by a real server or by one that plays the cloud's part on this machine.

usage: credentials.py MESH [CHECK…]

A server that is not in the tests' cache is a skip (77), with CI set a failure.
"""
import base64
import http.server
import json
import os
import pathlib
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import servers
import shop

MESH = pathlib.Path(sys.argv[1]).resolve()
PATIENCE = 120
TARGET = "s3://shop-mesh/catalog"
# Whatever is secret in these tests has it in it: nothing that is printed may.
CANARY = "canary" + secrets.token_hex(6)


def mesh(*words, cwd, code=0, **environment):
    own = {name: value for name, value in {**shop.environment(str(cwd.parent / "home")), **environment}.items() if value is not None}
    done = subprocess.run([MESH, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=PATIENCE, env=own)
    printed = done.stdout + done.stderr
    assert CANARY not in printed, "a secret was printed: " + printed
    assert done.returncode == code, (words, done.returncode, printed)
    return done


def new_shop(temp, **targets):
    root = temp / "shop"
    shop.write_mesh(str(root), "1.0.0", "first")
    if targets:
        lines = "".join(f"  {name}: {json.dumps(target)}\n" for name, target in targets.items())
        with open(root / "mesh.yaml", "a", encoding="utf-8") as file:
            file.write("targets:\n" + lines)
    return root


def credentials(temp, profiles, mode=0o600):
    path = temp / "home/config/mesh/credentials.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(profiles if isinstance(profiles, str) else json.dumps({"profiles": profiles}))
    path.chmod(mode)
    return path


def aws_files(temp, config="", shared=""):
    folder = temp / "home/.aws"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config").write_text(config)
    (folder / "credentials").write_text(shared)


def bucket(server):
    server.boto3().create_bucket(Bucket="shop-mesh")


class Played(servers.Serving):
    """A cloud's part on this machine: `answer(method, path, headers, body)` gives (status, body) or (status, body, headers)."""

    def __init__(self, answer):
        self.seen = []
        part = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                part.seen.append((self.command, self.path, headers, body))
                got = answer(self.command, self.path, headers, body)
                data = got[1] if isinstance(got[1], bytes) else json.dumps(got[1]).encode() if not isinstance(got[1], str) else got[1].encode()
                self.send_response(got[0])
                for name, value in (got[2] if len(got) > 2 else {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_any

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = "http://" + self.host


def moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


class Bucket(Played):
    """A bucket that is empty, and remembers who asked: key ids and session tokens."""

    def __init__(self):
        super().__init__(lambda method, path, headers, body: (404, "<Error><Code>NoSuchKey</Code></Error>"))

    def keys(self):
        return {(re.search("Credential=([^/]+)/", one[2].get("authorization", ""))[1], one[2].get("x-amz-security-token", ""))
                for one in self.seen}


# ---- profiles

def a_target_takes_its_profile(temp):
    with servers.Versitygw(temp / "server") as server:
        bucket(server)
        root = new_shop(temp, prod={"url": TARGET, "profile": "sales-prod", "region": "us-east-1"})
        path = credentials(temp, {"sales-prod": {"aws": {"accessKeyId": server.key, "secretAccessKey": server.secret, "endpoint": server.url}}})
        # What the environment says of another server and other keys does not count for a profile.
        wrong = {"AWS_ACCESS_KEY_ID": "AKIAOTHER", "AWS_SECRET_ACCESS_KEY": CANARY, "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"}
        done = mesh("publish", "--to", "prod", cwd=root, **wrong)
        assert server.secret not in done.stdout + done.stderr
        mesh("verify", "--from", "prod", cwd=root)
        # A pipeline has its keys in the environment, and no file.
        path.unlink()
        done = mesh("verify", "--from", "prod", cwd=root, code=2, **server.environment())
        assert "there is no profile `sales-prod`" in done.stderr and "MESH_CREDENTIALS=environment" in done.stderr, done.stderr
        mesh("verify", "--from", "prod", cwd=root, MESH_CREDENTIALS="environment", **server.environment())
        mesh("verify", "--from", "prod", cwd=root, MESH_CREDENTIALS="anything", code=2, **server.environment())
        # A profile of AWS's own files, with its server.
        aws_files(temp, f"[profile sales-prod]\nendpoint_url = {server.url}\n",
                  f"[sales-prod]\naws_access_key_id = {server.key}\naws_secret_access_key = {server.secret}\n")
        mesh("verify", "--from", "prod", cwd=root, **wrong)
        credentials(temp, {"sales-prod": {"aws": {"profile": "sales-prod"}}})
        mesh("verify", "--from", "prod", cwd=root, **wrong)


def a_wrong_profile_says_so(temp):
    root = new_shop(temp, prod={"url": TARGET, "profile": "sales-prd"})
    keys = {"accessKeyId": "AKIA", "secretAccessKey": CANARY}

    def refused(*needles):
        done = mesh("plan", "--to", "prod", cwd=root, code=2)
        assert all(needle in done.stderr for needle in needles), (needles, done.stderr)

    refused("there is no profile `sales-prd` in", "credentials.yaml")
    path = credentials(temp, {"sales-prod": {"aws": keys}})
    refused("did you mean `sales-prod`?")
    aws_files(temp, "[profile sales-prd2]\nregion = eu-west-1\n")
    credentials(temp, {"x": {"aws": keys}})
    refused("did you mean `sales-prd2`?")
    credentials(temp, {"sales-prd": {"aws": keys}}, 0o644)
    refused("can be read by others", "chmod 600")
    credentials(temp, {"sales-prd": {"azure": {"account": "shop", "key": CANARY}}})
    refused("is for azure, and the target is of aws")
    credentials(temp, {"sales-prd": {"awz": keys}})
    refused("credentials.yaml:1:", "did you mean `aws`?")
    credentials(temp, {"sales-prd": {"aws": {"accessKeyId": "AKIA", "secretAccesKey": CANARY}}})
    refused("did you mean `secretAccessKey`?")
    credentials(temp, {"sales-prd": {"aws": {"accessKeyId": "AKIA"}}})
    refused("one half of a pair of keys only")
    credentials(temp, {"sales-prd": {"aws": {"accessKeyId": "AKIA", "secretAccessKey": CANARY + "\n"}}})
    refused("white space")
    credentials(temp, {"sales-prd": {"aws": {}}})
    refused("has no credentials of AWS")
    for text in f"profiles: [{CANARY}", f"profiles: {CANARY}", f"{CANARY}: x", f"profiles:\n  sales-prd:\n    aws:\n  {CANARY}: 1\n", f'profiles: "{CANARY}':
        credentials(temp, text)
        refused("credentials.yaml:")
    path.unlink()
    path.symlink_to("/dev/zero")
    refused("is not a file")


def a_profile_tells_of_its_server(temp):
    """What kind of server it is, how it is addressed, and the key it encrypts with."""
    root = new_shop(temp, prod={"url": TARGET, "profile": "p"})

    def answer(method, path, headers, body):
        return (200, "", {"ETag": '"e"'}) if method == "PUT" else (404, "<Error><Code>NoSuchKey</Code></Error>")

    with Played(answer) as there:
        keys = {"accessKeyId": "AKIAX", "secretAccessKey": CANARY, "endpoint": there.url}
        for more, told in (({"flavour": "garag"}, "no kind of S3 server is called `garag`"), ({"addressing": "sideways"}, "`sideways` is no `addressing`")):
            credentials(temp, {"p": {"aws": keys | more}})
            assert told in mesh("plan", "--to", "prod", cwd=root, code=2).stderr
        assert not there.seen
        credentials(temp, {"p": {"aws": keys | {"flavour": "garage"}}})
        mesh("plan", "--to", "prod", cwd=root)
        assert "/garage/s3/aws4_request" in there.seen[0][2]["authorization"], there.seen
        credentials(temp, {"p": {"aws": keys | {"addressing": "host", "endpoint": there.url.replace("127.0.0.1", "localhost")}}})
        assert "`shop-mesh.localhost:" in mesh("plan", "--to", "prod", cwd=root, code=2).stderr
        credentials(temp, {"p": {"aws": keys | {"kmsKey": "shop-key"}}})
        there.seen.clear()
        mesh("publish", "--to", "prod", cwd=root, code=2)  # it has no conditional writes
        put = next(headers for method, path, headers, body in there.seen if method == "PUT")
        assert put["x-amz-server-side-encryption"] == "aws:kms" and put["x-amz-server-side-encryption-aws-kms-key-id"] == "shop-key", put


def each_domain_has_its_own(temp):
    root = new_shop(temp, prod={"url": TARGET, "profile": "mesh"})
    other = root / "domains/finance/invoices"
    for source in (root / "domains/sales/orders").iterdir():
        text = source.read_text().replace("urn:shop:orders", "urn:shop:invoices").replace("domain: sales", "domain: finance")
        shop.write(str(other / source.name), text)
    shop.write(str(root / "domains/finance/domain.yaml"), shop.DOMAIN.replace("name: sales", "name: finance"))
    for domain in "sales", "finance":
        with open(root / f"domains/{domain}/domain.yaml", "a", encoding="utf-8") as file:
            file.write(f"targets: {{prod: {{profile: {domain}}}}}\n")
    with Bucket() as one, Bucket() as two:
        credentials(temp, {name: {"aws": {"accessKeyId": f"AKIA{name.upper()}", "secretAccessKey": CANARY, "endpoint": place.url}}
                           for name, place in (("sales", one), ("finance", two))})
        # The profile of the mesh is not there, and nobody needs it.
        done = mesh("plan", "--to", "prod", "--format", "json", cwd=root)
        assert {release["action"] for release in json.loads(done.stdout)["releases"]} == {"created"}, done.stdout
        assert {key for key, _ in one.keys()} == {"AKIASALES"} and {key for key, _ in two.keys()} == {"AKIAFINANCE"}
        assert all("/sales/" in seen[1] for seen in one.seen) and all("/finance/" in seen[1] for seen in two.seen)
        # As readers they have the mesh's, which is not there.
        assert "there is no profile `mesh`" in mesh("list", "--from", "prod", cwd=root, code=2).stderr


# ---- AWS

def plan(temp, code=0, place=None, **environment):
    """What a plan reads from an empty bucket, with that environment: who asked there."""
    root = temp / "shop"
    if not root.exists():
        new_shop(temp)
    with place or Bucket() as there:
        done = mesh("plan", "--to", TARGET, cwd=root, code=code, AWS_ENDPOINT_URL_S3=there.url, **environment)
        return there.keys() if code == 0 else done.stderr


def the_shared_files_are_read(temp):
    aws_files(temp, "[profile two]\nregion = eu-west-1\naws_access_key_id = AKIATWO\naws_secret_access_key = " + CANARY,
              "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = " + CANARY)
    assert plan(temp) == {("AKIADEFAULT", "")}
    assert plan(temp, AWS_PROFILE="two") == {("AKIATWO", "")}
    assert "did you mean `two`?" in plan(temp, 2, AWS_PROFILE="tow")
    assert plan(temp, AWS_PROFILE="two", AWS_ACCESS_KEY_ID="AKIAENV", AWS_SECRET_ACCESS_KEY=CANARY) == {("AKIAENV", "")}
    aws_files(temp, "", f"[default]\naws_access_key_id\n{CANARY}\n")
    assert "line 2 of" in plan(temp, 2)
    aws_files(temp, "[default]\nsso_session = shop\n")
    assert "aws configure export-credentials" in plan(temp, 2)


def a_program_lends_keys(temp):
    tool = temp / "lend"
    count = temp / "count"
    tool.write_text(f"""#!/bin/sh
echo x >> {count}
echo {CANARY} >&2
printf '{{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "{CANARY}", "SessionToken": "t", "Expiration": "%s"}}' "$1" {moment(3600)}
""")
    tool.chmod(0o755)
    aws_files(temp, f"[default]\ncredential_process = {tool} 'AKIA$HOME;x'\n")
    assert plan(temp) == {("AKIA$HOME;x", "t")}
    assert count.read_text() == "x\n", "the program ran more than once"
    tool.write_text(f"#!/bin/sh\necho {CANARY} >&2\necho {CANARY}\nexit 3\n")
    err = plan(temp, 2)
    assert "ended with code 3" in err, err
    tool.write_text(f"#!/bin/sh\necho {CANARY}\n")
    assert "are no credentials" in plan(temp, 2)
    root = new_shop(temp, prod={"url": TARGET, "profile": "p"})
    tool.write_text(f"""#!/bin/sh\nprintf '{{"Version": 1, "AccessKeyId": "AKIAP", "SecretAccessKey": "{CANARY}"}}'\n""")
    with Bucket() as there:
        credentials(temp, {"p": {"aws": {"command": [str(tool), "a b"], "endpoint": there.url}}})
        mesh("plan", "--to", "prod", cwd=root)
        assert there.keys() == {("AKIAP", "")}


def roles_are_assumed(temp):
    """At moto's STS, which looks at signatures here."""
    with servers.Moto(temp / "server") as server:
        sts = {"AWS_ENDPOINT_URL_STS": server.url, "AWS_REGION": "us-east-1"}
        role = "arn:aws:iam::123456789012:role/sales"
        server.boto3("iam").create_role(RoleName="sales", AssumeRolePolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}))
        keys = f"aws_access_key_id = {server.key}\naws_secret_access_key = {server.secret}\n"
        aws_files(temp, f"[default]\nrole_arn = {role}\nsource_profile = base\nexternal_id = x1\nrole_session_name = ci\nduration_seconds = 900\n", "[base]\n" + keys)
        with servers.Proxy(server.url) as proxy:
            [(key, token)] = plan(temp, **sts | {"AWS_ENDPOINT_URL_STS": proxy.url})
            assert key.startswith("ASIA") and token, key
            assert proxy.requests == [("POST", "/")], proxy.requests
        [(key, token)] = plan(temp, **sts, AWS_PROFILE="default", AWS_ENDPOINT_URL=server.url)
        # By what the environment has.
        aws_files(temp, f"[profile e]\nrole_arn = {role}\ncredential_source = Environment\n[profile loop]\nrole_arn = {role}\nsource_profile = pool\n"
                        f"[profile pool]\nrole_arn = {role}\nsource_profile = loop\n[profile self]\nrole_arn = {role}\nsource_profile = self\n" + keys)
        assert "leads in a circle" in plan(temp, 2, **sts, AWS_PROFILE="loop")
        assert next(iter(plan(temp, **sts, AWS_PROFILE="self")))[0].startswith("ASIA")
        # A wrong secret is refused by STS, and says so.
        aws_files(temp, f"[default]\nrole_arn = {role}\nsource_profile = base\n", f"[base]\naws_access_key_id = {server.key}\naws_secret_access_key = {CANARY}\n")
        err = plan(temp, 6, **sts)
        assert "assume the role `arn:aws:iam::123456789012:role/sales`: HTTP 403: SignatureDoesNotMatch" in err, err
        # A profile of ours, for a domain.
        root = new_shop(temp, prod={"url": TARGET, "profile": "p"})
        with Bucket() as there:
            credentials(temp, {"p": {"aws": {"accessKeyId": server.key, "secretAccessKey": server.secret, "role": role, "region": "us-east-1",
                                             "endpoint": there.url, "stsEndpoint": server.url}}})
            mesh("plan", "--to", "prod", cwd=root)
            assert next(iter(there.keys()))[0].startswith("ASIA"), there.keys()


def identities_become_roles(temp):
    with servers.Moto(temp / "server") as server:
        # With IAM on it wants a signature of requests that have none.
        server.reset_auth("100000")
        role = "arn:aws:iam::123456789012:role/ci"
        environment = {"AWS_ENDPOINT_URL_STS": server.url, "AWS_REGION": "us-east-1", "AWS_ROLE_ARN": role}
        token = temp / "token"
        token.write_text(CANARY + "\n")
        [(key, _)] = plan(temp, **environment, AWS_WEB_IDENTITY_TOKEN_FILE=str(token))
        assert key.startswith("ASIA")
        aws_files(temp, f"[default]\nrole_arn = {role}\nweb_identity_token_file = {token}\n")
        [(key, _)] = plan(temp, **environment | {"AWS_ROLE_ARN": None})
        assert key.startswith("ASIA")
        aws_files(temp)
        # GitHub makes a token for a job, and GitLab sets one.
        with Played(lambda method, path, headers, body: (200, {"value": "jwt." + CANARY})) as github:
            [(key, _)] = plan(temp, **environment, ACTIONS_ID_TOKEN_REQUEST_URL=github.url + "/token?x=1", ACTIONS_ID_TOKEN_REQUEST_TOKEN=CANARY)
            method, path, headers, _ = github.seen[0]
            assert (method, path, headers["authorization"]) == ("GET", "/token?x=1&audience=sts.amazonaws.com", "Bearer " + CANARY), github.seen
        [(key, _)] = plan(temp, **environment, MESH_ID_TOKEN="jwt." + CANARY)
        # By a profile; and what is missing is said.
        root = new_shop(temp, prod={"url": TARGET, "profile": "p"})
        with Bucket() as there:
            credentials(temp, {"p": {"aws": {"role": role, "endpoint": there.url, "stsEndpoint": server.url}}})
            mesh("plan", "--to", "prod", cwd=root, MESH_ID_TOKEN="jwt." + CANARY)
            assert "nobody to assume it" in mesh("plan", "--to", "prod", cwd=root, code=2).stderr
        assert "AWS_ROLE_ARN is not" in plan(temp, 2, AWS_WEB_IDENTITY_TOKEN_FILE=str(token))
        assert "is empty" in plan(temp, 2, **environment, AWS_WEB_IDENTITY_TOKEN_FILE="/dev/null")

    with Played(lambda method, path, headers, body: (400, "<ErrorResponse><Error><Code>ExpiredTokenException</Code><Message>old</Message></Error></ErrorResponse>")) as sts:
        err = plan(temp, 6, **environment | {"AWS_ENDPOINT_URL_STS": sts.url}, AWS_WEB_IDENTITY_TOKEN_FILE=str(token))
        assert "ExpiredTokenException" in err, err
        sent = dict(urllib.parse.parse_qsl(sts.seen[0][3].decode()))
        assert sent["WebIdentityToken"] == CANARY and sent["RoleArn"] == role and "authorization" not in sts.seen[0][2], sent


def containers_hand_out_keys(temp):
    token = temp / "token"
    token.write_text("pod-token\n")

    def answer(method, path, headers, body):
        if headers.get("authorization") != "pod-token":
            return 401, {"code": "no", "message": CANARY and "who are you"}
        return 200, {"AccessKeyId": "ASIAPOD", "SecretAccessKey": CANARY, "Token": "t", "Expiration": moment(3600)}

    with Played(answer) as pod:
        full = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": pod.url + "/v1/credentials", "http_proxy": "http://127.0.0.1:9"}
        assert plan(temp, **full, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(token)) == {("ASIAPOD", "t")}
        assert len(pod.seen) == 1
        assert "who are you" in plan(temp, 6, **full)
        for url, needle in (("http://10.0.0.1/x", "names `10.0.0.1` by http"), ("http://169.254.169.254/x", "by http"), ("ftp://x/", "https and http")):
            assert needle in plan(temp, 2, AWS_CONTAINER_CREDENTIALS_FULL_URI=url)


class Instance(Played):
    def __init__(self, life=3600, token=True, role="shop"):
        self.lent = 0

        def answer(method, path, headers, body):
            if path == "/latest/api/token":
                good = method == "PUT" and int(headers["x-aws-ec2-metadata-token-ttl-seconds"]) > 0
                return (200, "T0K") if good and token else (403, "")
            if headers.get("x-aws-ec2-metadata-token") != "T0K":
                return 401, ""
            if path == "/latest/meta-data/iam/security-credentials/":
                return (200, role) if role else (404, "")
            self.lent += 1
            return 200, {"Code": "Success", "AccessKeyId": f"ASIA{self.lent}", "SecretAccessKey": CANARY, "Token": f"t{self.lent}", "Expiration": moment(life)}

        super().__init__(answer)

    def environment(self):
        return {"AWS_EC2_METADATA_SERVICE_ENDPOINT": self.url, "MESH_NO_METADATA": None, "http_proxy": "http://127.0.0.1:9"}


def instances_hand_out_keys(temp):
    with Instance() as instance:
        assert plan(temp, **instance.environment()) == {("ASIA1", "t1")}
        assert [seen[:2] for seen in instance.seen] == [("PUT", "/latest/api/token"), ("GET", "/latest/meta-data/iam/security-credentials/"),
                                                       ("GET", "/latest/meta-data/iam/security-credentials/shop")], instance.seen
        assert "is not to be asked" in plan(temp, 2, **instance.environment(), AWS_EC2_METADATA_DISABLED="true")
    with Instance(token=False) as instance:
        assert "gives no token" in plan(temp, 2, **instance.environment())
        assert len(instance.seen) == 1, "version 1 was asked"
    with Instance(role="") as instance:
        assert "has no role" in plan(temp, 2, **instance.environment())
    # Only where a cloud has it, whatever somebody sets.
    begun = time.monotonic()
    assert "does not answer" in plan(temp, 2, AWS_EC2_METADATA_SERVICE_ENDPOINT="http://192.0.2.1", MESH_NO_METADATA=None)
    assert time.monotonic() - begun < 20


def keys_are_lent_again_before_they_end(temp):
    """Nine products, so that many threads ask; the keys live for a moment less than mesh wants them to."""
    root = new_shop(temp)
    for i in range(8):
        for source in (root / "domains/sales/orders").iterdir():
            shop.write(str(root / f"domains/sales/p{i}" / source.name), source.read_text().replace("urn:shop:orders", f"urn:shop:p{i}"))
    with Instance(life=3600) as instance:
        assert plan(temp, **instance.environment()) == {("ASIA1", "t1")}
        assert instance.lent == 1
    expired = "<Error><Code>ExpiredToken</Code><Message>old</Message></Error>"
    place = Bucket()
    place_answer = lambda method, path, headers, body: (400, expired) if "t1" == headers.get("x-amz-security-token") else (404, "<Error><Code>NoSuchKey</Code></Error>")
    with Instance() as instance, Played(place_answer) as there:
        place.server.server_close()
        mesh("plan", "--to", TARGET, cwd=root, AWS_ENDPOINT_URL_S3=there.url, **instance.environment())
        tokens = {seen[2]["x-amz-security-token"] for seen in there.seen}
        assert tokens == {"t1", "t2"} and instance.lent == 2, (tokens, instance.lent)


# ---- Google

def rsa_key():
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    return key, pem


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


class Google(Played):
    """Tokens of Google, and a bucket that is empty for who bears one."""

    def __init__(self, public=None):
        def answer(method, path, headers, body):
            form = dict(urllib.parse.parse_qsl(body.decode("latin1")))
            if path == "/token":
                if form["grant_type"].endswith("jwt-bearer"):
                    self.check(form["assertion"], public)
                elif form["grant_type"] == "refresh_token":
                    assert form == {"grant_type": "refresh_token", "client_id": "id", "client_secret": CANARY, "refresh_token": CANARY}, form
                else:
                    assert form["grant_type"].endswith("token-exchange") and form["subject_token"] == CANARY, form
                return 200, {"access_token": "ya29." + CANARY, "expires_in": 3599, "token_type": "Bearer"}
            if path.startswith("/computeMetadata/"):
                good = headers.get("metadata-flavor") == "Google"
                return (200 if good else 403), {"access_token": "ya29." + CANARY, "expires_in": 3599}, {"Metadata-Flavor": "Google"}
            if headers.get("authorization") != "Bearer ya29." + CANARY:
                return 401, {"error": {"message": "Invalid Credentials"}}
            return (404 if "/o/" in path else 200), {"error": {"message": "No such object"}} if "/o/" in path else {}

        super().__init__(answer)

    def check(self, assertion, public):
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding
        head, claims, signature = assertion.split(".")
        public.verify(decoded(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
        assert json.loads(decoded(head)) == {"alg": "RS256", "kid": "k1", "typ": "JWT"}
        claims = json.loads(decoded(claims))
        assert claims["iss"] == "ci@shop.iam.gserviceaccount.com" and claims["exp"] - claims["iat"] == 3600, claims
        assert claims["aud"] == "https://oauth2.googleapis.com/token" and claims["scope"].endswith("/devstorage.read_write"), claims


def google_files_become_tokens(temp):
    key, pem = rsa_key()
    account = {"type": "service_account", "client_email": "ci@shop.iam.gserviceaccount.com", "private_key_id": "k1", "private_key": pem,
               "token_uri": "https://oauth2.googleapis.com/token"}
    user = {"type": "authorized_user", "client_id": "id", "client_secret": CANARY, "refresh_token": CANARY}
    subject = temp / "subject"
    subject.write_text(CANARY)
    external = {"type": "external_account", "audience": "//iam.googleapis.com/projects/1/x", "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
                "token_url": "https://sts.googleapis.com/v1/token", "credential_source": {"file": str(subject)}}
    in_json = temp / "subject.json"
    in_json.write_text(json.dumps({"t": CANARY}))
    root = new_shop(temp, prod={"url": "gs://shop-mesh/catalog", "profile": "g"})
    file = temp / "google.json"
    with Google(key.public_key()) as google:
        for about in account, user, external, external | {"credential_source": {"file": str(in_json), "format": {"type": "json", "subject_token_field_name": "t"}}}:
            file.write_text(json.dumps(about))
            google.seen.clear()
            credentials(temp, {"g": {"google": {"file": str(file), "endpoint": google.url, "tokenEndpoint": google.url + "/token"}}})
            mesh("plan", "--to", "prod", cwd=root)
            assert [seen[1] for seen in google.seen].count("/token") == 1, google.seen
        credentials(temp, {"g": {"google": {"workloadIdentityProvider": "projects/1/x", "tokenEndpoint": google.url + "/token", "endpoint": google.url}}})
        mesh("plan", "--to", "prod", cwd=root, MESH_ID_TOKEN=CANARY)
        assert "no token of identity" in mesh("plan", "--to", "prod", cwd=root, code=2).stderr
        # The machine's own, by the environment.
        direct = {"CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": google.url, "GCE_METADATA_HOST": google.host}
        mesh("plan", "--to", "gs://shop-mesh/catalog", cwd=root, MESH_NO_METADATA=None, **direct)
        assert "there are no credentials" in mesh("plan", "--to", "gs://shop-mesh/catalog", cwd=root, code=2, **direct).stderr
        for text, needle in (("[]", "no JSON object"), ("{}", "has no `type`"), (json.dumps(account | {"private_key": CANARY}), "no RSA key"),
                             (json.dumps({"type": "external_account"}), "credential_source")):
            file.write_text(text)
            err = mesh("plan", "--to", "gs://shop-mesh/catalog", cwd=root, code=2, GOOGLE_APPLICATION_CREDENTIALS=str(file), **direct).stderr
            assert needle in err, err


def what_a_file_names_is_public(temp):
    """A file of credentials that somebody hands over cannot make mesh ask this machine or its network."""
    key, pem = rsa_key()
    root = new_shop(temp)
    subject = temp / "subject"
    subject.write_text(CANARY)
    file = temp / "google.json"
    with Google(key.public_key()) as google:
        port = google.host.rpartition(":")[2]
        for host in "http://127.0.0.1:" + port, f"https://127.0.0.1:{port}", f"https://localhost:{port}", "https://169.254.169.254", f"https://[::1]:{port}":
            for about in ({"type": "service_account", "client_email": "a@b", "private_key": pem, "token_uri": host + "/token"},
                          {"type": "external_account", "audience": "a", "subject_token_type": "b", "token_url": host + "/token", "credential_source": {"file": str(subject)}},
                          {"type": "external_account", "audience": "a", "subject_token_type": "b", "credential_source": {"url": host + "/token"}}):
                file.write_text(json.dumps(about))
                done = mesh("plan", "--to", "gs://shop-mesh/catalog", cwd=root, code=6, GOOGLE_APPLICATION_CREDENTIALS=str(file))
                assert "manifest names" in done.stderr or "must be public" in done.stderr, done.stderr
        assert not google.seen, google.seen


# ---- Azure

class Azure(Played):
    def __init__(self, proof):
        def answer(method, path, headers, body):
            form = dict(urllib.parse.parse_qsl(body.decode("latin1")))
            if path == "/tenant-1/oauth2/v2.0/token":
                expected = proof | {"client_id": "app", "scope": "https://storage.azure.com/.default", "grant_type": "client_credentials"}
                return (200, {"access_token": "eyJ" + CANARY, "expires_in": 3599}) if form == expected else (
                    401, {"error": "invalid_client", "error_description": "AADSTS7000215: no\r\nTrace"})
            if path.startswith("/metadata/identity/oauth2/token?"):
                query = dict(urllib.parse.parse_qsl(path.partition("?")[2]))
                assert query["resource"] == "https://storage.azure.com" and headers["metadata"] == "true", (query, headers)
                return 200, {"access_token": "eyJ" + CANARY, "expires_on": str(int(time.time()) + 3600)}
            if path.startswith("/msi?"):
                assert headers["x-identity-header"] == CANARY, headers
                return 200, {"access_token": "eyJ" + CANARY, "expires_on": str(int(time.time()) + 3600)}
            if headers.get("authorization") != "Bearer eyJ" + CANARY:
                return 403, "<Error><Code>AuthenticationFailed</Code></Error>"
            return 404, "<Error><Code>BlobNotFound</Code></Error>", {"x-ms-error-code": "BlobNotFound"}

        super().__init__(answer)


def azure_identities_become_tokens(temp):
    root = new_shop(temp, prod={"url": "az://shop/shop-mesh/catalog", "profile": "a"})
    token = temp / "token"
    token.write_text(CANARY)
    assertion = {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion": CANARY}
    client = {"tenant": "tenant-1", "clientId": "app"}
    for proof, profile, environment in (
            ({"client_secret": CANARY}, client | {"clientSecret": CANARY}, {}),
            (assertion, client | {"tokenFile": str(token)}, {}),
            (assertion, client, {"MESH_ID_TOKEN": CANARY}),
            ({}, {"managedIdentity": "true"}, {"MESH_NO_METADATA": None}),
            ({}, {"managedIdentity": "true", "clientId": "app"}, {"IDENTITY": "yes"})):
        with Azure(proof) as azure:
            environment = environment | {"AZURE_POD_IDENTITY_AUTHORITY_HOST": azure.url}
            if environment.pop("IDENTITY", ""):
                environment |= {"IDENTITY_ENDPOINT": azure.url + "/msi", "IDENTITY_HEADER": CANARY}
            credentials(temp, {"a": {"azure": profile | {"account": "shop", "endpoint": azure.url + "/shop", "authority": azure.url}}})
            mesh("plan", "--to", "prod", cwd=root, **environment)
            assert len([one for one in azure.seen if "token" in one[1] or "msi" in one[1]]) == 1, azure.seen
    with Azure({"client_secret": CANARY}) as azure:
        credentials(temp, {"a": {"azure": client | {"clientSecret": "no" + CANARY, "account": "shop", "endpoint": azure.url + "/shop", "authority": azure.url}}})
        err = mesh("plan", "--to", "prod", cwd=root, code=6).stderr
        assert "invalid_client: AADSTS7000215: no" in err and "Trace" not in err, err
    # By the environment, up to the door: Azure itself is not asked.
    with Azure({"client_secret": CANARY}) as azure:
        refused = {"AZURE_TENANT_ID": "tenant-1", "AZURE_CLIENT_ID": "app", "AZURE_CLIENT_SECRET": "no" + CANARY, "AZURE_AUTHORITY_HOST": azure.url}
        assert "ask Entra for a token of the client `app`" in mesh("plan", "--to", "az://shop/shop-mesh/catalog", cwd=root, code=6, **refused).stderr
    assert "there are no credentials" in mesh("plan", "--to", "az://shop/shop-mesh/catalog", cwd=root, code=2).stderr


# ---- the doctor

def the_doctor_tells(temp):
    with servers.Versitygw(temp / "server") as server:
        bucket(server)
        root = new_shop(temp, prod={"url": TARGET, "profile": "sales", "region": "us-east-1"})
        path = credentials(temp, {"sales": {"aws": {"accessKeyId": server.key, "secretAccessKey": server.secret, "endpoint": server.url}}})

        def told(*words, code=0, **environment):
            done = mesh("doctor", *words, "--format", "json", cwd=root, code=code, **environment)
            assert server.secret not in done.stdout + done.stderr
            [target] = json.loads(done.stdout)["targets"]
            return target

        target = told("prod")
        assert target["credentials"] == {"source": f"keys of profile `sales` of `{path}`", "usable": True, "id": server.key, "expires": None}, target
        assert (target["target"], target["domains"], target["profile"], target["readable"]) == (TARGET, ["sales"], "sales", True), target
        assert target["server"]["url"] == server.url and target["clock"]["direction"] == "in step", target
        assert target["conditionalWrites"] == "not-tried" and target["written"] is None and not target["problems"], target
        assert not list((server.data / "shop-mesh").rglob("*")), "it wrote"
        target = told("prod", "--probe", "sales/orders")
        assert (target["conditionalWrites"], target["written"]) == ("yes", "sales/orders/oci-layout"), target
        with servers.Proxy(server.url) as proxy:
            credentials(temp, {"sales": {"aws": {"accessKeyId": server.key, "secretAccessKey": server.secret, "endpoint": proxy.url}}})
            before = {path: path.stat().st_mtime_ns for path in (server.data / "shop-mesh").rglob("*") if path.is_file()}
            target = told("prod")
            assert (target["conditionalWrites"], target["probed"], target["written"]) == ("yes", "sales/orders/oci-layout", None), target
            assert before == {path: path.stat().st_mtime_ns for path in (server.data / "shop-mesh").rglob("*") if path.is_file()}
        credentials(temp, {"sales": {"aws": {"accessKeyId": server.key, "secretAccessKey": server.secret, "endpoint": server.url}}})
        text = mesh("doctor", "prod", cwd=root, AWS_PROFILE="x").stdout
        for needle in "target       " + TARGET, "profile      sales", server.key, "reading      works", "clock        in step":
            assert needle in text, (needle, text)
        # What is wrong: the secret, the bucket, the server, a store without conditions, a clock.
        credentials(temp, {"sales": {"aws": {"accessKeyId": server.key, "secretAccessKey": CANARY, "endpoint": server.url}}})
        target = told("prod", code=6)
        assert target["readable"] is False and "SignatureDoesNotMatch" in target["problems"][0]["message"], target
        target = told("s3://nowhere/x", code=2, **server.environment())
        assert target["credentials"]["source"] == "AWS_ACCESS_KEY_ID of the environment" and "NoSuchBucket" in target["problems"][0]["message"], target
        target = told(TARGET, code=5, **server.environment() | {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"})
        assert target["server"] is None and target["credentials"]["usable"], target
        credentials(temp, {"sales": {"aws": {"accessKeyId": server.key, "secretAccessKey": CANARY}}}, 0o604)
        target = told("prod", code=2)
        assert target["credentials"] is None and "can be read by others" in target["problems"][0]["message"], target
    aws_files(temp, "", f"[default]\naws_access_key_id = AKIA1\naws_secret_access_key = {CANARY}\n")
    (temp / "home/.aws/credentials").chmod(0o644)
    import email.utils
    late = email.utils.formatdate(time.time() + 1000, usegmt=True)

    class Late(Careless):
        def date_time_string(self, timestamp=None):
            return late

    stub = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Late)
    threading.Thread(target=stub.serve_forever, daemon=True).start()
    done = mesh("doctor", TARGET, "--probe", "sales/orders", "--format", "json", cwd=root, code=2, AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{stub.server_address[1]}")
    stub.shutdown()
    stub.server_close()
    [target] = json.loads(done.stdout)["targets"]
    assert (target["conditionalWrites"], target["written"]) == ("no", "sales/orders/oci-layout"), target
    assert target["clock"]["direction"] == "behind" and 996 <= target["clock"]["seconds"] <= 1003 and "behind the server's: signatures" in done.stderr, (target, done.stderr)
    assert "others can read" in done.stderr, done.stderr


class Careless(http.server.BaseHTTPRequestHandler):
    """A store that takes conditions and does not look at them."""
    objects = {}

    def do_GET(self):
        data = self.objects.get(self.path)
        if data is None:
            data = b"<Error><Code>NoSuchKey</Code></Error>"
        self.send_response(200 if self.path in self.objects else 404)
        self.send_header("ETag", f'"{len(data):032x}"')
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_PUT(self):
        self.objects[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("ETag", f'"{len(self.objects[self.path]):032x}"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


CHECKS = [a_target_takes_its_profile, a_wrong_profile_says_so, a_profile_tells_of_its_server, each_domain_has_its_own, the_shared_files_are_read, a_program_lends_keys,
          roles_are_assumed, identities_become_roles, containers_hand_out_keys, instances_hand_out_keys, keys_are_lent_again_before_they_end,
          google_files_become_tokens, what_a_file_names_is_public, azure_identities_become_tokens, the_doctor_tells]


def main():
    if not servers.in_peers_python(__file__):
        servers.skip("boto3 is not installed")
    failed, skipped = [], []
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        if sys.argv[2:] and check.__name__ not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory(prefix="mesh-credentials-") as temp:
            try:
                (pathlib.Path(temp).resolve() / "home").mkdir()
                check(pathlib.Path(temp).resolve())
                print("ok      ", name, flush=True)
            except servers.Missing as missing:
                skipped.append(name)
                print("skipped ", name + ":", missing, flush=True)
            except (AssertionError, subprocess.SubprocessError, OSError, ValueError, LookupError) as error:
                failed.append(name)
                print("FAILED  ", name + f": {type(error).__name__}", str(error)[:3000], flush=True)
    servers.end(failed, skipped)


if __name__ == "__main__":
    main()
