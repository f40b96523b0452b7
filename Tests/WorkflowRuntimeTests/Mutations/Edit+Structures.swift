import WorkflowRuntime

// Task groups and async let.
extension Edit {
    static let structures: [Edit] = groups + children

    /// Calls side by side, in the order given.
    private static func together(_ workflow: isolated Mutant, _ names: [String]) async throws {
        try await withThrowingTaskGroup(of: String.self) { group in
            for name in names { group.addTask { try await workflow.call(name) } }
            for try await word in group { workflow.words.append(word) }
        }
    }

    private static let groups: [Edit] = [
        Edit(.group) {
            try await together($0, ["a", "b"])
        } after: {
            try await together($0, ["b", "a"])
        },
        Edit(.group) {
            try await together($0, ["a", "b", "c", "d"])
        } after: {
            try await together($0, ["a", "c", "b", "d"])
        },
        Edit(.group) {
            try await together($0, ["a", "b", "c"].sorted(by: <))
        } after: {
            try await together($0, ["a", "b", "c"].sorted(by: >))
        },
        Edit(.group) {
            try await together($0, ["a", "b"]); try await together($0, ["c", "d"])
        } after: {
            try await together($0, ["a", "c"]); try await together($0, ["b", "d"])
        },
        Edit(.group) { workflow in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await workflow.pause() }
                group.addTask { try await workflow.call("a") }
                try await group.waitForAll()
            }
        } after: { workflow in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await workflow.call("a") }
                group.addTask { try await workflow.pause() }
                try await group.waitForAll()
            }
        },
    ]

    private static let children: [Edit] = [
        Edit(.asyncLet) { workflow in
            async let one = workflow.call("a")
            try await workflow.call("b")
            workflow.words = [try await one]
        } after: { workflow in
            try await workflow.call("b")
            async let one = workflow.call("a")
            workflow.words = [try await one]
        },
        Edit(.asyncLet) { workflow in
            async let one = workflow.call("a")
            try await minute()
            workflow.words = [try await one]
        } after: { workflow in
            try await minute()
            async let one = workflow.call("a")
            workflow.words = [try await one]
        },
        Edit(.asyncLet) { workflow in
            async let one = workflow.call("a")
            async let two = workflow.call("b")
            workflow.words = try await [one, two]
        } after: { workflow in
            async let one = workflow.call("a")
            workflow.words = [try await one]
            async let two = workflow.call("b")
            workflow.words.append(try await two)
        },
        Edit(.asyncLet, pokes: 1) { workflow in
            async let one = workflow.call("a")
            try await workflow.wait(forPokes: 1)
            workflow.words = [try await one]
        } after: { workflow in
            try await workflow.wait(forPokes: 1)
            async let one = workflow.call("a")
            workflow.words = [try await one]
        },
        Edit(.asyncLet) { workflow in
            async let one = workflow.call("a")
            async let two = workflow.call("b")
            async let three = workflow.call("c")
            workflow.words = try await [one, two, three]
        } after: { workflow in
            async let two = workflow.call("b")
            async let three = workflow.call("c")
            async let one = workflow.call("a")
            workflow.words = try await [one, two, three]
        },
    ]
}
