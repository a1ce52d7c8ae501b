#!/usr/bin/env python3
"""The policies that `mesh help policies` prints, on servers that know policies: what they are for works, and nothing else does.

usage: policies.py MESH [SERVER…] [CHECK…]    servers: moto; minio, with MESH_TEST_MINIO=1, where it is named

Moto looks neither at conditions nor at what is copied, so lists end at the prefix on MinIO only. A server that is not installed is a skip (77), with CI set a failure.
"""
import base64
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import servers
import shop

MESH = pathlib.Path(sys.argv[1]).resolve()
PATIENCE = 120
BUCKET, PREFIX = "shop-mesh", "catalog"
TARGET = f"s3://{BUCKET}/{PREFIX}"
ROLE = "arn:aws:iam::123456789012:role/sales"


# ---- who asks

class Issuer:
    """Makes tokens as a pipeline's service does, and tells its key as OpenID Connect has it."""

    def __init__(self):
        from cryptography.hazmat.primitives.asymmetric import rsa
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        numbers = self.key.public_key().public_numbers()
        issuer = self

        def number(value):
            return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                told = {"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k1", "n": number(numbers.n), "e": number(numbers.e)}]} \
                    if self.path == "/keys" else {"issuer": issuer.url, "jwks_uri": issuer.url + "/keys"}
                data = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, **claims):
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding
        now = int(time.time())
        said = {"iss": self.url, "sub": "repo:shop/sales:ref:refs/heads/main", "aud": "mesh", "iat": now, "exp": now + 3600, **claims}
        text = encoded(json.dumps({"alg": "RS256", "kid": "k1", "typ": "JWT"})) + "." + encoded(json.dumps(said))
        return text + "." + encoded(self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def encoded(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else data.encode()).decode().rstrip("=")


class Who:
    """Somebody with policies: the profile that mesh has of them, what their environment adds, and a client that is not mesh's."""

    def __init__(self, server, keys, profile=None, environment=None):
        self.client = server.boto3(key=keys["AccessKeyId"], secret=keys["SecretAccessKey"], token=keys.get("SessionToken"))
        named = {"AccessKeyId": "accessKeyId", "SecretAccessKey": "secretAccessKey", "SessionToken": "sessionToken"}
        self.secrets = [keys["SecretAccessKey"], *(environment or {}).values()]
        self.profile = {"endpoint": server.url, "region": "us-east-1",
                        **(profile or {mine: keys[name] for name, mine in named.items() if name in keys})}
        self.environment = environment or {}


class Moto(servers.Moto):
    looks_at_conditions = looks_at_copies = False
    ways = ("a user",)

    def who(self, way, **policies):
        name = "-".join(policies)
        iam = self.boto3("iam")
        iam.create_user(UserName=name)
        for policy, document in policies.items():
            iam.put_user_policy(UserName=name, PolicyName=policy, PolicyDocument=document)
        return Who(self, iam.create_access_key(UserName=name)["AccessKey"])


class Minio(servers.Minio):
    looks_at_conditions = looks_at_copies = True
    ways = ("a pipeline", "lent keys")

    def __init__(self, folder):
        self.issuer = Issuer()
        try:
            super().__init__(folder, MINIO_IDENTITY_OPENID_CONFIG_URL=self.issuer.url + "/.well-known/openid-configuration",
                             MINIO_IDENTITY_OPENID_CLIENT_ID="mesh", MINIO_IDENTITY_OPENID_CLAIM_NAME="policy")
        except BaseException:
            self.issuer.stop()
            raise

    def stop(self):
        super().stop()
        self.issuer.stop()

    def who(self, way, **policies):
        sts = self.boto3("sts")
        if way == "lent keys":
            statements = [statement for document in policies.values() for statement in json.loads(document)["Statement"]]
            document = json.dumps({"Version": "2012-10-17", "Statement": statements})
            return Who(self, sts.assume_role(RoleArn=ROLE, RoleSessionName="sales", Policy=document)["Credentials"])
        for name, document in policies.items():
            self.keep_policy(name, document)
        token = self.issuer.token(policy=list(policies))
        keys = sts.assume_role_with_web_identity(RoleArn=ROLE, RoleSessionName="sales", WebIdentityToken=token)["Credentials"]
        return Who(self, keys, {"role": ROLE, "stsEndpoint": self.url}, {"MESH_ID_TOKEN": token})


# ---- the shop

class Shop:
    """Two domains of one product each; `run` is mesh there, as somebody."""

    def __init__(self, temp, target=TARGET):
        self.temp, self.root = temp, temp / "shop"
        self.targets = f"targets:\n  prod: {{url: \"{target}\", profile: mesh}}\n"
        self.change("1.0.0")
        for source in (self.root / "domains/sales/orders").iterdir():
            text = source.read_text().replace("urn:shop:orders", "urn:shop:invoices").replace("domain: sales", "domain: finance")
            shop.write(str(self.root / "domains/finance/invoices" / source.name), text)
        shop.write(str(self.root / "domains/finance/domain.yaml"), shop.DOMAIN.replace("name: sales", "name: finance"))

    def change(self, version):
        shop.write_mesh(str(self.root), version, "of " + version)
        shop.write(str(self.root / "mesh.yaml"), shop.MESH + self.targets)

    def credentials(self, **profiles):
        path = self.temp / "home/config/mesh/credentials.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"profiles": {name: {"aws": who.profile} for name, who in profiles.items()}}))
        path.chmod(0o600)

    def run(self, who, *words, **how):
        self.credentials(mesh=who)
        return self.run_as_it_is(who, *words, **how)

    def run_as_it_is(self, who, *words, code=0, before=(), **environment):
        done = subprocess.run([*before, MESH, *map(str, words)], cwd=self.root, capture_output=True, text=True, timeout=PATIENCE,
                              env=shop.environment(str(self.temp / "home")) | who.environment | environment)
        printed = done.stdout + done.stderr
        assert not any(secret in printed for secret in who.secrets), "a secret was printed: " + printed
        assert done.returncode == code, (words, done.returncode, printed)
        return done

    def refused(self, who, *words, **environment):
        done = self.run(who, *words, code=6, **environment)
        assert "AccessDenied" in done.stdout + done.stderr, (words, done.stdout, done.stderr)
        return done


def policies(prefix=PREFIX, domain="sales"):
    """The policies of a domain and of a reader, as they are printed, filled in."""
    printed = subprocess.run([MESH, "help", "policies"], check=True, capture_output=True, text=True).stdout
    found = []
    for begin in ("Of a domain", "Of who reads"):
        text = printed[printed.index("{", printed.index(begin)):]
        document = json.dumps(json.JSONDecoder().raw_decode(text)[0])
        document = document.replace("PREFIX/", prefix + "/" if prefix else "")
        found.append(document.replace("BUCKET", BUCKET).replace("DOMAIN", domain))
    return found


class Root:
    """Who may do everything."""
    environment = {}

    def __init__(self, server):
        self.secrets = [server.secret]
        self.profile = {"endpoint": server.url, "region": "us-east-1", "accessKeyId": server.key, "secretAccessKey": server.secret}


# ---- checks

def a_domain_keeps_its_prefix(temp, server, way):
    the = Shop(temp)
    server.boto3().create_bucket(Bucket=BUCKET)
    sales = server.who(way, sales=policies()[0])
    root = Root(server)

    # What is its own, by every command that the page names.
    the.run(sales, "plan", "domains/sales", "--to", "prod", "--exit-code", code=1)
    the.run(sales, "publish", "domains/sales", "--to", "prod")
    done = the.run(sales, "publish", "domains/sales", "--to", "prod", "--format", "json")
    assert [one["action"] for one in json.loads(done.stdout)["releases"]] == ["unchanged"], done.stdout
    the.run(sales, "status", "domains/sales", "--to", "prod", "--exit-code")
    the.run(sales, "verify", "sales/orders", "--from", "prod")
    the.run(sales, "pull", "sales/orders", "--from", "prod", "-o", "../pulled")
    the.run(sales, "show", "sales/orders", "--from", "prod")
    the.run(sales, "yank", "sales/orders@1.0.0", "--from", "prod")
    the.run(sales, "unyank", "sales/orders@1.0.0", "--from", "prod")
    the.change("1.1.0")
    the.run(sales, "publish", "domains/sales", "--to", "prod")
    the.run(sales, "rollback", "sales/orders@1.0.0", "--from", "prod", "--yes")
    the.change("1.2.0")
    the.run(sales, "publish", "domains/sales", "--to", "./tested")
    the.run(sales, "promote", "sales/orders@1.2.0", "--from", "./tested", "--to", "prod")
    server.boto3().delete_object(Bucket=BUCKET, Key=f"{PREFIX}/sales/listing.json")
    the.run(sales, "index", "sales", "--from", "prod")
    # A blob that nothing leads to, and one of the size that is sent in parts.
    large = os.urandom((64 << 20) + 1)
    garbage = [f"{PREFIX}/sales/orders/blobs/sha256/{hashlib.sha256(data).hexdigest()}" for data in (b"x", large)]
    sales.client.put_object(Bucket=BUCKET, Key=garbage[0], Body=b"x")
    upload = sales.client.create_multipart_upload(Bucket=BUCKET, Key=garbage[1])["UploadId"]
    part = sales.client.upload_part(Bucket=BUCKET, Key=garbage[1], UploadId=upload, PartNumber=1, Body=large)
    sales.client.complete_multipart_upload(Bucket=BUCKET, Key=garbage[1], UploadId=upload,
                                           MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    upload = sales.client.create_multipart_upload(Bucket=BUCKET, Key=garbage[0])["UploadId"]
    sales.client.abort_multipart_upload(Bucket=BUCKET, Key=garbage[0], UploadId=upload)
    the.run(sales, "gc", "prod", "--product", "sales", "--yes")
    the.run(sales, "gc", "prod", "--product", "sales", "--yes", "--grace", "0")
    before = server.objects(BUCKET)
    assert not set(garbage) & set(before) and all(key.startswith(f"{PREFIX}/sales/") for key in before), sorted(before)
    told = json.loads(the.run(sales, "doctor", "prod", "--probe", "sales/orders", "--format", "json").stdout)["targets"][0]
    assert told["conditionalWrites"] == "yes" and told["written"] is None and told["readable"], told

    # What is another domain's, or nobody's.
    the.refused(sales, "publish", "domains/finance", "--to", "prod")
    assert server.objects(BUCKET) == before
    done = json.loads(the.run(sales, "publish", "--to", "prod", "--format", "json", code=6).stdout)
    assert {one["domain"]: one["action"] for one in done["releases"]} == {"sales": "unchanged", "finance": "refused"}, done
    the.run(root, "publish", "domains/finance", "--to", "prod")
    before = server.objects(BUCKET)
    for words in (("plan", "domains/finance", "--to"), ("publish", "domains/finance", "--to"), ("status", "domains/finance", "--to"),
                  ("verify", "finance/invoices", "--from"), ("pull", "finance/invoices", "-o", "../other", "--from"),
                  ("show", "finance/invoices", "--from"), ("yank", "finance/invoices@1.0.0", "--from"),
                  ("retire", "finance/invoices", "--reason", "mine now", "--from"), ("index", "finance", "--from")):
        the.refused(sales, *words, "prod")
    the.refused(sales, "gc", "prod", "--product", "finance", "--yes")
    the.run(sales, "doctor", "prod", "--probe", "finance/invoices", code=6)
    assert not (temp / "other").exists() and server.objects(BUCKET) == before

    if server.looks_at_conditions:
        lists_end_at_the_prefix(the, sales)
    no_request_leaves_the_prefix(server, sales, before)
    assert server.objects(BUCKET) == before

    # And the end of a product.
    the.run(sales, "retire", "sales/orders", "--reason", "old", "--from", "prod")
    the.run(sales, "publish", "domains/sales", "--to", "prod", code=3)


def denied(call, **words):
    from botocore.exceptions import ClientError
    try:
        got = call(Bucket=BUCKET, **words)
    except ClientError as error:
        assert error.response["Error"]["Code"] in ("AccessDenied", "403"), (words, error)
        return
    raise AssertionError(f"not refused: {words}: {got}")


def lists_end_at_the_prefix(the, sales):
    """By mesh's commands that look at more than one domain, and by lists of any kind."""
    for words in ("list", "--from"), ("search", "orders", "--from"), ("verify", "--from"), ("index", "--from"), ("gc", "--yes"):
        the.refused(sales, *words, "prod")
    client = sales.client
    for call in client.list_objects_v2, client.list_objects:
        for prefix in f"{PREFIX}/sales/", f"{PREFIX}/sales/orders/blobs/sha256/":
            assert call(Bucket=BUCKET, Prefix=prefix)["Contents"], prefix
        for prefix in None, "", PREFIX, f"{PREFIX}/", f"{PREFIX}/sales", f"{PREFIX}/sales-emea/", f"{PREFIX}/finance/", "sales/", f"/{PREFIX}/sales/":
            for delimiter in {}, {"Delimiter": "/"}:
                denied(call, **({} if prefix is None else {"Prefix": prefix}), **delimiter)
    # Of its own prefix MinIO takes these for lists as others, and AWS does not.
    for call in client.list_object_versions, client.list_multipart_uploads:
        for prefix in "", f"{PREFIX}/", f"{PREFIX}/finance/":
            denied(call, Prefix=prefix)


def no_request_leaves_the_prefix(server, sales, before):
    client = sales.client
    [own] = [key for key in before if key.endswith("sales/orders/index.json")]
    for key in (f"{PREFIX}/finance/invoices/index.json", f"{PREFIX}/sales-emea/index.json", f"{PREFIX}/sales", f"{PREFIX}/mesh/root.json", "sales/x",
                f"dev/{PREFIX}/sales/x"):
        server.boto3().put_object(Bucket=BUCKET, Key=key, Body=before.get(key, b"foreign"))
        denied(client.get_object, Key=key)
        denied(client.head_object, Key=key)
        denied(client.put_object, Key=key, Body=b"mine")
        denied(client.delete_object, Key=key)
        denied(client.create_multipart_upload, Key=key)
        if server.looks_at_copies:
            denied(client.copy_object, Key=f"{PREFIX}/sales/stolen", CopySource={"Bucket": BUCKET, "Key": key})
        denied(client.copy_object, Key=key, CopySource={"Bucket": BUCKET, "Key": own})
        if key not in before:
            server.boto3().delete_object(Bucket=BUCKET, Key=key)
    denied(client.put_bucket_policy, Policy="{}")
    denied(client.delete_bucket)
    denied(client.put_bucket_versioning, VersioningConfiguration={"Status": "Suspended"})


def who_only_reads(temp, server, way):
    """All products, below a path and in a bucket of its own; and without the right to write."""
    for place in PREFIX, "":
        the = Shop(temp / (place or "alone"), TARGET if place else f"s3://{BUCKET}")
        root = Root(server)
        if place:
            server.boto3().create_bucket(Bucket=BUCKET)
        the.run(root, "publish", "--to", "prod")
        before = server.objects(BUCKET)
        reader = server.who(way, **{"reader" + place: policies(place)[1]})
        listed = the.run(reader, "list", "--from", "prod").stdout
        assert "sales/orders" in listed and "finance/invoices" in listed, listed
        assert "finance/invoices" in the.run(reader, "search", "invoices", "--from", "prod").stdout
        the.run(reader, "show", "finance/invoices", "--from", "prod")
        the.run(reader, "verify", "--from", "prod")
        the.run(reader, "pull", "finance/invoices", "--from", "prod", "-o", "../pulled")
        the.run(reader, "status", "--to", "prod", "--exit-code")
        the.run(reader, "plan", "--to", "prod")
        the.change("1.1.0")
        the.refused(reader, "publish", "--to", "prod")
        the.refused(reader, "yank", "sales/orders@1.0.0", "--from", "prod")
        the.refused(reader, "retire", "sales/orders", "--reason", "no", "--from", "prod")
        assert server.objects(BUCKET) == before
        if place and server.looks_at_conditions:
            denied(reader.client.list_objects_v2)
            denied(reader.client.list_objects_v2, Prefix="dev/")
        for key in before:
            server.boto3().delete_object(Bucket=BUCKET, Key=key)


def who_may_not_delete_loses_nothing(temp, server, way):
    """Somebody else collects garbage, as the page has it."""
    the = Shop(temp)
    server.boto3().create_bucket(Bucket=BUCKET)
    sales = server.who(way, sales=policies()[0].replace('"s3:DeleteObject", ', ""))
    the.run(sales, "publish", "domains/sales", "--to", "prod")
    garbage = f"{PREFIX}/sales/orders/blobs/sha256/{hashlib.sha256(b'x').hexdigest()}"
    sales.client.put_object(Bucket=BUCKET, Key=garbage, Body=b"x")
    denied(sales.client.delete_object, Key=garbage)
    the.run(sales, "gc", "prod", "--product", "sales", "--yes")
    done = the.refused(sales, "gc", "prod", "--product", "sales", "--yes", "--grace", "0")
    assert "s3:DeleteObject" in done.stderr and "no garbage" not in done.stdout + done.stderr, done.stderr
    the.change("1.1.0")
    the.run(sales, "publish", "domains/sales", "--to", "prod")
    the.run(sales, "verify", "sales/orders", "--from", "prod")
    assert garbage in server.objects(BUCKET)
    the.run(Root(server), "gc", "prod", "--yes", "--grace", "0")
    assert garbage not in server.objects(BUCKET)


def the_doctor_knows_who_only_reads(temp, server, way):
    the = Shop(temp)
    server.boto3().create_bucket(Bucket=BUCKET)
    policy = policies()[0]
    the.run(Root(server), "publish", "--to", "prod")
    readers = policy.replace('"s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"', '"s3:GetObjectVersion"')
    assert readers != policy
    reader = server.who(way, reader=readers)
    with open(the.root / "domains/sales/domain.yaml", "a", encoding="utf-8") as file:
        file.write("targets: {prod: {profile: sales}}\n")
    the.credentials(sales=reader)
    done = the.run_as_it_is(reader, "doctor", "prod", "--format", "json", code=2)
    finance, sales = json.loads(done.stdout)["targets"]
    assert (finance["domains"], finance["profile"], finance["credentials"]) == (["finance"], "mesh", None), finance
    assert sales["domains"] == ["sales"] and sales["conditionalWrites"] == "refused" and not sales["problems"], sales
    the.run_as_it_is(reader, "doctor", "prod", "--probe", "sales/orders", code=6)


def a_domain_signs_below_a_root(temp, server, way):
    """It has pinned the root, and reads it; the root itself is not a domain's to write."""
    the = Shop(temp)
    server.boto3().create_bucket(Bucket=BUCKET)
    root = Root(server)
    domain, reader = policies()
    for key in "root", "ci":
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", temp / key], check=True, timeout=PATIENCE)
    with open(the.root / "domains/sales/domain.yaml", "a", encoding="utf-8") as file:
        file.write(f"signers: [\"{(temp / 'ci.pub').read_text().strip()}\"]\n")
    sales = server.who(way, sales=domain, reader=reader)
    init = "trust", "init", "--to", "prod", "--key", temp / "root.pub", "--sign-key", temp / "root"
    the.refused(sales, *init)
    the.run(root, *init)
    pin = the.run(sales, "trust", "show", "--from", "prod", "--format", "pin").stdout
    shop.write(str(temp / "home/config/mesh/trust.yaml"), pin)
    the.run(sales, "publish", "domains/sales", "--to", "prod", "--sign-key", temp / "ci")
    the.run(sales, "verify", "sales/orders", "--from", "prod", "--require-signature")
    the.run(sales, "pull", "sales/orders", "--from", "prod", "--require-signature", "-o", "../pulled")
    # Without the right to read the root it can neither be followed nor passed over.
    alone = server.who(way, alone=domain)
    the.refused(alone, "verify", "sales/orders", "--from", "prod")


def lent_keys_are_looked_at(temp, server, way):
    """MinIO's STS: keys of a user become those of a session, a token of a pipeline those of its policy."""
    the = Shop(temp)
    server.boto3().create_bucket(Bucket=BUCKET)
    root = Root(server)
    if way == "lent keys":
        root.profile |= {"role": ROLE, "stsEndpoint": server.url}
        the.run(root, "publish", "--to", "prod")
        the.run(root, "verify", "--from", "prod")
        root.profile |= {"secretAccessKey": "not-the-secret-of-anybody"}
        done = the.run(root, "verify", "--from", "prod", code=6)
        assert f"assume the role `{ROLE}`: HTTP 403" in done.stderr, done.stderr
        return
    sales = server.who(way, sales=policies()[0])
    the.run(sales, "publish", "domains/sales", "--to", "prod")
    claims = {"policy": "sales"}
    for wrong in ({"exp": int(time.time()) - 60}, {"aud": "others"}, {"policy": "nobody-has-it"}):
        token = server.issuer.token(**claims | wrong)
        sales.secrets.append(token)
        done = the.run(sales, "verify", "sales/orders", "--from", "prod", code=6, MESH_ID_TOKEN=token)
        assert f"assume the role `{ROLE}`: HTTP 400" in done.stderr, done.stderr
    stranger = Issuer()
    stranger.stop()
    token = stranger.token(iss=server.issuer.url, **claims)
    the.run(sales, "verify", "sales/orders", "--from", "prod", code=6, MESH_ID_TOKEN=token)


def keys_that_ended_are_lent_again(temp, server, way):
    """Those of a pipeline whose clock is late, so that it takes them for good; MinIO says then that it knows no such key."""
    if not shutil.which("faketime"):
        raise servers.Missing("faketime is not installed")
    the = Shop(temp)
    server.boto3().create_bucket(Bucket=BUCKET)
    server.keep_policy("sales", policies()[0])
    ends = []

    def lend(number, method, path):
        # Keys live as long as the token that they are lent for.
        ends.append(int(time.time()) + 8)
        return 200, [], json.dumps({"value": server.issuer.token(policy="sales", exp=ends[-1])}).encode()

    def wait(number, method, path):
        if number == 3:
            time.sleep(max(0, ends[0] + 1 - time.time()))

    with servers.Proxy(server.url, lend) as pipeline, servers.Proxy(server.url, wait) as proxy:
        sales = Root(server)
        sales.profile = {"endpoint": proxy.url, "region": "us-east-1", "role": ROLE, "stsEndpoint": server.url}
        sales.environment = {"ACTIONS_ID_TOKEN_REQUEST_URL": pipeline.url + "/token?x=1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of-the-job"}
        the.run(sales, "publish", "domains/sales", "--to", "prod", before=["faketime", "-f", "-10m"])
        assert len(ends) >= 2, ends
    the.run(Root(server), "verify", "--from", "prod")


keys_that_ended_are_lent_again.ways = ("a pipeline",)

CHECKS = [a_domain_keeps_its_prefix, who_only_reads, who_may_not_delete_loses_nothing, the_doctor_knows_who_only_reads,
          a_domain_signs_below_a_root]
SERVERS = {"moto": (Moto, CHECKS)}
OPT_IN = {"minio": (Minio, CHECKS + [lent_keys_are_looked_at, keys_that_ended_are_lent_again])}


def main():
    words = sys.argv[2:]
    servers.opt_in(words)
    if not servers.in_peers_python(__file__):
        servers.skip("boto3 is not installed")
    from botocore.exceptions import ClientError
    known = SERVERS | OPT_IN
    named = [word for word in words if word not in known]
    failed, skipped = [], []
    for server_name in [word for word in words if word in known] or SERVERS:
        start, checks = known[server_name]
        for check in checks:
            if named and check.__name__ not in named:
                continue
            for way in getattr(check, "ways", start.ways):
                name = f"{server_name}, {way}: " + check.__name__.replace("_", " ")
                with tempfile.TemporaryDirectory(prefix="mesh-policies-") as temp:
                    temp = pathlib.Path(temp).resolve()
                    try:
                        with start(temp / "server") as server:
                            (temp / "work").mkdir()
                            check(temp / "work", server, way)
                        print("ok      ", name, flush=True)
                    except servers.Missing as missing:
                        skipped.append(name)
                        print("skipped ", name + ":", missing, flush=True)
                    except (AssertionError, subprocess.SubprocessError, OSError, ValueError, LookupError, ClientError) as error:
                        failed.append(name)
                        print("FAILED  ", name + f": {type(error).__name__}", str(error)[:3000], flush=True)
    servers.end(failed, skipped)


if __name__ == "__main__":
    main()
