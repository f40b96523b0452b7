#!/usr/bin/env python3
"""Reads what `workflowctl export` wrote with Temporal's own classes, and says whether anything is lost.

    check_export.py FILE...        each line of a file is an export, or a history alone; of a folder all its .json files

Every history goes through the protobuf JSON parser of PyPI's `temporalio`, strictly, into its History message, through
bytes, and back to JSON; it has to be what it was. `WorkflowHistory.from_json` has to take the whole export as it stands.
Exits 0, 1 if anything is lost, or 77 where `temporalio` is neither installed nor to be had by pip.
"""
import json
import os
import subprocess
import sys

SKIPPED = 77


def have_temporalio():
    try:
        import temporalio.api.history.v1  # noqa: F401
        return True
    except ImportError:
        return False


def install_and_run_again(directory, script=__file__):
    python = os.path.join(directory, "bin", "python3")
    steps = [
        [sys.executable, "-m", "venv", directory],
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--timeout", "10", "--retries", "1",
         "temporalio"],
    ]
    installed = os.path.exists(python) and subprocess.run(
        [python, "-c", "import temporalio.api.history.v1"], capture_output=True).returncode == 0
    for step in [] if installed else steps:
        try:
            result = subprocess.run(step, capture_output=True, text=True, timeout=180)
        except (OSError, subprocess.TimeoutExpired) as error:
            return skip(str(error))
        if result.returncode != 0:
            return skip((result.stderr.strip().splitlines() or ["no reason given"])[-1])
    return subprocess.run([python, os.path.abspath(script), "--installed"] + sys.argv[1:]).returncode


def skip(reason):
    print(f"skipped: temporalio is not installed and pip cannot get it: {reason}")
    return SKIPPED


def check(line):
    from google.protobuf import json_format
    from temporalio.api.history.v1 import History
    from temporalio.client import WorkflowHistory

    whole = json.loads(line)
    started = whole["events"][0]["workflowExecutionStartedEventAttributes"]
    run = whole.get("run") or {"workflowId": started["workflowId"], "runId": started["originalExecutionRunId"]}
    WorkflowHistory.from_json(run["workflowId"], line)
    wanted = {"events": whole["events"]}
    history = json_format.ParseDict(wanted, History())
    again = History()
    again.ParseFromString(history.SerializeToString())
    found = json_format.MessageToDict(again)
    if found != wanted:
        for before, after in zip(wanted["events"], found.get("events", [])):
            if before != after:
                print(f"{run['runId']}: {json.dumps(before)} became {json.dumps(after)}")
        return 0, 1
    return len(history.events), 0


def expand(path):
    """A file, or the histories in a folder and in its folders."""
    if not os.path.isdir(path):
        return [path]
    return sorted(os.path.join(folder, name)
                  for folder, _, names in os.walk(path) for name in names if name.endswith(".json"))


def main(files):
    if not have_temporalio():
        if files[:1] == ["--installed"]:
            return skip("the installation is broken")
        return install_and_run_again(os.environ.get("INTEROP_VENV", "/tmp/workflow-interop-venv"))
    runs = events = lost = 0
    for name in [name for path in files if path != "--installed" for name in expand(path)]:
        with open(name, encoding="utf-8") as file:
            for line in file:
                if line.strip():
                    found, missing = check(line)
                    runs, events, lost = runs + 1, events + found, lost + missing
    print(f"{runs} runs, {events} events, {lost} with something lost")
    return 1 if lost or not runs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
