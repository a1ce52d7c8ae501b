#!/usr/bin/env python3
"""The shared files of AWS, read by mesh and by botocore: the same folder gives the same keys, region and endpoint, or none.

usage: aws_files_botocore.py LENT_KEYS [SEED [COUNT]]

Without botocore in the tests' cache this is a skip (77), with CI set a failure.
"""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import servers

TOOL = os.path.abspath(sys.argv[1])
SHOWS = r"""printf '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "%s", "SessionToken": "t o/k"}' "$1" "$2" """.replace("t o/k", "tok")

# Folders that are there because of a rule each: config, credentials, environment.
CASES = [
    ("keys of the default profile", "", "[default]\naws_access_key_id = A\naws_secret_access_key = S\n", {}),
    ("credentials win over config", "[default]\naws_access_key_id=C\naws_secret_access_key=CS\nregion=eu-west-1\n",
     "[default]\naws_access_key_id=A\naws_secret_access_key=AS\n", {}),
    ("keys in config alone", "[profile one]\naws_access_key_id=C\naws_secret_access_key=CS\naws_session_token=T\n", "", {"AWS_PROFILE": "one"}),
    ("a name in quotes", "[profile \"one two\"]\naws_access_key_id=C\naws_secret_access_key=CS\n", "", {"AWS_PROFILE": "one two"}),
    ("a name in single quotes", "[profile 'one two']\naws_access_key_id=C\naws_secret_access_key=CS\n", "", {"AWS_PROFILE": "one two"}),
    ("names without a prefix are no profiles of config", "[one]\naws_access_key_id=C\naws_secret_access_key=CS\n", "", {"AWS_PROFILE": "one"}),
    ("profile default", "[profile default]\naws_access_key_id=C\naws_secret_access_key=CS\n", "", {}),
    ("comments, colons, upper case, space", "# one\n; two\n[default]\n  AWS_Access_Key_Id : A \naws_secret_access_key=  S#no;comment  \n", "", {}),
    ("indented lines go on", "[default]\ns3 =\n  endpoint_url = http://127.0.0.1:1\n  addressing_style = path\naws_access_key_id=A\naws_secret_access_key=S\n", "", {}),
    ("CRLF", "[default]\r\naws_access_key_id=A\r\naws_secret_access_key=S\r\n", "", {}),
    ("a half", "", "[default]\naws_access_key_id = A\n", {}),
    ("the other half", "", "[default]\naws_secret_access_key = A\n", {"AWS_EC2_METADATA_DISABLED": "true"}),
    ("a section twice", "", "[default]\naws_access_key_id=A\naws_secret_access_key=S\n[default]\naws_access_key_id=B\n", {}),
    ("a name twice", "", "[default]\naws_access_key_id=A\naws_access_key_id=B\naws_secret_access_key=S\n", {}),
    ("no section", "aws_access_key_id=A\n", "", {}),
    ("a line that is none", "[default]\naws_access_key_id\n", "", {}),
    ("DEFAULT is for all", "", "[DEFAULT]\naws_secret_access_key=S\n[one]\naws_access_key_id=A\n", {"AWS_PROFILE": "one"}),
    ("the environment wins", "", "[one]\naws_access_key_id=A\naws_secret_access_key=S\n",
     {"AWS_PROFILE": "one", "AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "ES", "AWS_SESSION_TOKEN": "ET"}),
    ("a profile that is not there", "", "[one]\naws_access_key_id=A\naws_secret_access_key=S\n", {"AWS_PROFILE": "two"}),
    ("a program", "[default]\ncredential_process = TOOL P 'a b\"c'\n", "", {}),
    ("a program's words", "[default]\ncredential_process = \"TOOL\" P\\ Q \"x\\\"y\\\\z\\n\"\n", "", {}),
    ("credentials win over a program", "[default]\ncredential_process = TOOL P S\n", "[default]\naws_access_key_id=A\naws_secret_access_key=S\n", {}),
    ("a program wins over config", "[default]\ncredential_process = TOOL P S\naws_access_key_id=A\naws_secret_access_key=S\n", "", {}),
    ("a program that fails", "[default]\ncredential_process = /bin/false\n", "", {}),
    ("a program that is not there", "[default]\ncredential_process = /nowhere/x\n", "", {}),
    ("a program that prints nonsense", "[default]\ncredential_process = /bin/echo no\n", "", {}),
    ("an endpoint of a service", "[default]\nservices = local\nendpoint_url = http://127.0.0.1:9\naws_access_key_id=A\naws_secret_access_key=S\n"
     "[services local]\ns3 =\n  endpoint_url = http://127.0.0.1:7\n", "", {}),
    ("an endpoint of all", "[default]\nendpoint_url = http://127.0.0.1:9\naws_access_key_id=A\naws_secret_access_key=S\n", "", {}),
    ("the environment's endpoint wins", "[default]\nendpoint_url = http://127.0.0.1:9\naws_access_key_id=A\naws_secret_access_key=S\n", "",
     {"AWS_ENDPOINT_URL": "http://127.0.0.1:3"}),
    ("endpoints are ignored", "[default]\nignore_configured_endpoint_urls = true\nendpoint_url = http://127.0.0.1:9\naws_access_key_id=A\naws_secret_access_key=S\n", "", {}),
    ("a region", "[default]\nregion = eu-west-3\naws_access_key_id=A\naws_secret_access_key=S\n", "", {}),
    ("nothing", "", "", {"AWS_EC2_METADATA_DISABLED": "true"}),
]


def prepare(folder, config, credentials, environment):
    tool = folder / "tool"
    tool.write_text("#!/bin/sh\n" + SHOWS)
    tool.chmod(0o755)
    for name, text in ("config", config), ("credentials", credentials):
        (folder / name).write_bytes(text.replace("TOOL", str(tool)).encode())
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": str(folder / "config"),
                   "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"), "HOME": str(folder)} | environment


