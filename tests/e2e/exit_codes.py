#!/usr/bin/env python3
"""Every exit code that a command can reach, reached. One row each: command, code, when, and the shell lines whose last
one ends with it. REACHABLE says which rows there must be. 70 is reached in out_of_memory.py.

Each row runs in a fresh folder. `$SHOP` is a mesh made by `mesh init`, to be copied or looked at.

usage: exit_codes.py MESH [COMMAND…]
"""
import http.server
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading

REACHABLE = {
    "mesh": [0, 2, 4, 8],
    "init": [0, 2, 3, 8],
    "adopt": [0, 2, 3, 4, 8],
    "new": [0, 2, 3, 4, 8],
    "validate": [0, 1, 2, 4, 8],
    "explain": [0, 2, 8],
    "rules": [0, 2, 8],
    "plan": [0, 1, 2, 3, 4, 5, 6, 7, 8],
    "publish": [0, 1, 2, 3, 4, 5, 6, 7, 8, 130, 143],
    "status": [0, 1, 2, 4, 5, 6, 7, 8],
    "pull": [0, 2, 3, 4, 5, 6, 7, 8, 130, 143],
    "verify": [0, 2, 4, 5, 6, 7, 8],
    "yank": [0, 2, 4, 5, 6, 7, 8, 130, 143],
    "unyank": [0, 2, 4, 5, 6, 7, 8, 130, 143],
    "rollback": [0, 2, 3, 4, 5, 6, 7, 8, 130, 143],
    "retire": [0, 2, 4, 5, 6, 7, 8, 130, 143],
    "promote": [0, 2, 3, 4, 5, 6, 7, 8, 130, 143],
    "index": [0, 2, 4, 5, 6, 7, 8, 130, 143],
    "gc": [0, 2, 3, 4, 5, 6, 7, 8, 130, 143],
    "trust": [0, 2, 3, 4, 5, 6, 7, 8],
    "list": [0, 2, 4, 5, 6, 7, 8],
    "show": [0, 2, 4, 5, 6, 7, 8],
    "search": [0, 2, 4, 5, 6, 7, 8],
    "doctor": [0, 2, 5, 6, 8],
    "schema": [0, 2, 8],
    "completion": [0, 2, 8],
    "version": [0, 2, 8],
    "help": [0, 2, 8],
}

BROKEN = "printf 'kind: DataContract\\napiVersion: v3.1.0\\nid: [\\n' > a.odcs.yaml"
WARNING = "printf 'kind: DataContract\\napiVersion: v3.1.0\\nid: a\\nversion: latest\\nstatus: active\\n' > a.odcs.yaml"

# A mesh with one product, sales/orders 1.0.0; published; and with its bytes, its index or its contract changed.
MESH = "cp -r $SHOP shop; cd shop"
PUBLISHED = f"{MESH}; mesh publish --to dev"
EDITED = f"{PUBLISHED}; echo '# more' >> domains/sales/orders/README.md"
DAMAGED = f"{PUBLISHED}; for blob in public/sales/orders/blobs/sha256/*; do echo >> $blob; done"
NO_INDEX = f"{PUBLISHED}; echo '[' > public/sales/orders/index.json"
YANKED = f"{PUBLISHED}; mesh yank sales/orders@1.0.0 --from dev"
RETIRED = f"{PUBLISHED}; mesh retire sales/orders --reason old --from dev"
SET_BACK = (f"{PUBLISHED}; cp public/sales/orders/index.json ..; mesh yank sales/orders@1.0.0 --from dev; "
            "mesh unyank sales/orders@1.0.0 --from dev; mesh pull sales/orders --from dev -o ../one; "
            "cp ../index.json public/sales/orders/")
TWO = f"{PUBLISHED}; sed -i 's/^version: .*/version: 1.1.0/' domains/sales/orders/product.odps.yaml; mesh publish --to dev"
PROMOTED = f"{PUBLISHED}; mesh promote sales/orders@1.0.0 --from dev --to ./live"
DRAFT = "sed -i 's/^status: .*/status: draft/' domains/sales/orders/product.odps.yaml"
# A blob that nothing leads to; and the mark of a collector that deletes it right now.
GARBAGE = (f"{PUBLISHED}; digest=$(printf x | sha256sum | cut -d' ' -f1); blob=public/sales/orders/blobs/sha256/$digest; "
           "printf x > $blob")
COLLECTED = ("sed -i \"s/\\\"vnd.mesh.head\\\"/\\\"vnd.mesh.gc.deleting\\\":\\\"sha256:$digest=2026-01-01\\\","
             "\\\"vnd.mesh.gc.since\\\":\\\"$(date +%s)\\\",&/\" public/sales/orders/index.json")
INVALID = f"{MESH}; echo 'kindness: 1' >> domains/sales/orders/product.odps.yaml"
# Buckets that nobody answers for, and that somebody refuses.
AWS_KEYS = "export AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b"
DOWN = f"{AWS_KEYS} AWS_ENDPOINT_URL_S3=$NOBODY"
REFUSES = f"{AWS_KEYS} AWS_ENDPOINT_URL_S3=$REFUSER"
# A published mesh whose domain has the signer `ci`, signed by it, with a root of the key `own` that is pinned.
KEYS = "for key in own ci; do ssh-keygen -q -t ed25519 -N '' -C $key -f $key; done; SIGN=../own; export XDG_CONFIG_HOME=$PWD/c XDG_STATE_HOME=$PWD/s"
SIGNED = f"""{KEYS}; {MESH}; printf 'signers: ["%s"]\n' "$(cat ../ci.pub)" >> domains/sales/domain.yaml
mesh publish --to dev --sign-key ../ci"""
ROOT = f"{SIGNED}; mesh trust init --to dev --key ../own.pub --sign-key ../own"
PIN = "mkdir -p ../c/mesh; mesh trust show --from dev --format pin > ../c/mesh/trust.yaml"
UNSIGNED = f"{KEYS}; {PUBLISHED}; mesh trust init --to dev --key ../own.pub --sign-key ../own; {PIN}"
PINNED = f"{ROOT}; {PIN}"
# The shell holds the product's lock until the signal was sent, so that there is something to stop.
HELD = f"""set -m; {MESH}; mkdir -p public/sales/orders
exec 9< public/sales/orders; flock 9
mesh publish --to dev 9<&- & publisher=$!
until ls -l /proc/$publisher/fd | grep -q public/sales/orders; do sleep 0.02; done
stop() {{ kill -$1 $publisher; exec 9<&-; wait $publisher; exit $?; }}
"""

