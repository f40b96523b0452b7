import WorkflowRuntime

// Handlers of signals, and patches.
extension Edit {
    static let messages: [Edit] = handlers + patches

    private static let handlers: [Edit] = [
        Edit(pokes: 1, run: { try await $0.wait(forPokes: 1) }) {
            try await $0.call("a"); try await $0.call("b"); $0.pokes += 1
        } after: {
            try await $0.call("b"); try await $0.call("a"); $0.pokes += 1
        },
        Edit(pokes: 2, run: { try await $0.wait(forPokes: 2) }) {
            try await $0.call("a"); try await minute(); $0.pokes += 1
        } after: {
            try await minute(); try await $0.call("a"); $0.pokes += 1
        },
        Edit(
            pokes: 1,
            run: {
                try await $0.wait(forPokes: 1); try await $0.call("c")
            }
        ) {
            $0.pokes += 1; try await $0.call("a")
        } after: {
            try await $0.call("a"); $0.pokes += 1
        },
        Edit(
            pokes: 2,
            run: {
                try await $0.wait(forPokes: 2); for word in $0.words { try await $0.call(word) }
            }
        ) {
            $0.words.append(Mutant.names[$0.pokes]); $0.pokes += 1
        } after: {
            $0.words.insert(Mutant.names[$0.pokes], at: 0); $0.pokes += 1
        },
        Edit(pokes: 1, run: { try await $0.wait(forPokes: 1) }) { workflow in
            async let one = workflow.call("a")
            async let two = workflow.call("b")
            workflow.words = try await [one, two]
            workflow.pokes += 1
        } after: { workflow in
            workflow.words = [try await workflow.call("a")]
            workflow.words.append(try await workflow.call("b"))
            workflow.pokes += 1
        },
    ]

    private static let patches: [Edit] = [
        Edit(.patch) { workflow in
            if Workflow.patched("p") { try await workflow.call("b") } else { try await workflow.call("a") }
        } after: {
            try await $0.call("b")
        },
        Edit(.patch) { workflow in
            if Workflow.patched("p") { try await minute() }
            try await workflow.call("a")
        } after: {
            try await minute(); try await $0.call("a")
        },
        Edit(.patch) { workflow in
            try await workflow.call("a")
            if Workflow.patched("p") { try await workflow.call("b") }
        } after: {
            try await $0.call("a"); try await $0.call("b")
        },
        Edit(.patch, pokes: 1) { workflow in
            try await workflow.wait(forPokes: 1)
            if Workflow.patched("p") { workflow.words = ["a"] }
            try await workflow.call("a")
        } after: { workflow in
            try await workflow.wait(forPokes: 1)
            workflow.words = ["a"]
            try await workflow.call("a")
        },
        Edit(.patch) { workflow in
            if Workflow.patched("p"), Workflow.patched("q") { try await workflow.call("a") }
        } after: { workflow in
            if Workflow.patched("p") { try await workflow.call("a") }
        },
    ]
}
