"""Publishes one more release of sales/orders into a folder, for crash_publish.py to kill.

usage: twin_publisher.py STORE blobs-first|index-first
"""
import hashlib
import json
import os
import sys


def place(path, data):
    """Whole or not at all, durable: the order of the calls is all that may be wrong here."""
    if os.path.exists(path) and not path.endswith("index.json"):
        return
    folder, name = os.path.split(path)
    draft = f"{folder}/.mesh-twin-{name}.tmp"
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    os.write(file, data)
    os.fsync(file)
    os.close(file)
    os.rename(draft, path)


def described(data, media_type, **annotations):
    return {"mediaType": media_type, "digest": "sha256:" + hashlib.sha256(data).hexdigest(), "size": len(data),
            "annotations": annotations}


def main(store, order):
    product = f"{store}/sales/orders"
    readme = b"# the twin's\n"
    layer = described(readme, "text/markdown", **{"org.opencontainers.image.title": "README.md"})
    config = {"mediaType": "application/vnd.oci.empty.v1+json", "size": 2,
              "digest": "sha256:" + hashlib.sha256(b"{}").hexdigest()}
    manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                           "config": config, "layers": [layer]}).encode()
    with open(f"{product}/index.json", "rb") as file:
        index = json.load(file)
    entry = described(manifest, "application/vnd.oci.image.manifest.v1+json",
                      **{"org.opencontainers.image.ref.name": "9.0.0"})
    index["manifests"] = [one for one in index["manifests"] if one != entry] + [entry]

    blobs = [(f"{product}/blobs/sha256/{hashlib.sha256(data).hexdigest()}", data) for data in (b"{}", readme, manifest)]
    pointer = [(f"{product}/index.json", json.dumps(index).encode())]
    for path, data in (blobs + pointer if order == "blobs-first" else pointer + blobs):
        place(path, data)


main(*sys.argv[1:])
