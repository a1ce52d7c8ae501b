"""What the publish scripts share: a small mesh, an environment without this machine's settings, and a reader of what was
published that knows nothing of mesh's code."""
import hashlib
import json
import os
import re
import shutil
import sys

EMPTY = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
PRODUCT = "sales/orders"

MESH = """apiVersion: mesh/v1
kind: Mesh
name: shop
domains: [domains/*]
"""
DOMAIN = """apiVersion: mesh/v1
kind: Domain
name: sales
type: source-aligned
owner: {team: sales-data, email: sales-data@example.com}
"""
ODPS = """apiVersion: v1.1.0
kind: DataProduct
id: urn:shop:orders
name: orders
version: VERSION
status: active
domain: sales
description:
  purpose: PURPOSE
outputPorts:
  - name: orders
    version: 1.0.0
    contractId: urn:shop:orders-contract
"""
CONTRACT = """apiVersion: v3.2.0
kind: DataContract
id: urn:shop:orders-contract
name: orders
version: 1.0.0
status: active
domain: sales
description:
  purpose: PURPOSE
schema:
  - name: orders
    logicalType: object
    properties:
      - name: order_id
        logicalType: string
        primaryKey: true
        primaryKeyPosition: 1
        required: true
"""


def skip(reason):
    """A missing tool is a skip here and a failure in CI."""
    print(f"skipped: {reason}")
    sys.exit(1 if os.environ.get("CI") else 77)


def environment(home):
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "ASAN_OPTIONS", "TSAN_OPTIONS") if name in os.environ}
    return kept | {"HOME": home, "XDG_STATE_HOME": f"{home}/state", "XDG_CONFIG_HOME": f"{home}/config", "LC_ALL": "C",
                   "MESH_NO_METADATA": "1"}


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def write_mesh(root, version, purpose):
    """A mesh with one product of one contract; both texts hold `purpose`."""
    product = f"{root}/domains/{PRODUCT}"
    write(f"{root}/mesh.yaml", MESH)
    write(f"{root}/domains/sales/domain.yaml", DOMAIN)
    write(f"{product}/product.odps.yaml", ODPS.replace("VERSION", version).replace("PURPOSE", purpose))
    write(f"{product}/orders.odcs.yaml", CONTRACT.replace("PURPOSE", purpose))
    write(f"{product}/README.md", f"# orders\n\n{purpose}\n")


class Torn(Exception):
    """What a reader must never see."""


def load(path):
    with open(path, "rb") as file:
        return file.read()


def blob(product, descriptor):
    digest = descriptor["digest"]
    if not re.fullmatch("sha256:[0-9a-f]{64}", digest):
        raise Torn(f"{digest} is no digest")
    try:
        data = load(f"{product}/blobs/sha256/{digest[7:]}")
    except OSError as error:
        raise Torn(f"{digest} cannot be read: {error.strerror}") from None
    if len(data) != descriptor["size"] or "sha256:" + hashlib.sha256(data).hexdigest() != digest:
        raise Torn(f"{digest} holds other bytes")
    return data


def read_product(store):
    """The releases as {tag: {title: bytes}}, {} when nothing was published, and the index; Torn for anything between."""
    product = f"{store}/{PRODUCT}"
    if not os.path.lexists(f"{product}/index.json"):
        return {}, None
    try:
        index = json.loads(load(f"{product}/index.json"))
        if json.loads(load(f"{product}/oci-layout"))["imageLayoutVersion"] != "1.0.0":
            raise Torn("oci-layout is of another version")
    except (OSError, ValueError) as error:
        raise Torn(f"the layout cannot be read: {error}") from None
    releases = {}
    for entry in index["manifests"]:
        manifest = json.loads(blob(product, entry))
        blob(product, manifest["config"])
        tag = entry["annotations"]["org.opencontainers.image.ref.name"]
        if tag in releases:
            raise Torn(f"{tag} is listed twice")
        releases[tag] = {layer["annotations"]["org.opencontainers.image.title"]: blob(product, layer)
                         for layer in manifest["layers"]}
    return releases, index


def check_files(store):
    """Every file a reader can see has its place, and every blob, listed or not, is whole."""
    for folder, _, names in os.walk(store):
        for name in names:
            path = os.path.relpath(f"{folder}/{name}", store)
            if name.startswith(".mesh-"):
                continue
            if re.fullmatch("[^/]+/[^/]+/blobs/sha256/[0-9a-f]{64}", path):
                if hashlib.sha256(load(f"{folder}/{name}")).hexdigest() != name:
                    raise Torn(f"{path} holds other bytes")
            elif not re.fullmatch(r"[^/]+/([^/]+/(oci-layout|index\.json)|listing\.json)", path):
                raise Torn(f"{path} does not belong there")
            elif not load(f"{folder}/{name}"):
                raise Torn(f"{path} is empty")


def oras():
    """A client that is not ours, where there is one."""
    fetched = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "mesh-tests/bin/oras")
    return shutil.which("oras") or (fetched if os.access(fetched, os.X_OK) else None)
