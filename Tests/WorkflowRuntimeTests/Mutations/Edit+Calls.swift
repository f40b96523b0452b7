import WorkflowRuntime

// Activities: swapped, added, removed, renamed.
extension Edit {
    static let calls: [Edit] = swappedCalls + addedCalls + removedCalls + renamedCalls

    private static let swappedCalls: [Edit] = [
        Edit(.swapped) {
            try await $0.call("a"); try await $0.call("b")
        } after: {
            try await $0.call("b"); try await $0.call("a")
        },
        Edit(.swapped) {
            try await $0.call("a"); try await $0.call("a"); try await $0.call("b")
        } after: {
            try await $0.call("a"); try await $0.call("b"); try await $0.call("a")
        },
        Edit(.swapped) { workflow in
            async let one = workflow.call("a")
            async let two = workflow.call("b")
            workflow.words = try await [one, two]
        } after: { workflow in
            async let two = workflow.call("b")
            async let one = workflow.call("a")
            workflow.words = try await [one, two]
        },
        Edit(.swapped) { workflow in
            for name in ["a", "b", "c"] { try await workflow.call(name) }
        } after: { workflow in
            for name in ["a", "c", "b"] { try await workflow.call(name) }
        },
        Edit(.swapped) { workflow in
            do {
                try await workflow.call("a")
                try await minute()
                try await workflow.call("b")
            }
        } after: { workflow in
            do {
                try await workflow.call("b")
                try await minute()
                try await workflow.call("a")
            }
        },
    ]

    private static let addedCalls: [Edit] = [
        Edit(.added) {
            try await $0.call("a")
        } after: {
            try await $0.call("a"); try await $0.call("b")
        },
        Edit(.added) {
            try await $0.call("a")
        } after: {
            try await $0.call("b"); try await $0.call("a")
        },
        Edit(.added) { _ in
            try await minute()
        } after: {
            try await minute(); try await $0.call("a")
        },
        Edit(.added) { workflow in
            for name in ["a", "b"] { try await workflow.call(name) }
        } after: { workflow in
            for name in ["a", "b", "b"] { try await workflow.call(name) }
        },
        Edit(.added) { workflow in
            async let one = workflow.call("a")
            try await minute()
            workflow.words = [try await one]
        } after: { workflow in
            async let one = workflow.call("a")
            async let two = workflow.call("b")
            try await minute()
            workflow.words = try await [one, two]
        },
    ]

    private static let removedCalls: [Edit] = [
        Edit(.removed) {
            try await $0.call("a"); try await $0.call("b")
        } after: {
            try await $0.call("a")
        },
        Edit(.removed) {
            try await $0.call("a"); try await $0.call("b")
        } after: {
            try await $0.call("b")
        },
        Edit(.removed) {
            try await $0.call("a")
        } after: { _ in
        },
        Edit(.removed) { workflow in
            for name in ["a", "b", "c"] { try await workflow.call(name) }
        } after: { workflow in
            for name in ["a", "b", "c"].dropLast() { try await workflow.call(name) }
        },
        Edit(.removed) { workflow in
            let isLarge = try await workflow.call("a") == "a"
            if isLarge { try await workflow.call("b") }
        } after: { workflow in
            let isLarge = try await workflow.call("a") != "a"
            if isLarge { try await workflow.call("b") }
        },
    ]

    private static let renamedCalls: [Edit] = [
        Edit(.renamed) {
            try await $0.call("a")
        } after: {
            try await $0.call("A")
        },
        Edit(.renamed) {
            try await $0.call("a"); try await $0.call("b")
        } after: {
            try await $0.call("a"); try await $0.call("bill")
        },
        Edit(.renamed) {
            try await minute(); try await $0.call("c")
        } after: {
            try await minute(); try await $0.call("d")
        },
        Edit(.renamed) { workflow in
            let next = try await workflow.call("a")
            try await workflow.call(next)
        } after: { workflow in
            let next = try await workflow.call("a")
            try await workflow.call(next + next)
        },
        Edit(.renamed) { workflow in
            async let one = workflow.call("a")
            async let two = workflow.call("b")
            workflow.words = try await [one, two]
        } after: { workflow in
            async let one = workflow.call("a")
            async let two = workflow.call("c")
            workflow.words = try await [one, two]
        },
    ]
}
