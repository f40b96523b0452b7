import WorkflowRuntime

// What the machine says, and orders that differ in every process.
extension Edit {
    static let machine: [Edit] = chances + collections

    private static let chances: [Edit] = [
        Edit(.chance, line: "if Date() > deadline { try await ring() }") {
            try await $0.branch(0)
        } helper: {
            try await $0.branch(Careless.date())
        },
        Edit(.chance, line: "if UUID().uuidString < \"8\" { try await ring() }") {
            try await $0.branch(0)
        } helper: {
            try await $0.branch(Careless.uuid())
        },
        Edit(.chance, line: "if Int.random(in: 0..<2) == 0 { try await ring() }") {
            try await $0.branch(0)
        } helper: {
            try await $0.branch(Careless.random())
        },
        Edit(.chance, line: "try await Task.sleep(for: .seconds(1)); try await ring()") {
            try await $0.call("a")
        } helper: {
            try await Careless.sleep(); try await $0.call("a")
        },
        Edit(.chance, line: "if ProcessInfo.processInfo.processIdentifier % 2 == 0 { try await ring() }") {
            try await $0.branch(0)
        } helper: {
            try await $0.branch(Careless.environment())
        },
    ]

    private static let collections: [Edit] = [
        Edit(.unordered, line: "for name in names { try await ring(name) }") { workflow in
            for name in Careless.names.sorted() { try await workflow.call(name) }
        } helper: { workflow in
            for name in Careless.names { try await workflow.call(name) }
        },
        Edit(.unordered, line: "for (name, rank) in ranks where rank > 0 { try await ring(name) }") { workflow in
            for (name, _) in Careless.ranks.sorted(by: { $0.key < $1.key }) { try await workflow.call(name) }
        } helper: { workflow in
            for (name, _) in Careless.ranks { try await workflow.call(name) }
        },
        Edit(.unordered, line: "for name in ranks.keys { try await ring(name) }") { workflow in
            for name in Careless.ranks.keys.sorted() { try await workflow.call(name) }
        } helper: { workflow in
            for name in Careless.ranks.keys { try await workflow.call(name) }
        },
        Edit(.unordered, line: "for name in names.union([\"x\"]) { try Workflow.spawn { try await self.ring(name) } }")
        {
            workflow in
            for name in Careless.names.sorted() { _ = try await Workflow.spawn { try await workflow.call(name) }.value }
        } helper: { workflow in
            for name in Careless.names { _ = try await Workflow.spawn { try await workflow.call(name) }.value }
        },
        Edit(.unordered, line: "for name in Array(names) { async let rung: Void = ring(name); try await rung }") {
            workflow in
            for name in Array(Careless.names).sorted() { try await workflow.call(name) }
        } helper: { workflow in
            for name in Array(Careless.names) { try await workflow.call(name) }
        },
    ]
}
