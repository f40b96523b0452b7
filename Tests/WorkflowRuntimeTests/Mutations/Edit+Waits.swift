import WorkflowRuntime

// Timers and conditions.
extension Edit {
    static let waits: [Edit] = timers + conditions

    private static let timers: [Edit] = [
        Edit(.timer) {
            try await minute(); try await $0.call("a")
        } after: {
            try await $0.call("a")
        },
        Edit(.timer) {
            try await minute(); try await $0.call("a")
        } after: {
            try await $0.call("a"); try await minute()
        },
        Edit(.timer) {
            try await $0.call("a"); try await minute(); try await $0.call("b")
        } after: {
            try await $0.call("a"); try await $0.call("b"); try await minute()
        },
        Edit(.timer) { workflow in
            _ = try await Workflow.condition(timeout: .seconds(60)) { workflow.pokes > 0 }
            try await workflow.call("a")
        } after: { workflow in
            _ = try await Workflow.condition(timeout: .zero) { workflow.pokes > 0 }
            try await workflow.call("a")
        },
        Edit(.timer) { workflow in
            async let pause: Void = minute()
            try await workflow.call("a")
            try await pause
        } after: { workflow in
            try await workflow.call("a")
            async let pause: Void = minute()
            try await pause
        },
    ]

    private static let conditions: [Edit] = [
        Edit(.condition, pokes: 1) {
            try await $0.wait(forPokes: 1); try await $0.call("a")
        } after: {
            try await $0.call("a"); try await $0.wait(forPokes: 1)
        },
        Edit(.condition, pokes: 1) {
            try await $0.call("a"); try await $0.wait(forPokes: 1); try await $0.call("b")
        } after: {
            try await $0.call("a"); try await $0.call("b"); try await $0.wait(forPokes: 1)
        },
        Edit(.condition, pokes: 2) {
            try await $0.wait(forPokes: 1); try await $0.call("a"); try await $0.wait(forPokes: 2)
        } after: {
            try await $0.wait(forPokes: 2); try await $0.call("a"); try await $0.wait(forPokes: 1)
        },
        Edit(.condition, pokes: 1) {
            try await $0.wait(forPokes: 1); try await minute(); try await $0.call("a")
        } after: {
            try await minute(); try await $0.wait(forPokes: 1); try await $0.call("a")
        },
        Edit(.condition, pokes: 1) { workflow in
            async let one = workflow.call("a")
            try await workflow.wait(forPokes: 1)
            async let two = workflow.call("b")
            workflow.words = try await [one, two]
        } after: { workflow in
            try await workflow.wait(forPokes: 1)
            async let one = workflow.call("a")
            async let two = workflow.call("b")
            workflow.words = try await [one, two]
        },
    ]
}
