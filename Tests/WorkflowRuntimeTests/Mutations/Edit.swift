/// One edit that breaks determinism: the code before and after it.
struct Edit: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case swapped = "activities swapped"
        case added = "an activity added"
        case removed = "an activity removed"
        case renamed = "an activity renamed"
        case timer = "a timer dropped or moved"
        case group = "a task group reordered"
        case condition = "a condition moved"
        case asyncLet = "an async let child started later"
        case chance = "the machine decides a branch"
        case unordered = "a Set iterated into commands"
        case signal = "a signal handler in another order"
        case patch = "a patch removed too early"
    }

    var kind: Kind
    var before: Mutant.Code
    var after: Mutant.Code
    /// How many signals the run gets.
    var pokes = 0
    /// The line as an author would write it in a workflow of `@Workflow`, where the compiler may find it. The code after the
    /// edit then has the same in a helper, where the compiler does not.
    var line: String?
    /// The history is that of the code after the edit: it does not even agree with itself.
    var isUnsteady: Bool { line != nil }

    init(
        _ kind: Kind,
        pokes: Int = 0,
        _ before: @escaping Mutant.Body,
        after: @escaping Mutant.Body
    ) {
        self.kind = kind
        self.pokes = pokes
        self.before = Mutant.Code(run: before)
        self.after = Mutant.Code(run: after)
    }

    /// An edit of the handler of a signal.
    init(pokes: Int, run: @escaping Mutant.Body, _ before: @escaping Mutant.Body, after: @escaping Mutant.Body) {
        kind = .signal
        self.pokes = pokes
        self.before = Mutant.Code(run: run, onSignal: before)
        self.after = Mutant.Code(run: run, onSignal: after)
    }

    /// An edit that brings in what differs in each process.
    init(_ kind: Kind, line: String, _ before: @escaping Mutant.Body, helper after: @escaping Mutant.Body) {
        self.init(kind, before, after: after)
        self.line = line
    }

    static let all = calls + waits + structures + machine + messages
}
