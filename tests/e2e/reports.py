#!/usr/bin/env python3
"""Every format of `mesh validate`, over a mesh with hostile names and texts, read by what reads it elsewhere: SARIF by
check-jsonschema and the schema of OASIS, JUnit by xmllint and the schema of Jenkins, log commands as the runners of
GitHub and Azure parse them. All formats tell of the same findings.

usage: reports.py MESH
"""
import json
import pathlib
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ET

import ci_tools

HOSTILE = ["::error file=x::y", "##vso[task.setvariable variable=a]b", "##[error]x", "a;b=c]d,e", "100%0A::error::x %25 %AZP25",
           "]]><failure/>&amp;", "'\" onload='x", "[click](http://x) {0} ${VAR}", "数据 é", "a\u202eb\u200b", "x\u001b[31m\u0007", "a\nb\r::c"]
REPORTS = ci_tools.ROOT / "tests" / "report"


def make_mesh(top):
    """Two domains; every contract refers to a definition that is missing and has keys nobody knows."""
    def write(name, text):
        file = top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    write("mesh.yaml", "apiVersion: mesh/v1\nkind: Mesh\nname: shop\ndomains: [domains/*]\n")
    write("domains/sales/domain.yaml", "apiVersion: mesh/v1\nkind: Domain\nname: sales\nowner: {team: t, email: t@example.com}\n")
    for number, text in enumerate(HOSTILE):
        key = json.dumps(text)  # YAML reads it, too
        name = re.sub("[\n\r/\\x00]", "_", text)
        write(f"domains/sales/p{number}/{name}.odcs.yaml",
              f"apiVersion: v3.2.0\nkind: DataContract\nid: urn:{number}\nversion: 1.0.0\nstatus: active\n{key}: {key}\n"
              f"schema:\n  - name: {key}\n    properties:\n      - {{name: {key}, logicalType: {key}}}\n")
    for name in "a", "b":
        write(f"domains/sales/twice/{name}.odcs.yaml",
              "apiVersion: v3.2.0\nkind: DataContract\nid: urn:twice\nversion: 1.0.0\nstatus: active\n")
    write("domains/sales/fine/c.odcs.yaml", "apiVersion: v3.2.0\nkind: DataContract\nid: urn:c\nversion: 1.0.0\nstatus: active\n")


def github_commands(text):
    """As the runner of GitHub does: a line that starts with `::` after white space, or has `##[` anywhere."""
    unescape = lambda value: value.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    for line in re.split("\r\n|\n|\r", text):
        match = re.match(r"::([^ :]+)( [^:]*?)?::(.*)$", line.lstrip())
        if match:
            pairs = (part.split("=", 1) for part in (match[2] or "").strip().split(",") if part)
            yield match[1], {name: unescape(value) for name, value in pairs}, unescape(match[3])
        elif "##[" in line:
            yield "old", {}, line


def azure_commands(text):
    """As the agent of Azure does: `##vso[` anywhere in a line, in any case."""
    unescape = lambda value: value.replace("%3B", ";").replace("%5D", "]").replace("%0A", "\n").replace("%0D", "\r").replace("%AZP25", "%")
    for line in re.split("\r\n|\n|\r", text):
        at = line.lower().find("##vso[")
        if at < 0:
            continue
        inside, _, data = line[at + len("##vso["):].partition("]")
        name, _, rest = inside.partition(" ")
        yield name, {pair.split("=", 1)[0]: unescape(pair.split("=", 1)[1]) for pair in rest.split(";") if pair}, unescape(data)