# Nobody answers, and it is tried again and again until a signal says no.
def cut_off(command, signal):
    return (f"set -m; {DOWN}; {command} --trace trace & command=$!; until [ -s trace ]; do sleep 0.02; done; "
            f"kill -{signal} $command; wait $command; exit $?")


ROWS = [
    ("mesh", 0, "help is asked for", "mesh --help"),
    ("mesh", 2, "no command is given", "mesh"),
    ("mesh", 2, "the command is unknown", "mesh valdate"),
    ("mesh", 4, "the folder to work in is missing", "mesh -C nowhere version"),
    ("mesh", 8, "standard output is full", "mesh --version > /dev/full"),
    ("mesh", 8, "standard output is closed", "mesh --version >&-"),

    ("init", 0, "the folder is new", "mesh init shop"),
    ("init", 0, "files are there and may stay", "echo mine > README.md; mesh init --name shop --keep"),
    ("init", 2, "the name is none", "mesh init shop --name 'My Shop'"),
    ("init", 2, "the place is a file", "touch shop; mesh init shop"),
    ("init", 3, "it is a mesh already", "mesh init shop; mesh init shop"),
    ("init", 3, "a file is in the way", "echo mine > README.md; mesh init --name shop"),
    ("init", 8, "a folder cannot be made", "mesh init /proc/shop"),
    ("init", 8, "standard output is full", "mesh init shop > /dev/full"),

    ("new", 0, "the domain is new", "cp -r $SHOP shop; cd shop; mesh new domain logistics"),
    ("new", 2, "the mesh has no such domain", "cd $SHOP; mesh new product slaes/returns"),
    ("new", 3, "the product exists", "cd $SHOP; mesh new product sales/orders"),
    ("new", 4, "there is no mesh", "mesh new domain sales"),
    ("new", 8, "standard output is full", "cp -r $SHOP shop; cd shop; mesh new domain logistics > /dev/full"),

    ("adopt", 0, "manifests are there", f"{WARNING}; mesh adopt --name shop"),
    ("adopt", 0, "green at once, whatever is there", f"{BROKEN}; mesh adopt --name shop; mesh validate --fail-on warning"),
    ("adopt", 2, "the name is none", f"{WARNING}; mesh adopt --name 'My Shop'"),
    ("adopt", 2, "the place is a file", f"{WARNING}; mesh adopt a.odcs.yaml"),
    ("adopt", 3, "it is a mesh already", f"{MESH}; mesh adopt"),
    ("adopt", 3, "it is inside of a mesh", f"{MESH}; mesh adopt domains"),
    ("adopt", 3, "a baseline is in the way", f"{WARNING}; echo > mesh-baseline.json; mesh adopt --name shop"),
    ("adopt", 4, "the folder is missing", "mesh adopt nowhere"),
    ("adopt", 4, "there is no manifest", "mesh adopt"),
    ("adopt", 8, "standard output is full", f"{WARNING}; mesh adopt --name shop > /dev/full"),
    ("validate", 0, "all is fine", "cd $SHOP; mesh validate"),
    ("validate", 0, "what is found is in the baseline", f"{BROKEN}; mesh validate --baseline b.json --update-baseline"),
    ("validate", 0, "what is found is fixed",
     "printf 'kind: DataContract\\napiVersion: 3.1.0\\nid: a\\nversion: 1.0.0\\nstatus: active\\n' > a.odcs.yaml; mesh validate --fix"),
    ("validate", 2, "the baseline is malformed", f"{BROKEN}; echo '[]' > b.json; mesh validate --baseline b.json"),
    ("validate", 2, "the day is none", "cd $SHOP; SOURCE_DATE_EPOCH=x mesh validate"),
    ("validate", 4, "the baseline is missing", f"{BROKEN}; mesh validate --baseline b.json"),
    ("validate", 8, "the baseline cannot be written",
     f"{BROKEN}; mesh validate --baseline /proc/b.json --update-baseline"),
    ("validate", 0, "nothing is there, and may be", "mesh validate --allow-empty"),
    ("validate", 0, "errors are allowed", f"{BROKEN}; mesh validate --fail-on never"),
    ("validate", 0, "warnings alone", f"{WARNING}; mesh validate --only version/not-semver --rule version/not-semver=warning"),
    ("validate", 1, "an error is found", f"{BROKEN}; mesh validate"),
    ("validate", 1, "a warning is found, and counts",
     f"{WARNING}; mesh validate --only version/not-semver --rule version/not-semver=warning --fail-on warning"),
    ("validate", 2, "an option is unknown", "mesh validate --frmat json"),
    ("validate", 2, "a glob matches no rule", "mesh validate --only 'nothing/*'"),
    ("validate", 2, "a level is unknown", "mesh validate --rule id/duplicate=loud"),
    ("validate", 4, "a path is missing", "mesh validate nowhere.yaml"),
    ("validate", 4, "nothing was checked", "mesh validate"),
    ("validate", 8, "standard output is full", f"{BROKEN}; mesh validate > /dev/full"),

    ("explain", 0, "the rule is known", "mesh explain id/duplicate"),
    ("explain", 2, "the rule is unknown", "mesh explain id/duplicat"),
    ("explain", 8, "standard output is full", "mesh explain id/duplicate > /dev/full"),
    ("rules", 0, "", "mesh rules"),
    ("rules", 2, "a glob matches no rule", "mesh rules 'nothing/*'"),
    ("rules", 8, "standard output is full", "mesh rules > /dev/full"),
    ("plan", 0, "something is to be published", f"{MESH}; mesh plan --to dev"),
    ("plan", 0, "nothing is, and the exit code would tell", f"{PUBLISHED}; mesh plan --to dev --exit-code"),
    ("plan", 1, "something is, and the exit code tells", f"{MESH}; mesh plan --to dev --exit-code"),
    ("plan", 1, "a product has an error", f"{INVALID}; mesh plan --to dev"),
    ("plan", 2, "the target is unknown", f"{MESH}; mesh plan --to nowhere"),
    ("plan", 2, "the scheme is unknown", f"{MESH}; mesh plan --to gopher://x/y"),
    ("plan", 3, "the version has other content", f"{EDITED}; mesh plan --to dev"),
    ("plan", 4, "there is no product", "mesh plan --to ./public"),
    ("plan", 5, "nobody answers", f"{DOWN}; {MESH}; mesh plan --to s3://bucket/x"),
    ("plan", 6, "the keys are refused", f"{REFUSES}; {MESH}; mesh plan --to s3://bucket/x"),
    ("plan", 7, "the index cannot be one", f"{NO_INDEX}; mesh plan --to dev"),
    ("plan", 8, "the target cannot be read", f"{MESH}; mkdir -p public/sales/orders; ln -s x public/sales/orders/index.json; mesh plan --to dev"),
    ("plan", 8, "standard output is full", f"{MESH}; mesh plan --to dev > /dev/full"),

    ("publish", 0, "it is published", f"{MESH}; mesh publish --to dev"),
    ("publish", 0, "it was published", f"{PUBLISHED}; mesh publish --to dev"),
    ("publish", 0, "nothing is to be resumed", f"{MESH}; mesh publish --to dev --resume"),
    ("publish", 0, "the version exists, and is skipped", f"{EDITED}; mesh publish --to dev --skip-existing"),
    ("publish", 0, "there is no product, and may be none", "mesh publish --to ./public --allow-empty"),
    ("publish", 1, "a product has an error", f"{INVALID}; mesh publish --to dev"),
    ("publish", 2, "an exit code is for dry runs", f"{MESH}; mesh publish --to dev --exit-code"),
    ("publish", 1, "a dry run finds something to do", f"{MESH}; mesh publish --to dev --dry-run --exit-code"),
    ("publish", 2, "there is no target", f"{MESH}; sed -i '/targets/,$d' mesh.yaml; mesh publish"),
    ("publish", 2, "mesh.yaml is broken", f"{MESH}; echo 'targets: [' > mesh.yaml; mesh publish --to dev"),
    ("publish", 2, "mesh.yaml is wrong", f"{MESH}; echo 'domain: x' >> mesh.yaml; mesh publish --to dev"),
    ("publish", 2, "nothing names the product", "cp $SHOP/domains/sales/orders/* .; mesh publish . --to ./public"),
    ("publish", 2, "the name given is none", "cp $SHOP/domains/sales/orders/* .; mesh publish . --to ./public --as x"),
    ("publish", 3, "the version has other content", f"{EDITED}; mesh publish --to dev"),
    ("publish", 3, "another product has its place",
     f"{PUBLISHED}; sed -i 's/^id: .*/id: urn:other/; s/^version: .*/version: 9.0.0/' domains/sales/orders/product.odps.yaml; mesh publish --to dev"),
    ("publish", 3, "the product is retired", f"{RETIRED}; mesh publish --to dev"),
    ("publish", 4, "a path is missing", f"{MESH}; mesh publish nowhere --to dev"),
    ("publish", 4, "there is no product", "mesh publish --to ./public"),
    ("publish", 5, "nobody answers", f"{DOWN}; {MESH}; mesh publish --to s3://bucket/x"),
    ("publish", 6, "the keys are refused", f"{REFUSES}; {MESH}; mesh publish --to s3://bucket/x"),
    ("publish", 7, "the index cannot be one", f"{NO_INDEX}; mesh publish --to dev"),
    ("publish", 7, "a file that is there has other bytes",
     f"{DAMAGED}; sed -i 's/^version: .*/version: 9.0.0/' domains/sales/orders/product.odps.yaml; mesh publish --to dev"),
    ("publish", 8, "the target cannot be made", f"{MESH}; mesh publish --to /proc/public"),
    ("publish", 8, "the target is a file", f"{MESH}; mesh publish --to ./mesh.yaml"),
    ("publish", 8, "standard output is full", f"{MESH}; mesh publish --to dev > /dev/full"),
    ("publish", 130, "it is interrupted", f"{HELD} stop INT"),
    ("publish", 143, "it is terminated", f"{HELD} stop TERM"),

    ("status", 0, "whatever differs", f"{MESH}; mesh status --to dev"),
    ("status", 0, "nothing differs", f"{PUBLISHED}; mesh status --to dev --exit-code"),
    ("status", 1, "something differs, and the exit code tells", f"{EDITED}; mesh status --to dev --exit-code"),
    ("status", 1, "something is published and not here",
     f"{PUBLISHED}; rm -r domains/sales/orders; mesh status --to dev --exit-code --allow-empty"),
    ("status", 0, "it was retired", f"{RETIRED}; rm -r domains/sales/orders; mesh status --to dev --exit-code --allow-empty"),
    ("status", 2, "the target is unknown", f"{MESH}; mesh status --to nowhere"),
    ("status", 4, "there is no product", "mesh status --to ./public"),
    ("status", 5, "nobody answers", f"{DOWN}; {MESH}; mesh status --to s3://bucket/x"),
    ("status", 6, "the keys are refused", f"{REFUSES}; {MESH}; mesh status --to s3://bucket/x"),
    ("status", 7, "the index cannot be one", f"{NO_INDEX}; mesh status --to dev"),
    ("status", 8, "standard output is full", f"{MESH}; mesh status --to dev > /dev/full"),

    ("pull", 0, "it is fetched", f"{PUBLISHED}; mesh pull sales/orders --from dev -o ../out"),
    ("pull", 0, "it was fetched", f"{PUBLISHED}; mesh pull sales/orders --from dev -o ../out; mesh pull sales/orders --from dev -o ../out"),
    ("pull", 0, "it is retired", f"{RETIRED}; mesh pull sales/orders --from dev -o ../out"),
    ("pull", 2, "no product is named", f"{PUBLISHED}; mesh pull --from dev"),
    ("pull", 2, "mesh.yaml is broken", f"{PUBLISHED}; echo 'targets: [' > mesh.yaml; mesh pull sales/orders --from dev"),
    ("pull", 2, "the version is none", f"{PUBLISHED}; mesh pull sales/orders@1.x --from dev"),
    ("pull", 3, "the folder holds something else", f"{PUBLISHED}; mesh pull sales/orders --from dev -o domains"),
    ("pull", 4, "the product is missing", f"{PUBLISHED}; mesh pull sales/returns --from dev"),
    ("pull", 4, "the version is missing", f"{PUBLISHED}; mesh pull sales/orders@9.9.9 --from dev"),
    ("pull", 5, "nobody answers", f"{DOWN}; mesh pull sales/orders --from s3://bucket/x"),
    ("pull", 6, "the keys are refused", f"{REFUSES}; mesh pull sales/orders --from s3://bucket/x"),
    ("pull", 7, "its bytes are others", f"{DAMAGED}; mesh pull sales/orders --from dev"),
    ("pull", 7, "its index was set back", f"{SET_BACK}; mesh pull sales/orders --from dev -o ../two"),
    ("pull", 0, "its index was set back, and that is accepted",
     f"{SET_BACK}; mesh pull sales/orders --from dev -o ../two --accept-rollback && mesh pull sales/orders --from dev -o ../three"),
    ("pull", 8, "the folder cannot be made", f"{PUBLISHED}; mesh pull sales/orders --from dev -o /proc/out"),
    ("pull", 8, "standard output is full", f"{PUBLISHED}; mesh pull sales/orders --from dev > /dev/full"),

    ("verify", 0, "all is well", f"{PUBLISHED}; mesh verify --from dev"),
    ("verify", 0, "nothing is there, and may be", "mesh verify --from ./public --allow-empty"),
    ("verify", 2, "the product is named wrongly", f"{PUBLISHED}; mesh verify orders --from dev"),
    ("verify", 4, "nothing is published", "mesh verify --from ./public"),
    ("verify", 4, "the version is missing", f"{PUBLISHED}; mesh verify sales/orders@9.9.9 --from dev"),
    ("verify", 5, "nobody answers", f"{DOWN}; mesh verify --from s3://bucket/x"),
    ("verify", 6, "the keys are refused", f"{REFUSES}; mesh verify --from s3://bucket/x"),
    ("verify", 7, "bytes are others", f"{DAMAGED}; mesh verify --from dev"),
    ("verify", 7, "a file is missing", f"{PUBLISHED}; rm public/sales/orders/blobs/sha256/*; mesh verify --from dev"),
    ("verify", 7, "the listing is out of date",
     f"{PUBLISHED}; cp public/sales/listing.json ..; mesh yank sales/orders@1.0.0 --from dev; cp ../listing.json public/sales; mesh verify --from dev"),
    ("verify", 7, "the head names nothing",
     f"{PUBLISHED}; sed -i 's/head\":\"1.0.0/head\":\"9.0.0/' public/sales/orders/index.json; mesh verify --from dev"),
    ("pull", 0, "it is signed", f"{PINNED}; mesh pull sales/orders --from dev --require-signature -o ../out"),
    ("pull", 2, "nothing is pinned, and must be", f"{PUBLISHED}; mesh pull sales/orders --from dev --require-signature"),
    ("pull", 7, "the root is gone", f"{PINNED}; rm -r public/mesh; mesh pull sales/orders --from dev"),
    ("publish", 2, "the key is none of the domain", f"{SIGNED}; mesh publish --to dev --sign-key ../own"),
    ("publish", 2, "others can read the key", f"{SIGNED}; chmod 644 ../ci; mesh publish --to dev --sign-key ../ci"),
    ("publish", 4, "the key is missing", f"{SIGNED}; mesh publish --to dev --sign-key ../none"),

    ("trust", 0, "the root is published", f"{SIGNED}; mesh trust init --to dev --key ../own.pub --sign-key ../own"),
    ("trust", 0, "it is shown", f"{PINNED}; mesh trust show --from dev"),
    ("trust", 2, "no key is named", f"{SIGNED}; mesh trust init --to dev"),
    ("trust", 2, "no subcommand is given", "mesh trust"),
    ("trust", 2, "the key is none of the root", f"{ROOT}; mesh trust sign --to dev --sign-key ../ci"),
    ("trust", 3, "there is a root", f"{ROOT}; mesh trust init --to dev --key ../own.pub --sign-key ../own"),
    ("trust", 3, "the root is another", f"{ROOT}; mesh trust sign --to dev --digest sha256:0 --sign-key ../own"),
    ("trust", 3, "the mesh says another root", f"{ROOT}; mesh trust rotate --to dev --key ../own.pub; printf 'root: {{keys: [\"%s\"]}}\\n' \"$(cat ../ci.pub)\" >> mesh.yaml; mesh trust sign --to dev --sign-key ../own"),
    ("trust", 4, "there is no root", f"{SIGNED}; mesh trust rotate --to dev --key ../own.pub"),
    ("trust", 4, "nothing is published or pinned", f"{MESH}; mesh trust show --from dev"),
    ("trust", 6, "the agent refuses",
     f"{ROOT}; eval $(SSH_ASKPASS=/bin/false ssh-agent) > /dev/null; trap 'kill $SSH_AGENT_PID' EXIT; "
     "ssh-add -q -c ../own 2> /dev/null; mesh trust rotate --to dev --key ../own.pub --sign-key agent"),
    ("trust", 4, "there is no root, and JSON says so in its own form",
     f"{MESH}; mesh trust show --from dev --format json > json; code=$?; "
     "python3 -c \"import json; told = json.load(open('json')); assert told['published'] == [] and told['problem'], told\" && exit $code"),
    ("trust", 8, "what is pinned cannot be read, and JSON says so",
     f"{ROOT}; mkdir -p ../c/mesh; ln -s trust.yaml ../c/mesh/trust.yaml; mesh trust show --from dev --format json > json; code=$?; "
     "python3 -c \"import json; assert json.load(open('json'))['problem']\" && exit $code"),
    ("trust", 7, "what is pinned is not published", f"{PINNED}; rm -r public/mesh; mesh trust show --from dev"),
    ("trust", 7, "the root cannot be one", f"{ROOT}; echo '{{}}' > public/mesh/root/index.json; mesh trust show --from dev"),
    ("trust", 8, "standard output is full", f"{ROOT}; mesh trust show --from dev > /dev/full"),

    ("verify", 0, "all is signed", f"{PINNED}; mesh verify --from dev --require-signature"),
    ("verify", 2, "nothing is pinned, and must be", f"{PUBLISHED}; mesh verify --from dev --require-signature"),
    ("verify", 7, "it is not signed", f"{UNSIGNED}; mesh verify --from dev"),
    ("verify", 8, "standard output is full", f"{PUBLISHED}; mesh verify --from dev > /dev/full"),

    ("yank", 0, "it is yanked", f"{PUBLISHED}; mesh yank sales/orders@1.0.0 --from dev"),
    ("yank", 0, "it was yanked", f"{YANKED}; mesh yank sales/orders@1.0.0 --from dev"),
    ("yank", 2, "no version is named", f"{PUBLISHED}; mesh yank sales/orders@^1 --from dev"),
    ("yank", 2, "it is a snapshot", f"{MESH}; {DRAFT}; mesh publish --to dev; mesh yank sales/orders@snapshot --from dev 2>&1 | grep -c replaces >&2; exit ${{PIPESTATUS[0]}}"),
    ("yank", 2, "the reason is no line", f"{PUBLISHED}; mesh yank sales/orders@1.0.0 --from dev --reason $'a\\nb'"),
    ("yank", 4, "the version is missing", f"{PUBLISHED}; mesh yank sales/orders@9.9.9 --from dev"),
    ("yank", 7, "the index cannot be one", f"{NO_INDEX}; mesh yank sales/orders@1.0.0 --from dev"),
    ("yank", 8, "standard output is full", f"{PUBLISHED}; mesh yank sales/orders@1.0.0 --from dev > /dev/full"),
    ("unyank", 0, "it is no longer yanked", f"{YANKED}; mesh unyank sales/orders@1.0.0 --from dev"),
    ("unyank", 2, "no version is named", f"{YANKED}; mesh unyank sales/orders --from dev"),
    ("unyank", 4, "the product is missing", f"{YANKED}; mesh unyank sales/returns@1.0.0 --from dev"),
    ("unyank", 7, "the index cannot be one", f"{NO_INDEX}; mesh unyank sales/orders@1.0.0 --from dev"),
    ("unyank", 8, "standard output is full", f"{YANKED}; mesh unyank sales/orders@1.0.0 --from dev > /dev/full"),
    ("rollback", 0, "newer ones are yanked", f"{TWO}; mesh rollback sales/orders@1.0.0 --from dev --yes"),
    ("rollback", 0, "there is nothing newer", f"{PUBLISHED}; mesh rollback sales/orders@1.0.0 --from dev"),
    ("rollback", 2, "nobody confirms it", f"{TWO}; mesh rollback sales/orders@1.0.0 --from dev"),
    ("rollback", 2, "no version is named", f"{TWO}; mesh rollback sales/orders --from dev --yes"),
    ("rollback", 3, "the version is yanked", f"{YANKED}; mesh rollback sales/orders@1.0.0 --from dev --yes"),
    ("rollback", 4, "the version is missing", f"{TWO}; mesh rollback sales/orders@9.9.9 --from dev --yes"),
    ("rollback", 7, "the index cannot be one", f"{NO_INDEX}; mesh rollback sales/orders@1.0.0 --from dev --yes"),
    ("rollback", 8, "standard output is full", f"{TWO}; mesh rollback sales/orders@1.0.0 --from dev --yes > /dev/full"),
    ("retire", 0, "it is retired", f"{PUBLISHED}; mesh retire sales/orders --reason old --from dev"),
    ("retire", 0, "it is no longer retired", f"{RETIRED}; mesh retire sales/orders --undo --from dev"),
    ("retire", 2, "no reason is given", f"{PUBLISHED}; mesh retire sales/orders --from dev"),
    ("retire", 2, "it is to replace itself", f"{PUBLISHED}; mesh retire sales/orders --reason old --replacement sales/orders"),
    ("retire", 4, "the product is missing", f"{PUBLISHED}; mesh retire sales/returns --reason old --from dev"),
    ("retire", 7, "the index cannot be one", f"{NO_INDEX}; mesh retire sales/orders --reason old --from dev"),
    ("retire", 8, "standard output is full", f"{PUBLISHED}; mesh retire sales/orders --reason old --from dev > /dev/full"),

    ("promote", 0, "it is copied", f"{PUBLISHED}; mesh promote sales/orders@1.0.0 --from dev --to ./live"),
    ("promote", 0, "it was copied", f"{PROMOTED}; mesh promote sales/orders@latest --from dev --to ./live"),
    ("promote", 2, "no version is named", f"{PUBLISHED}; mesh promote sales/orders --from dev --to ./live"),
    ("promote", 2, "both are the same target", f"{PUBLISHED}; mesh promote sales/orders@1.0.0 --from dev --to dev"),
    ("promote", 2, "it is a snapshot", f"{MESH}; {DRAFT}; mesh publish --to dev; mesh promote sales/orders@snapshot --from dev --to ./live"),
    ("promote", 3, "it is yanked", f"{YANKED}; mesh promote sales/orders@1.0.0 --from dev --to ./live"),
    ("promote", 3, "the version has other content", f"{EDITED}; mesh publish --to ./live; mesh promote sales/orders@1.0.0 --from dev --to ./live"),
    ("promote", 4, "the version is missing", f"{PUBLISHED}; mesh promote sales/orders@9.9.9 --from dev --to ./live"),
    ("promote", 7, "its bytes are others", f"{DAMAGED}; mesh promote sales/orders@1.0.0 --from dev --to ./live"),
    ("promote", 0, "it is signed", f"{PINNED}; mesh promote sales/orders@1.0.0 --from dev --to ./live --require-signature"),
    ("promote", 2, "nothing is pinned, and must be", f"{PUBLISHED}; mesh promote sales/orders@1.0.0 --from dev --to ./live --require-signature"),
    ("promote", 7, "it is not signed", f"{UNSIGNED}; mesh promote sales/orders@1.0.0 --from dev --to ./live"),
    ("promote", 8, "the other target cannot be made", f"{PUBLISHED}; mesh promote sales/orders@1.0.0 --from dev --to /proc/live"),
    ("promote", 8, "standard output is full", f"{PUBLISHED}; mesh promote sales/orders@1.0.0 --from dev --to ./live > /dev/full"),
    ("index", 0, "it is made again", f"{PUBLISHED}; rm public/sales/listing.json; mesh index --from dev; mesh verify --from dev"),
    ("index", 2, "the domain is none", f"{PUBLISHED}; mesh index Sales --from dev"),
    ("index", 4, "the domain is missing", f"{PUBLISHED}; mesh index finance --from dev"),
    ("index", 4, "nothing is published", "mesh index --from ./public"),
    ("index", 7, "an index cannot be one", f"{NO_INDEX}; mesh index --from dev"),
    ("index", 8, "standard output is full", f"{PUBLISHED}; mesh index --from dev > /dev/full"),
    ("gc", 0, "there is no garbage", f"{PUBLISHED}; mesh gc dev --yes"),
    ("gc", 0, "garbage is marked and then deleted",
     f"{GARBAGE}; mesh gc dev --yes; ls $blob; mesh gc --from dev --yes --grace 0; ! ls $blob; mesh verify --from dev"),
    ("gc", 0, "a dry run shows it", f"{GARBAGE}; mesh gc dev --dry-run --grace 0; ls $blob"),
    ("gc", 2, "nobody confirms it", f"{GARBAGE}; mesh gc dev"),
    ("gc", 2, "the grace is no number", f"{GARBAGE}; mesh gc dev --yes --grace soon"),
    ("gc", 2, "the product is none", f"{GARBAGE}; mesh gc dev --yes --product sales/orders/x"),
    ("gc", 3, "it would be too much", f"{GARBAGE}; mesh gc dev --yes --grace 0 --max-delete 0"),
    ("gc", 4, "nothing is published", "mesh gc ./public --yes"),
    ("gc", 0, "a domain has a place of its own",
     f"{MESH}; printf 'targets:\\n  dev: {{url: \"file:./own\"}}\\n' >> domains/sales/domain.yaml; mesh publish --to dev; "
     "mesh gc dev --yes --product sales; mesh verify sales/orders --from dev"),
    ("gc", 4, "the product is missing", f"{GARBAGE}; mesh gc dev --yes --product sales/returns"),
    ("gc", 5, "another one is at work", f"{GARBAGE}; {COLLECTED}; mesh gc dev --yes --grace 0"),
    ("gc", 7, "a manifest is damaged", f"{DAMAGED}; mesh gc dev --yes"),
    ("gc", 7, "the index cannot be one", f"{NO_INDEX}; mesh gc dev --yes"),
    ("gc", 8, "standard output is full", f"{GARBAGE}; mesh gc dev --yes > /dev/full"),

    ("yank", 5, "nobody answers", f"{DOWN}; mesh yank sales/orders@1.0.0 --from s3://bucket/x"),
    ("yank", 6, "the keys are refused", f"{REFUSES}; mesh yank sales/orders@1.0.0 --from s3://bucket/x"),
    ("unyank", 5, "nobody answers", f"{DOWN}; mesh unyank sales/orders@1.0.0 --from s3://bucket/x"),
    ("unyank", 6, "the keys are refused", f"{REFUSES}; mesh unyank sales/orders@1.0.0 --from s3://bucket/x"),
    ("rollback", 5, "nobody answers", f"{DOWN}; mesh rollback sales/orders@1.0.0 --yes --from s3://bucket/x"),
    ("rollback", 6, "the keys are refused", f"{REFUSES}; mesh rollback sales/orders@1.0.0 --yes --from s3://bucket/x"),
    ("retire", 5, "nobody answers", f"{DOWN}; mesh retire sales/orders --reason old --from s3://bucket/x"),
    ("retire", 6, "the keys are refused", f"{REFUSES}; mesh retire sales/orders --reason old --from s3://bucket/x"),
    ("promote", 5, "nobody answers", f"{DOWN}; mesh promote sales/orders@1.0.0 --to ./live --from s3://bucket/x"),
    ("promote", 6, "the keys are refused", f"{REFUSES}; mesh promote sales/orders@1.0.0 --to ./live --from s3://bucket/x"),
    ("index", 5, "nobody answers", f"{DOWN}; mesh index --from s3://bucket/x"),
    ("index", 6, "the keys are refused", f"{REFUSES}; mesh index --from s3://bucket/x"),
    ("gc", 5, "nobody answers", f"{DOWN}; mesh gc --yes --from s3://bucket/x"),
    ("gc", 6, "the keys are refused", f"{REFUSES}; mesh gc --yes --from s3://bucket/x"),

    ("list", 0, "products are here", "cd $SHOP; mesh list"),
    ("list", 0, "products are published", f"{PUBLISHED}; mesh list --from dev"),
    ("list", 0, "the listing is missing, and the products are read", f"{PUBLISHED}; rm public/sales/listing.json; mesh list --from dev"),
    ("list", 0, "the cache is damaged", f"{PUBLISHED}; mesh list --from dev; for f in ~/.cache/mesh/*; do echo > $f; done; mesh list --from dev"),
    ("list", 0, "nothing is there, and may be", "mesh list --allow-empty"),
    ("list", 2, "the target is unknown", f"{MESH}; mesh list --from nowhere"),
    ("list", 4, "there is no product", "mesh list"),
    ("list", 4, "nothing is published", "mesh list --from ./public"),
    ("list", 4, "no product is of that status", "cd $SHOP; mesh list --status retired"),
    ("list", 7, "listing and index cannot be used", f"{NO_INDEX}; echo '[' > public/sales/listing.json; mesh list --from dev"),
    ("list", 8, "standard output is full", "cd $SHOP; mesh list > /dev/full"),
    ("show", 0, "the product is here", "cd $SHOP; mesh show sales/orders"),
    ("show", 0, "the product is published", f"{PUBLISHED}; mesh show orders@1.0.0 --from dev"),
    ("show", 2, "the version is none", "cd $SHOP; mesh show sales/orders@1.x"),
    ("show", 2, "an environment is for --connect", "cd $SHOP; mesh show sales/orders --environment dev"),
    ("show", 4, "the product is missing", "cd $SHOP; mesh show sales/ordres"),
    ("show", 4, "the product is not published", f"{PUBLISHED}; mesh show sales/returns --from dev"),
    ("show", 4, "the version is another", "cd $SHOP; mesh show sales/orders@9.9.9"),
    ("show", 4, "the version is not published", f"{PUBLISHED}; mesh show sales/orders@9.9.9 --from dev"),
    ("show", 4, "no server is of that environment", "cd $SHOP; mesh show sales/orders --connect --environment moon"),
    ("show", 7, "bytes are others", f"{DAMAGED}; mesh show sales/orders --from dev"),
    ("show", 8, "standard output is full", "cd $SHOP; mesh show sales/orders > /dev/full"),
    ("search", 0, "something is found", "cd $SHOP; mesh search orders"),
    ("search", 0, "nothing is found, and may be", "cd $SHOP; mesh search nothing-like-it --allow-empty"),
    ("search", 2, "nothing is searched for", "cd $SHOP; mesh search"),
    ("search", 4, "nothing is found", "cd $SHOP; mesh search ordres"),
    ("search", 4, "nothing is published", "mesh search orders --from ./public"),
    ("search", 7, "listing and index cannot be used", f"{NO_INDEX}; echo '[' > public/sales/listing.json; mesh search orders --from dev"),
    ("search", 8, "standard output is full", "cd $SHOP; mesh search orders > /dev/full"),
    ("list", 5, "nobody answers", f"{DOWN}; mesh list --from s3://bucket/x"),
    ("list", 6, "the keys are refused", f"{REFUSES}; mesh list --from s3://bucket/x"),
    ("show", 5, "nobody answers", f"{DOWN}; mesh show sales/orders --from s3://bucket/x"),
    ("show", 6, "the keys are refused", f"{REFUSES}; mesh show sales/orders --from s3://bucket/x"),
    ("search", 5, "nobody answers", f"{DOWN}; mesh search orders --from s3://bucket/x"),
    ("search", 6, "the keys are refused", f"{REFUSES}; mesh search orders --from s3://bucket/x"),

    ("doctor", 0, "the target works", f"{PUBLISHED}; mesh doctor dev"),
    ("doctor", 0, "nothing is there yet", f"{MESH}; mesh doctor"),
    ("doctor", 0, "a probe writes what publishing writes", f"{MESH}; mesh doctor dev --probe sales/orders; ls public/sales/orders/oci-layout"),
    ("doctor", 2, "the target is unknown", f"{MESH}; mesh doctor nowhere"),
    ("doctor", 2, "the product is none", f"{MESH}; mesh doctor dev --probe orders"),
    ("doctor", 2, "the profile is missing", f"{MESH}; printf '  far: {{url: \"s3://bucket/x\", profile: none}}\n' >> mesh.yaml; mesh doctor far"),
    ("doctor", 2, "there are no credentials", f"MESH_NO_METADATA=1 HOME=$PWD mesh doctor s3://bucket/x"),
    ("doctor", 5, "nobody answers", f"{DOWN}; mesh doctor s3://bucket/x"),
    ("doctor", 6, "the keys are refused", f"{REFUSES}; mesh doctor s3://bucket/x"),
    ("doctor", 8, "standard output is full", f"{MESH}; mesh doctor dev > /dev/full"),
    ("schema", 0, "the kind is known", "mesh schema odcs 3.1.0"),
    ("schema", 2, "the kind is unknown", "mesh schema odsc"),
    ("schema", 2, "the version is unknown", "mesh schema odcs 7.0.0"),
    ("schema", 8, "standard output is full", "mesh schema odcs > /dev/full"),
    ("completion", 0, "the shell is known", "mesh completion bash"),
    ("completion", 2, "the shell is unknown", "mesh completion tcsh"),
    ("completion", 8, "standard output is full", "mesh completion zsh > /dev/full"),
    ("version", 0, "", "mesh version"),
    ("version", 2, "too many words", "mesh version 2"),
    ("version", 8, "standard output is full", "mesh version > /dev/full"),
    ("help", 0, "the command is known", "mesh help validate"),
    ("help", 2, "the command is unknown", "mesh help valdate"),
    ("help", 8, "standard output is full", "mesh help > /dev/full"),
]