PEER = """
import botocore.session, botocore.exceptions, json
try:
    session = botocore.session.Session()
    keys = session.get_credentials()
    if keys is None:
        print(json.dumps({"error": "none"}))
    else:
        keys = keys.get_frozen_credentials()
        client = session.create_client("s3", region_name=session.get_config_variable("region") or "us-east-1")
        url = client.meta.endpoint_url
        print(json.dumps({"id": keys.access_key, "secret": keys.secret_key, "token": keys.token or "",
                          "region": session.get_config_variable("region") or "", "endpoint": "" if "amazonaws" in url else url}))
except Exception as error:
    print(json.dumps({"error": repr(error)}))
"""


def theirs(environment):
    """One interpreter for all: botocore takes half a second to import."""
    saved = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    printed = []
    try:
        exec(PEER, {"print": printed.append})  # noqa: S102
    finally:
        os.environ.clear()
        os.environ.update(saved)
    return json.loads(printed[-1])


def ours(environment):
    done = subprocess.run([TOOL], env=environment, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)


def compare(name, config, credentials, environment):
    with tempfile.TemporaryDirectory(prefix="mesh-aws-") as folder:
        made = prepare(pathlib.Path(folder), config, credentials, environment)
        mine, peer = ours(made), theirs(made)
    # A value that goes on in the next line is none that anybody can use.
    mine, peer = ({"error": "a line end"} if any("\n" in value for value in found.values()) else found for found in (mine, peer))
    if "white space" in mine.get("error", "") and peer == {"error": "a line end"} or "error" in mine and "error" in peer:
        return True
    if mine == peer:
        return True
    print("FAILED ", name, "\n  config:", repr(config), "\n  credentials:", repr(credentials), "\n  ", environment, "\n  mesh:    ", mine,
          "\n  botocore:", peer, flush=True)
    return False


def random_file(chance, prefix):
    names = ["default", "one", "two", "t w"]
    default = chance.choice(["default", "default", "default", prefix + "default"])  # which of both wins is said nowhere
    lines = []
    for _ in range(chance.randint(0, 4)):
        name = chance.choice(names)
        header = default if name == "default" else prefix + (f'"{name}"' if " " in name and prefix else name)
        lines.append(chance.choice(["", " "]) * (not lines) + f"[{header}]")
        for key in chance.sample(["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "region", "output",
                                  "aws_security_token", "endpoint_url", "credential_process"], chance.randint(0, 5)):
            value = {"region": "eu-west-1", "endpoint_url": "http://127.0.0.1:81", "credential_process": "TOOL I S"}.get(
                key, chance.choice(["A", "b/c+d=", "x:y", "#z", "'q'"]))
            lines.append(chance.choice(["", "", "", " "]) + key + chance.choice(["=", " = ", ": ", "  ="]) + value + chance.choice(["", " "]))
            if chance.random() < 0.08:
                lines.append(chance.choice(["", "# comment", "; x = y", "   ", "  more"]))
    return "\n".join(lines) + chance.choice(["", "\n"])


def main():
    try:
        import botocore.session  # noqa: F401
    except ImportError:
        if not servers.in_peers_python(__file__):
            servers.skip("botocore is not installed")
    failed = sum(not compare(*case) for case in CASES)
    seed, count = int(sys.argv[2]) if len(sys.argv) > 2 else 1, int(sys.argv[3]) if len(sys.argv) > 3 else 150
    chance = random.Random(seed)
    for i in range(count):
        environment = chance.choice([{}, {"AWS_PROFILE": "one"}, {"AWS_PROFILE": "t w"}, {"AWS_DEFAULT_REGION": "us-west-2"}])
        failed += not compare(f"seed {seed}, folder {i}", random_file(chance, "profile "), random_file(chance, ""), environment)
    print(f"{len(CASES)} folders for a rule each and {count} by chance; {failed} differ")
    servers.end(failed, 0)


if __name__ == "__main__":
    main()
