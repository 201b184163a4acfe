"""Keeps what each task returned on each host and writes it once, at the end, as one JSON document."""

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: answers
type: stdout
short_description: one JSON document of what tasks returned
description: Written to the file named by ANSWERS_FILE.
"""

KEPT = ("stdout", "changed", "failed", "msg", "rc", "unreachable")


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "answers"

    def __init__(self):
        super().__init__()
        self.answers = {}

    def keep(self, result):
        kept = {key: result._result[key] for key in KEPT if key in result._result}
        self.answers.setdefault(result._host.get_name(), {})[result._task.get_name()] = kept

    v2_runner_on_ok = v2_runner_on_unreachable = keep

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.keep(result)

    def v2_playbook_on_stats(self, stats):
        with open(os.environ["ANSWERS_FILE"], "w") as file:
            json.dump(self.answers, file, default=str)
