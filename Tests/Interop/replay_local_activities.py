#!/usr/bin/env python3
"""Replays a history with local activities that was made here with Temporal's Core, which is in PyPI's `temporalio`.

    replay_local_activities.py FILE        a history as JSON, of the workflow `Priced` below

Exits 0, 1 if Core finds that the history is not that of the code, or 77 where `temporalio` is not to be had.
"""
import asyncio
import os
import sys
from datetime import timedelta

import check_export

if check_export.have_temporalio():
    from temporalio import workflow
    from temporalio.client import WorkflowHistory
    from temporalio.common import RetryPolicy
    from temporalio.exceptions import ActivityError
    from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

    # The same as `Priced` in LocalActivityInteropTests.swift.
    @workflow.defn(name="Priced")
    class Priced:
        @workflow.run
        async def run(self, number: int) -> int:
            price = await local("price", number)
            await asyncio.sleep(60)
            price = await local("flaky", price)
            try:
                await local("broken", price)
            except ActivityError:
                pass
            return price

    def local(name, number):
        return workflow.execute_local_activity(
            name, number, result_type=int, start_to_close_timeout=timedelta(seconds=10),
            local_retry_threshold=timedelta(seconds=1),
            retry_policy=RetryPolicy(initial_interval=timedelta(seconds=5), maximum_attempts=2))


async def replay(path):
    with open(path, encoding="utf-8") as file:
        history = WorkflowHistory.from_json("priced", file.read())
    replayer = Replayer(workflows=[Priced], workflow_runner=UnsandboxedWorkflowRunner())
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    if result.replay_failure:
        print(str(result.replay_failure)[:1000])
        return 1
    print(f"{len(history.events)} events replayed by Core")
    return 0


def main(arguments):
    if not check_export.have_temporalio():
        if arguments[:1] == ["--installed"]:
            return check_export.skip("the installation is broken")
        directory = os.environ.get("INTEROP_VENV", "/tmp/workflow-interop-venv")
        return check_export.install_and_run_again(directory, __file__)
    return asyncio.run(replay([name for name in arguments if name != "--installed"][0]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
