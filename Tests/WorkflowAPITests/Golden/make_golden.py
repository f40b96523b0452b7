#!/usr/bin/env python3
"""Writes events.json: the bytes that Temporal's own protobuf classes give for each event type we know.

    pip install temporalio && python3 make_golden.py > events.json

Each type comes twice: minimal (nothing set) and full (every field that we model, with a value made from its name and
number); and each kind of failure once, with a chain of causes. The output is the same at every run.
"""
import json

from google.protobuf.json_format import MessageToDict
from temporalio.api.enums.v1 import event_type_pb2 as event_type
from temporalio.api.enums.v1 import failed_cause_pb2 as failed_cause
from temporalio.api.enums.v1 import workflow_pb2 as workflow
from temporalio.api.failure.v1 import message_pb2 as failure
from temporalio.api.history.v1 import message_pb2 as history

NOT_MODELLED = {
    "parent_workflow_namespace", "parent_workflow_namespace_id", "parent_workflow_execution",
    "parent_initiated_event_id", "initiator", "continued_failure", "last_completion_result",
    "prev_auto_reset_points", "parent_initiated_event_version", "source_version_stamp", "completion_callbacks",
    "root_workflow_execution", "inherited_build_id", "versioning_override", "priority", "inherited_pinned_version",
    "parent_pinned_worker_deployment_version", "inherited_auto_upgrade_info", "eager_execution_accepted",
    "declined_target_version_upgrade", "time_skipping_config", "time_skipping_state_propagation",
    "propagated_nexus_serialization_context", "external_initiated_event_id", "external_workflow_execution",
    "skip_generate_workflow_task", "suggest_continue_as_new_reasons", "target_worker_deployment_version_changed",
    "worker_version", "build_id_redirect_counter", "binary_checksum", "metering_metadata", "deployment",
    "versioning_behavior", "worker_deployment_version", "worker_deployment_name", "deployment_version", "base_run_id",
    "new_run_id", "fork_event_version", "use_workflow_build_id", "encoded_attributes", "kind", "normal_name",
    "category", "external_payloads", "namespace", "initiated_event_id",
}
# In ActivityTaskFailed `cause` is not modelled; in WorkflowTaskFailed it is.
NOT_MODELLED_IN = {"ActivityTaskFailedEventAttributes": {"cause"}, "Failure": {"cause"},
                   "CanceledFailureInfo": {"identity"},
                   "TerminatedFailureInfo": {"identity"}}
TYPES = list(range(1, 22)) + [25, 26, 27]


def fill(message, depth=0):
    name = message.DESCRIPTOR.name
    for field in message.DESCRIPTOR.fields:
        if field.name in NOT_MODELLED and not (name == "WorkflowTaskFailedEventAttributes" and field.name == "cause"):
            continue
        if field.name in NOT_MODELLED_IN.get(name, ()):
            continue
        if name == "Failure" and field.name.endswith("_info") and field.name != "application_failure_info":
            continue
        if name == "ChildWorkflowExecutionFailureInfo" and field.name == "started_event_id":
            continue
        set_field(message, field, depth)


def set_field(message, field, depth):
    if field.message_type and field.message_type.GetOptions().map_entry:
        value = field.message_type.fields_by_name["value"]
        container = getattr(message, field.name)
        if value.message_type:
            fill(container[field.name + "-key"], depth + 1)
        else:
            container["encoding"] = b"json/plain"
    elif field.message_type and field.message_type.full_name in (
        "google.protobuf.Duration", "google.protobuf.Timestamp",
    ):
        getattr(message, field.name).seconds = 1000 + field.number
        getattr(message, field.name).nanos = 5_000_000
    elif field.message_type:
        if field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED:
            fill(getattr(message, field.name).add(), depth + 1)
        else:
            fill(getattr(message, field.name), depth + 1)
    else:
        repeated = field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED
        value = scalar(field)
        if repeated:
            getattr(message, field.name).append(value)
        else:
            setattr(message, field.name, value)


def scalar(field):
    if field.type == field.TYPE_STRING:
        return field.name
    if field.type == field.TYPE_BYTES:
        return b'{"a":1}'
    if field.type == field.TYPE_BOOL:
        return True
    if field.type == field.TYPE_ENUM:
        return field.enum_type.values[1].number
    if field.type == field.TYPE_DOUBLE:
        return 1.5
    return 7 + field.number


def failures():
    """An event for each kind of failure, with two causes behind it."""
    kinds = [field for field in failure.Failure.DESCRIPTOR.fields
             if field.name.endswith("_info") and not field.name.startswith(("reset_", "nexus_"))]
    for kind in kinds:
        event = history.HistoryEvent(event_id=5, event_type=event_type.EVENT_TYPE_ACTIVITY_TASK_FAILED)
        event.event_time.seconds = 1_767_225_600
        attributes = event.activity_task_failed_event_attributes
        attributes.scheduled_event_id = 3
        attributes.started_event_id = 4
        attributes.retry_state = workflow.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED
        outer = attributes.failure
        outer.message = 'outer é世\U0001F600 "quoted" \\ /\n\t\x01'
        info = getattr(outer, kind.name)
        info.SetInParent()
        fill(info)
        outer.cause.message = "inner"
        outer.cause.server_failure_info.SetInParent()
        outer.cause.cause.message = "innermost"
        outer.cause.cause.application_failure_info.type = "Innermost"
        yield {"name": f"failure with {kind.name}", "type": event.event_type, "hex": event.SerializeToString().hex(),
               "json": json.dumps(MessageToDict(event))}


def main():
    events = []
    attribute_fields = history.HistoryEvent.DESCRIPTOR.oneofs_by_name["attributes"].fields
    types = history.HistoryEvent.DESCRIPTOR.fields_by_name["event_type"].enum_type.values_by_number
    by_name = {field.name: field for field in attribute_fields}
    for number in TYPES:
        name = types[number].name.removeprefix("EVENT_TYPE_").lower()
        field = by_name[name + "_event_attributes"]
        for kind in ("minimal", "full"):
            event = history.HistoryEvent(event_id=number, event_type=number)
            event.event_time.seconds = 1_767_225_600
            event.event_time.nanos = 123_456_789
            attributes = getattr(event, field.name)
            attributes.SetInParent()
            if kind == "full":
                fill(attributes)
            events.append({"name": f"{name} {kind}", "type": number, "hex": event.SerializeToString().hex(),
                           "json": json.dumps(MessageToDict(event))})
    events.extend(failures())
    unknown = history.HistoryEvent(event_id=99, event_type=60)
    unknown.event_time.seconds = 1_767_225_600
    unknown.workflow_execution_time_skipping_transitioned_event_attributes.SetInParent()
    events.append({"name": "a type that is not known", "type": 60, "hex": unknown.SerializeToString().hex(),
                   "json": json.dumps(MessageToDict(unknown))})
    causes = failed_cause.WorkflowTaskFailedCause.DESCRIPTOR.values
    numbers = {value.name.removeprefix("WORKFLOW_TASK_FAILED_CAUSE_"): value.number for value in causes}
    enums = {
        enum.name: {value.name: value.number for value in enum.values}
        for enum in (
            event_type.EventType.DESCRIPTOR, workflow.TimeoutType.DESCRIPTOR, workflow.RetryState.DESCRIPTOR,
            workflow.WorkflowExecutionStatus.DESCRIPTOR,
        )
    }
    print(json.dumps({"events": events, "workflowTaskFailedCauses": numbers, "enums": enums}, indent=1))


main()