def limits_memory(mesh):
    """A sanitizer reserves terabytes of addresses, so `ulimit -v` cannot be used with one."""
    return b"__asan_init" not in mesh.read_bytes() and b"__tsan_init" not in mesh.read_bytes()

# What reaches targets takes the options of the network.
REACHING = {
    **{name: f"mesh {name} --to dev" for name in ("plan", "publish", "status")},
    **{name: f"mesh {name} --from dev" for name in ("verify", "gc", "index", "list")},
    **{name: f"mesh {name} sales/orders --from dev" for name in ("pull", "show", "search", "retire")},
    **{name: f"mesh {name} sales/orders@1.0.0 --from dev" for name in ("yank", "unyank", "rollback")},
    "promote": "mesh promote sales/orders@1.0.0 --from dev --to ./live",
    "trust": "mesh trust show --from dev",
}
ROWS += [(name, 2, "no time is given", f"{MESH}; {line} --timeout 0") for name, line in REACHING.items()]
ROWS += [
    ("publish", 0, "it is traced", f"{MESH}; mesh publish --to dev --trace ../trace.jsonl && test -f ../trace.jsonl"),
    ("publish", 2, "the trace cannot be written", f"{MESH}; mesh publish --to dev --trace /proc/trace"),
    ("publish", 2, "the CA file is missing", f"{MESH}; mesh publish --to dev --cacert nowhere.pem"),
    ("publish", 2, "certificates do not count, in CI", f"{MESH}; CI=1 mesh publish --to dev --insecure"),
    ("publish", 2, "the server speaks http", f"{AWS_KEYS} AWS_ENDPOINT_URL_S3=http://192.0.2.1; {MESH}; mesh publish --to s3://bucket/x"),
    ("publish", 5, "nobody answers by http in time",
     f"{AWS_KEYS} AWS_ENDPOINT_URL_S3=http://192.0.2.1; {MESH}; mesh publish --to s3://bucket/x --insecure-http --timeout 1"),
    ("trust", 5, "nobody answers", f"{DOWN}; mesh trust show --from s3://bucket/x --timeout 1"),
    ("publish", 130, "it is interrupted while nobody answers", f"{MESH}; " + cut_off("mesh publish --to s3://bucket/x", "INT")),
    ("publish", 8, "a file may not grow so far", f"{MESH}; ulimit -f 1; mesh publish --to dev; code=$?; "
     "find public -name '*.tmp' | grep . && exit 99; exit $code"),
    ("pull", 8, "a file may not grow so far", f"{PUBLISHED}; ulimit -f 1; mesh pull sales/orders --from dev -o ../out; code=$?; "
     "ls -A .. | grep -v -x shop && exit 99; exit $code"),
    *((command.split()[0], code, when, cut_off(f"mesh {command} --from s3://bucket/x", signal))
      for signal, code, when in (("INT", 130, "it is interrupted"), ("TERM", 143, "it is terminated"))
      for command in ("pull sales/orders", "yank sales/orders@1.0.0", "unyank sales/orders@1.0.0",
                      "rollback sales/orders@1.0.0 --yes", "retire sales/orders --reason old",
                      "promote sales/orders@1.0.0 --to ./live", "index", "gc --yes")),
]


