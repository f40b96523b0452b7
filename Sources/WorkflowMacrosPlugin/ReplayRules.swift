import SwiftSyntax

/// What ``ReplayGuard`` looks for, and what it says.
enum ReplayRules {
    static let present = "the present differs in every replay; use Workflow.now"
    static let interval = present + ": 'date.timeIntervalSince(Workflow.now)'"
    private static let uuid = "a new UUID differs in every replay; use Workflow.uuid()"
    private static let chance = "chance differs in every replay; use "

    /// What makes a value of these types from nothing.
    static let new = ["Date": present, "UUID": uuid]

    /// What tells the present as a member of `Date`. Shadowed names catch it too, but in a method that is not `async` what
    /// the compiler says of it is hard to understand.
    static let presentMembers: Set<String> = ["now", "timeIntervalSinceReferenceDate"]

    /// Methods without arguments that draw from the machine's chance.
    static let collections = [
        "shuffled": chance + "Workflow.shuffled(_:)",
        "shuffle": chance + "Workflow.shuffled(_:)",
        "randomElement": chance + "Workflow.random(in:) for the index",
    ]

    /// What the machine says of itself; it may be another one at the next replay.
    static let surroundings = [
        "Calendar": ["current": calendar, "autoupdatingCurrent": calendar],
        "TimeZone": ["current": timeZone, "autoupdatingCurrent": timeZone],
        "Locale": ["current": locale, "autoupdatingCurrent": locale],
        "ProcessInfo": ["processInfo": environment],
    ]
    private static let calendar = "the machine's calendar can be another one in a replay; use Calendar(identifier:)"
    private static let timeZone = "the machine's time zone can be another one in a replay; use TimeZone(identifier:)"
    private static let locale = "the machine's locale can be another one in a replay; use Locale(identifier:)"
    private static let environment = "the process differs in every replay; use the input or an activity"

    /// Functions of C.
    static let functions = [
        "arc4random": chance + "Workflow.random(in:)", "arc4random_uniform": chance + "Workflow.random(in:)",
        "rand": chance + "Workflow.random(in:)", "drand48": chance + "Workflow.randomDouble()",
        "gettimeofday": present, "clock_gettime": present, "getenv": environment,
        "nanosleep": "nanosleep blocks the thread of all runs; use Workflow.sleep(for:)",
    ]

    /// Mutable state that no run owns.
    static let shared =
        "runs share a static, and replay knows nothing of it; keep state in the actor, or write 'static let'"

    /// Members of `Workflow` that ask the run for something, or draw from what it has.
    private static let commands: Set<String> = [
        "execute", "sleep", "condition", "spawn", "shielded", "random", "randomDouble", "uuid", "shuffled", "patched",
        "deprecatePatch",
    ]

    /// `Workflow.execute` and the like.
    static func isCommand(_ callee: MemberAccessExprSyntax) -> Bool {
        callee.base?.trimmedDescription == "Workflow" && commands.contains(callee.declName.baseName.plainText)
    }

    private static let integers: Set<String> = [
        "Int", "Int8", "Int16", "Int32", "Int64", "Int128", "UInt", "UInt8", "UInt16", "UInt32", "UInt64", "UInt128",
    ]
    private static let fractions: Set<String> = ["Double", "Float", "Float16", "Float80", "CGFloat", "TimeInterval"]

    /// `time(nil)`; a workflow's own `time` takes something else.
    static func clock(_ name: String, _ arguments: LabeledExprListSyntax) -> String? {
        guard name == "time", arguments.count == 1, let only = arguments.first, only.label == nil else { return nil }
        return only.expression.is(NilLiteralExprSyntax.self) ? present : nil
    }

    /// `random` of a type of the standard library; an empty name is an implied type. Others may have a `random` of their own.
    static func chance(of owner: String?, takesNothing: Bool) -> String? {
        switch owner {
        case "Bool"? where takesNothing: chance + "Workflow.random(in: 0..<2) == 0"
        case ""? where takesNothing: chance + "Workflow.random(in: 0..<2) == 0"
        case let owner? where !takesNothing && fractions.contains(owner): chance + "Workflow.randomDouble()"
        case let owner? where !takesNothing && (owner.isEmpty || integers.contains(owner)):
            chance + "Workflow.random(in:)"
        default: nil
        }
    }

    /// `Date` for `Date` and for `Foundation.Date`; nil where an expression is no such name.
    static func typeName(_ expression: ExprSyntax) -> String? {
        if let name = expression.as(DeclReferenceExprSyntax.self) { return name.baseName.plainText }
        guard let member = expression.as(MemberAccessExprSyntax.self), let module = member.base?.trimmedDescription
        else { return nil }
        return ["Foundation", "Swift"].contains(module) ? member.declName.baseName.plainText : nil
    }

    /// `Date` for `Date`, `Date?` and `Foundation.Date`.
    static func plainName(_ type: TypeSyntax) -> String {
        if let optional = type.as(OptionalTypeSyntax.self) { return plainName(optional.wrappedType) }
        return type.as(MemberTypeSyntax.self)?.name.plainText ?? type.trimmedDescription
    }
}