def main():
    mesh = pathlib.Path(sys.argv[1]).resolve()
    check_jsonschema, xmllint = ci_tools.tool("check-jsonschema"), ci_tools.tool("xmllint")
    checks = ci_tools.Checks()
    with ci_tools.folder() as temp:
        home = pathlib.Path(temp).resolve()
        top = home / "repository" / "below"
        make_mesh(top)
        environment = ci_tools.environment(mesh, home)
        ci_tools.run(["git", "init", "-q", home / "repository"], env=environment).check_returncode()

        def validate(*words, **more):
            done = ci_tools.run([mesh, "validate", *words], cwd=top, env={**environment, **more})
            checks.check(done.returncode == 1, f"exit code of {words}", done.returncode, done.stderr)
            return done.stdout

        findings = json.loads(validate("--format", "json"))["findings"]
        checks.check(len(findings) > 2 * len(HOSTILE), "the mesh has findings", len(findings))
        facts = [("below/" + f["path"], f["rule"], f["level"], f["line"], f["column"], f["endLine"], f["endColumn"]) for f in findings]

        lines = [json.loads(line) for line in validate("--format", "ndjson").splitlines()]
        checks.check(lines[:-1] == findings, "ndjson has the findings of json")
        checks.check(lines[-1]["summary"]["errors"] == sum(f["level"] == "error" for f in findings), "ndjson ends with the summary")

        for name, schema in ("sarif", "sarif-schema-2.1.0.json"), ("gitlab", "gitlab.schema.json"), ("json", "json.schema.json"):
            file = home / name
            validate("--format", name, "--output", str(file))
            done = ci_tools.run([check_jsonschema, "--schemafile", REPORTS / schema, file], env={**environment, "PATH": "/usr/bin:/bin"})
            checks.check(done.returncode == 0, f"{name} is valid", done.stdout, done.stderr)
        sarif = json.loads((home / "sarif").read_text())["runs"][0]
        path_of = lambda place: urllib.parse.unquote(place["artifactLocation"]["uri"])
        regions = [(path_of(p), r["ruleId"], r["level"], *(p["region"][k] for k in ("startLine", "startColumn", "endLine", "endColumn")))
                   for r in sarif["results"] for p in [r["locations"][0]["physicalLocation"]]]
        checks.check(regions == facts, "sarif has the places of json")
        rules = sarif["tool"]["driver"]["rules"]
        checks.check(all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in sarif["results"]), "sarif: ruleIndex")
        checks.check(all(rule["shortDescription"]["text"] and rule["help"]["markdown"] for rule in rules), "sarif: rules have help")
        related = [len(r.get("relatedLocations", [])) for r in sarif["results"]]
        checks.check(related == [len(f["notes"]) for f in findings] and any(related), "sarif has the notes of json")
        gitlab = json.loads((home / "gitlab").read_text())
        places = [(i["location"]["path"], i["check_name"], i["location"]["lines"]["begin"]) for i in gitlab]
        checks.check(places == [(fact[0], fact[1], fact[3]) for fact in facts], "gitlab has the places of json")
        for prints in [i["fingerprint"] for i in gitlab], [r["partialFingerprints"]["meshFinding/v1"] for r in sarif["results"]]:
            checks.check(len(set(prints)) == len(findings), "fingerprints are unique")

        file = home / "junit.xml"
        text = validate("--format", "junit")
        file.write_text(text)
        done = ci_tools.run([xmllint, "--noout", "--schema", REPORTS / "junit-10.xsd", file])
        checks.check(done.returncode == 0, "junit is valid", done.stderr)
        cases = ET.fromstring(text).findall("./testsuite/testcase")
        summary = json.loads(validate("--format", "json"))["summary"]
        checks.check(len(cases) == summary["files"], "junit has a test for each manifest", len(cases), summary["files"])
        checks.check(sum(case.find("failure") is not None for case in cases) ==
                     len({f["path"] for f in findings if f["level"] == "error"}), "junit: a failure for each file with errors")

        def same_places(commands, file, line, column):
            keep = [(props[file], int(props[line]), int(props[column])) for _, props, _ in commands if column in props]
            want = [(fact[0], fact[3], fact[4]) for fact in facts if column != "col" or fact[3] == fact[5]]
            # Neither service shows characters that act on a terminal.
            plain = lambda rows: [row for row in rows if not re.search("[\x00-\x1f\u200b\u202e]|\\\\u\\{", row[0]) and "##" not in row[0]]
            return plain(keep) == plain(want) and len(keep) == len(want)

        commands = list(github_commands(validate("--format", "github")))
        checks.check(len(commands) == len(findings), "github: one command for each finding", len(commands), len(findings))
        checks.check(all(name in ("error", "warning", "notice") for name, _, _ in commands), "github: no other command")
        checks.check(same_places(commands, "file", "line", "col"), "github has the places of json")
        commands = list(azure_commands(validate("--format", "azure")))
        checks.check(len(commands) == sum(f["level"] != "note" for f in findings), "azure: one command for each finding")
        checks.check(all(name == "task.logissue" for name, _, _ in commands), "azure: no other command")
        checks.check(same_places(commands, "sourcepath", "linenumber", "columnnumber"), "azure has the places of json")

        # What people read has no command in it, wherever it is printed.
        for name in "text", "concise", "json", "ndjson", "sarif", "junit", "gitlab":
            text = validate("--format", name)
            checks.check(not list(azure_commands(text)) and not list(github_commands(text)), f"{name} holds no command")
            checks.check(text == validate("--format", name, GITHUB_ACTIONS="true", TF_BUILD="True"), f"--format {name} wins")

        text = validate()
        on_github, on_azure = validate(GITHUB_ACTIONS="true"), validate(TF_BUILD="True")
        checks.check(text == validate(GITLAB_CI="true"), "on GitLab the text is printed")
        checks.check(on_github == text + validate("--format", "github"), "on GitHub the text, then annotations")
        checks.check(on_azure == text + validate("--format", "azure"), "on Azure the text, then issues")
        checks.check(validate("--output", f"gitlab={home}/again") == text, "a report beside what is printed")
        checks.check((home / "again").read_text() == (home / "gitlab").read_text(), "--output FORMAT=FILE is --format FORMAT --output FILE")
        checks.check(ci_tools.run(["bash", "-c", f"'{mesh}' validate --output sarif=>(cat >/dev/null) -o junit=/dev/stderr"], cwd=top,
                                  env=environment).returncode == 1, "a pipe is written to as it is")
    checks.end()


if __name__ == "__main__":
    main()
