#!/usr/bin/env python3
"""The files for CI that users copy or refer to: valid by the schemas of their services, and doing what they say.

usage: ci_files.py MESH
"""
import json
import pathlib
import re
import shutil
import sys

import ci_tools

ROOT = ci_tools.ROOT


def main():
    mesh = pathlib.Path(sys.argv[1]).resolve()
    check_jsonschema, pre_commit = ci_tools.tool("check-jsonschema"), ci_tools.tool("pre-commit")
    tools_python = pathlib.Path(check_jsonschema).resolve().parent / "python3"
    checks = ci_tools.Checks()
    with ci_tools.folder() as temp:
        home = pathlib.Path(temp).resolve()
        environment = ci_tools.environment(mesh, home)
        ci_tools.run([mesh, "init", "shop"], cwd=home, env=environment).check_returncode()
        shop = home / "shop"
        contract = shop / "domains/sales/orders/orders.odcs.yaml"
        fine = contract.read_text()
        broken = re.sub("^status:.*$", "status: [", fine, flags=re.M)

        def documents(text):
            """Those of a YAML text; YAML has no reader in Python's own library."""
            done = ci_tools.run([tools_python, "-c", "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.argv[1]))))", text])
            done.check_returncode()
            return json.loads(done.stdout)

        def valid(file, schema):
            done = ci_tools.run([check_jsonschema, "--builtin-schema", schema, file])
            checks.check(done.returncode == 0, f"{file} is valid", done.stdout, done.stderr)

        # What `mesh init` writes, and the action.
        valid(shop / ".github/workflows/mesh.yml", "vendor.github-workflows")
        valid(shop / ".gitlab-ci.yml", "vendor.gitlab-ci")
        valid(ROOT / "action.yml", "vendor.github-actions")

        # The GitLab job, with its defaults filled in.
        text = (ROOT / ".gitlab/validate.yml").read_text()
        inputs = documents(text)[0]["spec"]["inputs"]
        body = re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", lambda match: str(inputs[match[1]]["default"]), text.split("\n---\n", 1)[1])
        (home / "job.yml").write_text(body)
        checks.check("$[[" not in body, "every input of the GitLab job is declared")
        valid(home / "job.yml", "vendor.gitlab-ci")
        job = documents(body)[0]["mesh-validate"]

        def run_job(text):
            contract.write_text(text)
            for report in shop.glob("*.json"):
                report.unlink()
            script = "\n".join(job["before_script"] + job["script"])
            return ci_tools.run(["bash", "-e", "-c", script], cwd=shop,
                                env={**environment, **job["variables"], "CI_PROJECT_DIR": str(shop), "GITLAB_CI": "true", "CI": "true"})

        for content, code, count in (fine, 0, 0), (broken, 1, 1):
            done = run_job(content)
            checks.check(done.returncode == code, "the GitLab job", done.returncode, done.stdout, done.stderr)
            report = shop / job["artifacts"]["reports"]["codequality"]
            checks.check(report.exists() and len(json.loads(report.read_text())) == count, "its Code Quality report")
            checks.check((shop / job["artifacts"]["reports"]["junit"]).exists(), "its JUnit report")
            for path in job["artifacts"]["reports"].values():
                (shop / path).unlink(missing_ok=True)

        # The steps of the action, as the runner calls them.
        action = documents((ROOT / "action.yml").read_text())[0]

        def run_action(**given):
            values = {name: given.get(name.replace("-", "_"), spec["default"]) for name, spec in action["inputs"].items()}
            fill = lambda text: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda match: values[match[1]], text)
            for step in action["runs"]["steps"]:
                more = {name: fill(value) for name, value in step.get("env", {}).items()}
                done = ci_tools.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                                    cwd=shop / fill(step.get("working-directory", ".")),
                                    env={**environment, **more, "GITHUB_ACTIONS": "true", "GITHUB_ACTION_PATH": str(ROOT)})
                if done.returncode != 0:
                    break
            return done

        checks.check(not re.search(r"run:.*\$\{\{|^\s+[^#]*\$\{\{(?! inputs\.[a-z-]+ \}\}$)", (ROOT / "action.yml").read_text(), re.M),
                     "no input of the action is pasted into a script")
        contract.write_text(fine)
        done = run_action()
        checks.check(done.returncode == 0, "the action on a mesh that is fine", done.stdout, done.stderr)
        contract.write_text(broken)
        done = run_action(sarif_file="out.sarif", junit_file="out.xml", paths="domains/sales\n  mesh.yaml")
        checks.check(done.returncode == 1 and "\n::error file=domains/sales/orders/orders.odcs.yaml," in done.stdout,
                     "the action annotates what is broken", done.returncode, done.stdout, done.stderr)
        checks.check(json.loads((shop / "out.sarif").read_text())["runs"][0]["results"], "the action writes SARIF")
        checks.check((shop / "out.xml").exists(), "the action writes JUnit")
        done = run_action(fail_on="never", working_directory="domains/sales", paths="$(touch here); orders")
        checks.check(done.returncode == 4 and not list(shop.rglob("here")), "an input of the action is no script", done.stderr)

        # The hook, by pre-commit itself, from a repository that holds nothing but the file.
        contract.write_text(fine)
        hooks = home / "hooks"
        hooks.mkdir()
        shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
        git = {**environment, "GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x@example.com", "GIT_COMMITTER_NAME": "x",
               "GIT_COMMITTER_EMAIL": "x@example.com", "PRE_COMMIT_HOME": str(home / "pre-commit")}
        for top in hooks, shop:
            for words in ["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]:
                ci_tools.run(["git", *words], cwd=top, env=git).check_returncode()
        done = ci_tools.run([pre_commit, "validate-manifest", ROOT / ".pre-commit-hooks.yaml"], cwd=home, env=git)
        checks.check(done.returncode == 0, "the hooks file is valid", done.stdout, done.stderr)
        try_hook = lambda: ci_tools.run([pre_commit, "try-repo", str(hooks), "mesh-validate", "--all-files"], cwd=shop, env=git)
        done = try_hook()
        checks.check(done.returncode == 0 and "Passed" in done.stdout, "the hook passes", done.stdout, done.stderr)
        contract.write_text(broken)
        done = try_hook()
        checks.check(done.returncode == 1 and "orders.odcs.yaml:" in done.stdout, "the hook fails", done.stdout, done.stderr)
    checks.end()


if __name__ == "__main__":
    main()