class Refuser(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(403)

    def log_message(self, *_):
        pass


def start_refuser():
    """Its URL, and one where nobody listens: a port that is taken, and not listened at."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuser)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    urls = {"REFUSER": f"http://127.0.0.1:{server.server_address[1]}", "NOBODY": f"http://127.0.0.1:{taken.getsockname()[1]}"}
    return urls, taken


def run(row, mesh, shop, home, servers):
    command, code, when, lines = row
    with tempfile.TemporaryDirectory(prefix="mesh-row-", dir=home) as folder:
        environment = {"PATH": f"{mesh.parent}:/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8",
                       "XDG_CONFIG_HOME": f"{home}/config", "SHOP": str(shop), **servers}
        done = subprocess.run(["/bin/bash", "-c", lines], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    silent = code not in (0, 1) and not done.stderr.strip()
    if done.returncode == code and not silent:
        return []
    got = "ends with no word on standard error" if silent else f"ends with {done.returncode}"
    return [f"{command} {code} ({when}) {got}: {lines}\n{done.stderr}"]


def main():
    mesh = pathlib.Path(sys.argv[1]).resolve()
    wanted = sys.argv[2:] or list(REACHABLE)
    rows = [row for row in ROWS if row[0] in wanted]
    wrong = [f"{command} {code} has no row" for command in wanted for code in REACHABLE[command]
             if not any(row[:2] == (command, code) for row in rows)]
    if not limits_memory(mesh):
        print("SKIP rows with code 70: a sanitizer needs the addresses that they take away")
        rows = [row for row in rows if row[1] != 70]
    servers, _taken = start_refuser()
    with tempfile.TemporaryDirectory(prefix="mesh-codes-") as temp:
        home = pathlib.Path(temp).resolve()
        subprocess.run([mesh, "init", "shop"], cwd=home, check=True, stdout=subprocess.DEVNULL)
        for row in rows:
            wrong += run(row, mesh, home / "shop", home, servers)
    print(*wrong, f"{len(rows)} rows, {len(wrong)} wrong", sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
