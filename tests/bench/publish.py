#!/usr/bin/env python3
"""What `mesh publish` costs beside its peers: a mesh of many products of four files, to a bucket on this machine.

usage: publish.py MESH [PRODUCTS]      default: 1000

In one run, on loopback: mesh to versitygw; rclone copying the same published tree to it; oras pushing the same files, product by
product, to docker-registry (a tenth of them, times ten); helm packing and pushing each as a chart, where it is installed (`go install
helm.sh/helm/v3/cmd/helm@v3.19.0`). Then an unchanged publish, and memory and requests for two sizes. Exits
1 when a bar is missed: no slower than rclone, five times oras, an unchanged publish ten times faster than the first with one
request a product, memory that does not grow with the mesh but by what validating it takes. Needs versitygw, oras, boto3 in
the tests' cache, rclone, docker-registry and time.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
import servers

CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: contract-{product}-{part}
name: {part}
version: 1.0.0
status: active
schema:
{columns}"""
COLUMNS = "".join(f"      - {{name: column_{i}, logicalType: string, description: what the column of this table is about}}\n" for i in range(60))
PRODUCT = """apiVersion: v1.0.0
kind: DataProduct
id: product-{product}
name: {product}
version: 1.0.0
status: active
outputPorts:
{ports}"""
PARTS = ("lines", "totals")


def write_mesh(root, products):
    (root / "domains/shop").mkdir(parents=True)
    (root / "mesh.yaml").write_text("apiVersion: mesh/v1\nkind: Mesh\nname: bench\ndomains: [domains/*]\n")
    (root / "domains/shop/domain.yaml").write_text("apiVersion: mesh/v1\nkind: Domain\nname: shop\nowner: {team: shop, email: shop@example.com}\n")
    for number in range(products):
        product = f"p{number:05}"
        folder = root / "domains/shop" / product
        folder.mkdir()
        ports = "".join(f"  - {{name: {part}, version: 1.0.0, contractId: contract-{product}-{part}}}\n" for part in PARTS)
        (folder / "product.odps.yaml").write_text(PRODUCT.format(product=product, ports=ports))
        for part in PARTS:
            columns = f"  - name: {part}\n    physicalName: {product}_{part}\n    properties:\n" + COLUMNS
            (folder / f"{part}.odcs.yaml").write_text(CONTRACT.format(product=product, part=part, columns=columns))
        (folder / "README.md").write_text(f"# {product}\n\nWhat the data of this product are, and whom to ask.\n")


class Used:
    def __init__(self, wall, cpu, memory):
        self.wall, self.cpu, self.memory = wall, cpu, memory

    def told(self):
        return f"{self.wall:7.2f} s wall {self.cpu:7.2f} s CPU {self.memory / 1024:6.0f} MB"


