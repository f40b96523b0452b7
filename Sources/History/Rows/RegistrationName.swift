import WorkflowAPI

/// A row of `registration_name`: one thing that a worker can run.
struct RegistrationName: Hashable, Sendable {
    enum Kind: Int64, Sendable {
        case workflow = 0
        case activity = 1
        case signal = 2
        case query = 3
    }

    var kind: Kind
    var workflowType = ""
    var name = ""

    /// Everything that a registration names, each thing once.
    static func all(of registration: WorkerRegistration) -> [RegistrationName] {
        var names: [RegistrationName] = []
        for type in registration.workflowTypes {
            names.append(RegistrationName(kind: .workflow, workflowType: type.name))
            names += type.signals.map { RegistrationName(kind: .signal, workflowType: type.name, name: $0) }
            names += type.queries.map { RegistrationName(kind: .query, workflowType: type.name, name: $0) }
        }
        names += registration.activityTypes.map { RegistrationName(kind: .activity, name: $0) }
        var seen: Set<RegistrationName> = []
        return names.filter { seen.insert($0).inserted }
    }
}

extension WorkerRegistration {
    /// A registration from its row and the names that belong to it, in order.
    init(
        namespace: Namespace,
        taskQueue: TaskQueue,
        worker: WorkerIdentity,
        names: [RegistrationName]
    ) {
        func named(_ kind: RegistrationName.Kind, of type: String) -> [String] {
            names.filter { $0.kind == kind && $0.workflowType == type }.map(\.name)
        }
        self.init(
            namespace: namespace,
            taskQueue: taskQueue,
            worker: worker,
            workflowTypes: names.filter { $0.kind == .workflow }.map { row in
                WorkflowTypeDescription(
                    name: row.workflowType,
                    signals: named(.signal, of: row.workflowType),
                    queries: named(.query, of: row.workflowType)
                )
            },
            activityTypes: named(.activity, of: "")
        )
    }
}
