#!/usr/bin/env python3
"""Writes a mesh of many manifests of about 8 KB, spliced from the many real documents of tests/corpus/real.

usage: make_mesh.py FOLDER COUNT [--mean BYTES]

Every contract starts from another real document, keeps its text, comments and layout, and grows by schema objects of
others until it has its size. One manifest in ten is a product; it promises the nine contracts beside it and relies on
one of the products before, so the graph is linked and without cycles. The same arguments give the same bytes.
"""
import csv
import pathlib
import random
import re
import sys

CORPUS = pathlib.Path(__file__).resolve().parent.parent / "corpus" / "real"
CONTRACTS_PER_PRODUCT = 9
MEAN = 8000


def sections(text):
    """The top-level keys of a block mapping with their lines."""
    parts = []
    for line in text.splitlines(keepends=True):
        key = re.match(r"([A-Za-z]\w*):", line)
        if key:
            parts.append([key[1], line])
        elif parts:
            parts[-1][1] += line
        else:
            parts.append(["", line])
    return parts


def items(body):
    """The items of a block sequence below a key, each moved to the left edge."""
    lines = body.splitlines(keepends=True)[1:]
    first = next((line for line in lines if line.strip()), "")
    indent = len(first) - len(first.lstrip(" "))
    if not first.startswith(" " * indent + "- "):
        return []
    found = []
    for line in lines:
        if line.startswith(" " * indent + "- "):
            found.append("")
        if found and line.startswith(" " * indent):  # not what is said of the next section
            found[-1] += line[indent:]
    return found


def era(version):
    """3.1 closed many objects that 3.0 left open, and 3.2 knows keys that 3.1 does not."""
    return int(version.lstrip("v").split(".")[1])


def real_contracts():
    """Valid ODCS v3 documents of an ordinary size in block style, as sections."""
    with open(CORPUS / "index.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    documents = []
    for row in rows:
        if row["standard"] != "odcs" or row["expected"] != "valid" or not row["version"].startswith("v3"):
            continue
        text = (CORPUS / row["file"]).read_text(encoding="utf-8", errors="strict").lstrip("\ufeff").replace("\r\n", "\n")
        parts = sections(text)
        keys = [key for key, _ in parts]
        if "\n---" in text or "\n..." in text or "id" not in keys or len(set(keys)) != len(keys) or "\t" in text or \
                "fixtures__invalid" in row["file"]:
            continue
        documents.append((era(row["version"]), parts))
    return documents


def real_objects(documents):
    """Schema objects that stand for themselves, with the version that knows them."""
    pool = []
    for version, parts in documents:
        for body in (body for key, body in parts if key == "schema"):
            for item in items(body):
                named = re.search(r"^(- |  )name: *([A-Za-z_]\w*) *$", item, re.M)
                if named and not re.search(r"relationships:|[&*]\w+|<<:|\$\{", item) and 200 < len(item) < 9000:
                    pool.append((version, item[: named.start(2)], named[2], item[named.end(2):].rstrip("\n") + "\n"))
    return pool


def contract(chance, documents, pool, domain, number, size):
    version, parts = documents[number % len(documents)]
    text = ""
    schema = None
    for key, body in parts:
        if key == "id":
            body = f"id: urn:bench:contract:{number}\n"
        elif key == "version":
            body = "version: 1.0.0\n"
        elif key == "domain":
            body = f"domain: {domain}\n"
        if key == "schema":
            schema = body
        else:
            text += body if body.endswith("\n") else body + "\n"
    schema = (schema or "schema:\n").rstrip("\n") + "\n"
    first = re.search(r"\n( *)- ", schema)
    if schema.strip() != "schema:" and not first:
        return text + schema  # a list in brackets: it stays as it is
    indent = first[1] if first else "  "
    taken = set()
    for _ in range(400):
        if len(text) + len(schema) >= size:
            break
        known, head, name, tail = chance.choice(pool)
        if known > version or (known == 0) != (version == 0) or (head, name) in taken or len(text) + len(schema) + len(tail) > size + 3000:
            continue
        taken.add((head, name))
        item = f"{head}{name}_{len(taken)}{tail}"
        schema += "".join(indent + line if line.strip() else line for line in item.splitlines(keepends=True))
    return text + schema


def product(domain, number, contracts, inputs):
    lines = [
        "apiVersion: v1.1.0", "kind: DataProduct", f"id: urn:bench:product:{number}", f"name: product {number}",
        "version: 1.0.0", "status: active", f"domain: {domain}", "description:",
        f"  purpose: What the team of {domain} promises to others, number {number}.",
        "  limitations: Made for measuring.", "  usage: Read it, link it, judge it.", "tags: [bench, made]"]
    if inputs:
        lines.append("inputPorts:")
    for name in inputs:
        lines += [f"  - name: from-{name}", "    version: 1.0.0", f"    contractId: urn:bench:contract:{name}"]
    lines.append("outputPorts:")
    for name in contracts:
        lines += [f"  - name: port-{name}", f"    description: Rows of contract {name}, by the day.", "    type: tables",
                  "    version: 1.0.0", f"    contractId: urn:bench:contract:{name}"]
        if inputs:
            lines += ["    inputContracts:"] + [line for one in inputs for line in
                      (f"      - id: urn:bench:contract:{one}", "        version: 1.0.0")]
    lines += ["team:", f"  name: {domain} data", "  description: They own it.", "support:",
              f"  - channel: {domain}-help", f"    url: https://example.com/{domain}", ""]
    return "\n".join(lines)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main(folder, count, mean):
    chance = random.Random(8)
    documents = real_contracts()
    pool = real_objects(documents)
    documents = [(version, parts) for version, parts in documents if sum(len(body) for _, body in parts) < 16000]
    chance.shuffle(documents)
    folder = pathlib.Path(folder)
    products = max(1, count // (CONTRACTS_PER_PRODUCT + 1))
    domains = max(1, min(40, products // 5))
    names = [f"d{number:02}" for number in range(domains)]
    write(folder / "mesh.yaml", "apiVersion: mesh/v1\nkind: Mesh\nname: bench\ndomains: [domains/*]\n")
    for name in names:
        write(folder / "domains" / name / "domain.yaml",
              f"apiVersion: mesh/v1\nkind: Domain\nname: {name}\nowner: {{team: {name} data}}\n")
    total = 0
    for number in range(products):
        domain = names[number % domains]
        place = folder / "domains" / domain / f"p{number:05}"
        contracts = range(number * CONTRACTS_PER_PRODUCT, (number + 1) * CONTRACTS_PER_PRODUCT)
        inputs = sorted(chance.sample(range(number * CONTRACTS_PER_PRODUCT), 2)) if number else []
        for one in contracts:
            size = int(mean * min(2.5, max(0.3, 0.93 * chance.lognormvariate(0, 0.45))))
            text = contract(chance, documents, pool, domain, one, size)
            write(place / f"c{one:06}.odcs.yaml", text)
            total += len(text)
        text = product(domain, number, contracts, inputs)
        write(place / "product.odps.yaml", text)
        total += len(text)
    made = products * (CONTRACTS_PER_PRODUCT + 1)
    print(f"{made} manifests of {total / made / 1000:.1f} KB on average in {domains} domains, "
          f"from {len(documents)} real documents and {len(pool)} schema objects")


if __name__ == "__main__":
    rest = sys.argv[1:]
    average = MEAN
    if "--mean" in rest:
        at = rest.index("--mean")
        average = int(rest[at + 1])
        del rest[at:at + 2]
    if len(rest) != 2:
        sys.exit(__doc__)
    main(rest[0], int(rest[1]), average)