def run(argv, cwd=None, environment=None):
    # Settings of this machine for the cloud are not what is measured; rclone stops at one of them.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with tempfile.NamedTemporaryFile("r") as measured:
        # A child of this process would count the memory of Python, which it was forked from, as its own.
        timed = [servers.program("time"), "-o", measured.name, "-f", "%e %U %S %M", *(str(word) for word in argv)]
        child = subprocess.run(timed, cwd=cwd, env={**kept, **(environment or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if child.returncode != 0:
            raise SystemExit(f"{' '.join(timed)}: exit {child.returncode}: {child.stderr.decode()[-2000:]}")
        wall, user, system, memory = measured.read().split()
    return Used(float(wall), float(user) + float(system), int(memory))


def bytes_below(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def registry(folder):
    def command(port):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.yml").write_text(f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}/data}}}}\n"
                                           f"http: {{addr: 127.0.0.1:{port}}}\n")
        return [servers.program("docker-registry"), "serve", folder / "config.yml"]
    return servers.Server("docker-registry", folder, command, lambda url: servers.status(url + "/v2/") == 200)


def as_chart(folder, product):
    """The same files as what helm takes: a chart, whose Chart.yaml is in addition."""
    chart = folder / product.name
    shutil.copytree(product, chart)
    (chart / "Chart.yaml").write_text(f"apiVersion: v2\nname: {product.name}\nversion: 1.0.0\n")
    return chart


def push_charts(temp, products, shown):
    """What helm costs for these products: its use, the bytes it stores of one, the requests of one; none without helm."""
    try:
        helm = servers.program("helm")
    except servers.Missing:
        return None
    environment = {f"HELM_{name}_HOME": str(temp / "helm" / name.lower()) for name in ("CACHE", "CONFIG", "DATA")}

    def push(url, product, charts):
        chart = as_chart(charts, product)
        packed = run([helm, "package", "--destination", charts, chart], environment=environment)
        sent = run([helm, "push", "--plain-http", charts / f"{product.name}-1.0.0.tgz", url.replace("http://", "oci://") + "/charts"],
                   environment=environment)
        return packed.cpu + sent.cpu

    with registry(temp / "charts-registry") as server:
        begun = time.monotonic()
        cpu = sum(push(server.url, product, temp / "charts") for product in products)
        wall = time.monotonic() - begun
        size = bytes_below(temp / "charts-registry/data") / len(products)
        with servers.Proxy(server.url) as proxy:
            push(proxy.url, shown, temp / "counted-chart")
            return Used(wall, cpu, 0), size, len(proxy.requests)


missed = 0


def bar(what, holds, told):
    global missed
    missed += not holds
    print(f"{'ok  ' if holds else 'MISS'}  {what}: {told}", flush=True)


def main(mesh, products):
    mesh = pathlib.Path(mesh).resolve()
    rclone = servers.program("rclone")
    with tempfile.TemporaryDirectory() as temp:
        temp = pathlib.Path(temp)
        root, small = temp / "mesh", temp / "small"
        write_mesh(root, products)
        write_mesh(small, products // 4)
        with servers.Versitygw(temp / "versitygw") as server:
            client = server.boto3()
            for bucket in "first", "copied", "small", "counted":
                client.create_bucket(Bucket=bucket)
            state = {"XDG_STATE_HOME": str(temp / "state"), "XDG_CACHE_HOME": str(temp / "cache"), "HOME": str(temp)}
            environment = {**server.environment(), **state}
            publish = [mesh, "-q", "publish", "--to"]

            first = run(publish + ["s3://first/mesh"], root, environment)
            again = run(publish + ["s3://first/mesh"], root, environment)
            smaller = run(publish + ["s3://small/mesh"], small, environment)
            checked, fewer_checked = (run([mesh, "-q", "validate"], folder, environment) for folder in (root, small))
            print(f"mesh, {products} products          {first.told()}")
            print(f"mesh, {products // 4} products           {smaller.told()}")
            print(f"mesh, unchanged              {again.told()}")

            tree = temp / "tree"
            run(publish + [tree], root, environment)
            size = bytes_below(tree)
            config = temp / "rclone.conf"
            config.write_text(f"[bucket]\ntype = s3\nprovider = Other\nendpoint = {server.url}\nregion = us-east-1\n"
                              f"access_key_id = {server.key}\nsecret_access_key = {server.secret}\n")
            copied = run([rclone, "--config", config, "copy", tree, "bucket:copied/mesh"])
            print(f"rclone copy                  {copied.told()}")

            with servers.Proxy(server.url) as proxy:
                few = temp / "few"
                write_mesh(few, 10)
                counted = {**environment, "AWS_ENDPOINT_URL_S3": proxy.url}
                run(publish + ["s3://counted/mesh"], few, counted)
                made = len(proxy.requests)
                run(publish + ["s3://counted/mesh"], few, counted)
                unchanged = proxy.requests[made:]
            with servers.Proxy(server.url) as proxy:
                run(publish + [temp / "few-tree"], few, environment)
                config.write_text(config.read_text().replace(server.url, proxy.url))
                run([rclone, "--config", config, "copy", temp / "few-tree", "bucket:counted/copied"])
                of_rclone = len(proxy.requests)

        with registry(temp / "registry") as server:
            oras = servers.program("oras")
            begun, cpu = time.monotonic(), 0.0
            tenth = sorted((root / "domains/shop").glob("p*"))[:max(products // 10, 1)]
            for folder in tenth:
                names = sorted(path.name for path in folder.iterdir())
                cpu += run([oras, "push", "--plain-http", f"{server.url.removeprefix('http://')}/shop/{folder.name}:1.0.0", *names], folder).cpu
            scale = products / len(tenth)
            pushed = Used((time.monotonic() - begun) * scale, cpu * scale, 0)
            size_of_oras = bytes_below(temp / "registry/data") / len(tenth)
            with servers.Proxy(server.url) as proxy:
                names = sorted(path.name for path in tenth[0].iterdir())
                run([oras, "push", "--plain-http", f"{proxy.url.removeprefix('http://')}/shop/counted:1.0.0", *names], tenth[0])
                of_oras = len(proxy.requests)
            print(f"oras push, {len(tenth)} times {scale:g}    {pushed.told()}")

        charts = push_charts(temp, tenth, tenth[0])
        if charts:
            print(f"helm package and push, {len(tenth)} times {scale:g} {Used(charts[0].wall * scale, charts[0].cpu * scale, 0).told()}")

        own = sum(bytes_below(folder) for folder in tenth) / len(tenth)
        print(f"a release of 4 files and {own:.0f} bytes, in its place and in requests:")
        print(f"  mesh     {size / products:8.0f} bytes, {(made - 5) / 10:.1f} requests, and for the domain one listing in 5")
        print(f"  rclone   {size / products:8.0f} bytes, {of_rclone / 10:.1f} requests, of what mesh has made")
        print(f"  oras     {size_of_oras:8.0f} bytes in docker-registry's folder, {of_oras} requests")
        print(f"  helm     {charts[1]:8.0f} bytes in docker-registry's folder, {charts[2]} requests" if charts else "  helm     is not here")
        bar("no slower than rclone copy", first.wall <= copied.wall, f"{first.wall / copied.wall:.2f}x its wall, bar 1")
        bar("five times oras in a loop", pushed.wall >= 5 * first.wall, f"{pushed.wall / first.wall:.1f}x, bar 5")
        bar("an unchanged publish is ten times faster", first.wall >= 10 * again.wall, f"{first.wall / again.wall:.1f}x, bar 10")
        gets = [one for one in unchanged if one[0] == "GET"]
        bar("and sends one GET a product, nothing else", len(unchanged) == len(gets) == 10, f"{len(unchanged)} requests for 10 products")
        # The graph of all manifests is checked before anything is published; that takes some kilobytes a manifest.
        own, less = first.memory - checked.memory, smaller.memory - fewer_checked.memory
        bar("memory is that of validating, and no more for more products", own <= 1.1 * less and first.memory <= 1.5 * smaller.memory,
            f"{first.memory / 1024:.0f} MB for {products}, of which validating takes {checked.memory / 1024:.0f}; "
            f"{smaller.memory / 1024:.0f} MB for {products // 4}, of which validating takes {fewer_checked.memory / 1024:.0f}")
    return 1 if missed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if not servers.in_peers_python(__file__):
        servers.skip("boto3 is missing")
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000))
