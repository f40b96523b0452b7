import SwiftSyntax

/// Finds loops over a `Set` or a `Dictionary` whose order reaches the run. That order differs in every process, so replay in
/// another one asks for the same things in another order.
///
/// Types are what stands beside a declaration. A loop whose body waits or asks for something is an error, what only may
/// reach the run later is a warning.
struct UnorderedCollections {
    /// What was found at one place.
    enum Finding {
        /// It surely matters.
        case error(String)
        /// It may matter.
        case warning(String)
    }

    static let order = "the order of a Set or Dictionary differs in every process; "

    /// What is to be said of a loop.
    static func check(_ loop: ForStmtSyntax) -> Finding? {
        guard isUnordered(loop.sequence) else { return nil }
        let body = LoopBody(loop.body)
        if body.reachesRun { return .error(order + "iterate over it with .sorted()") }
        guard body.collects.contains(where: { !isSortedLater($0, after: loop) }) else { return nil }
        return .warning(order + "if what is collected here reaches a command, iterate with .sorted()")
    }

    /// What is to be said of a call of a member, `set.forEach { ... }` for instance.
    static func check(_ call: FunctionCallExprSyntax) -> Finding? {
        guard let callee = call.calledExpression.as(MemberAccessExprSyntax.self), let base = callee.base else {
            return nil
        }
        let name = callee.declName.baseName.plainText
        if name == "forEach", let closure = call.trailingClosure, isUnordered(base) {
            return LoopBody(closure).reachesRun ? .error(order + "iterate over it with .sorted()") : nil
        }
        return ["first", "popFirst", "removeFirst"].contains(name) && isUnordered(base) ? .warning(one) : nil
    }

    /// What is to be said of a property, `set.first` for instance.
    static func check(_ access: MemberAccessExprSyntax) -> Finding? {
        guard access.declName.baseName.plainText == "first", let base = access.base, isUnordered(base),
            access.parent?.as(FunctionCallExprSyntax.self)?.calledExpression.id != access.id
        else { return nil }
        return .warning(one)
    }

    private static let one = "which element of a Set or Dictionary is the first differs in every process; use .min()"

    // MARK: What is unordered

    private static let types: Set<String> = ["Set", "Dictionary"]
    /// Members that give the elements on in the same order, or another collection without one.
    private static let passing: Set<String> = [
        "filter", "union", "subtracting", "intersection", "symmetricDifference", "mapValues", "compactMapValues",
        "merging", "enumerated", "map", "flatMap", "compactMap", "reversed", "prefix", "dropFirst", "dropLast",
    ]
    private static let views: Set<String> = ["keys", "values", "lazy"]

    /// An expression whose elements come in an order of the process's own.
    static func isUnordered(_ expression: ExprSyntax) -> Bool {
        if let name = expression.as(DeclReferenceExprSyntax.self)?.baseName.plainText {
            return isUnordered(Scope.declaration(of: name, at: expression))
        }
        if let access = expression.as(MemberAccessExprSyntax.self), let base = access.base {
            let name = access.declName.baseName.plainText
            if base.as(DeclReferenceExprSyntax.self)?.baseName.text == "self" {
                return isUnordered(property(name, around: Syntax(expression)))
            }
            return views.contains(name) && isUnordered(base)
        }
        if let call = expression.as(FunctionCallExprSyntax.self) { return isUnordered(call) }
        if let inner = expression.as(TryExprSyntax.self) { return isUnordered(inner.expression) }
        if let tuple = expression.as(TupleExprSyntax.self), tuple.elements.count == 1 {
            return tuple.elements.first.map { isUnordered($0.expression) } ?? false
        }
        return expression.is(DictionaryExprSyntax.self)
    }

    private static func isUnordered(_ call: FunctionCallExprSyntax) -> Bool {
        let callee = call.calledExpression
        if callee.is(DictionaryExprSyntax.self) { return true }
        if let name = plainName(callee) {
            if types.contains(name) { return true }
            let passes = name == "Array" || name == "zip"
            return passes && call.arguments.first.map { isUnordered($0.expression) } ?? false
        }
        guard let access = callee.as(MemberAccessExprSyntax.self), let base = access.base else { return false }
        return passing.contains(access.declName.baseName.plainText) && isUnordered(base)
    }

    private static func plainName(_ callee: ExprSyntax) -> String? {
        let plain = callee.as(GenericSpecializationExprSyntax.self)?.expression ?? callee
        return plain.as(DeclReferenceExprSyntax.self)?.baseName.plainText
    }

    private static func isUnordered(_ declaration: Scope.Declaration?) -> Bool {
        switch declaration {
        case .binding(let binding, _)?: isUnordered(binding)
        case .parameter(let type)?: isUnordered(type)
        case .untyped?, nil: false
        }
    }

    private static func isUnordered(_ binding: PatternBindingSyntax?) -> Bool {
        guard let binding, binding.pattern.is(IdentifierPatternSyntax.self) else { return false }
        if let type = binding.typeAnnotation?.type { return isUnordered(type) }
        return binding.initializer.map { isUnordered($0.value) } ?? false
    }

    private static func isUnordered(_ type: TypeSyntax) -> Bool {
        type.is(DictionaryTypeSyntax.self) || types.contains(type.as(IdentifierTypeSyntax.self)?.name.plainText ?? "")
    }

    private static func property(_ name: String, around node: Syntax) -> PatternBindingSyntax? {
        var current = node
        while let parent = current.parent {
            if let members = parent.as(MemberBlockItemListSyntax.self) {
                return Scope.property(name, in: members)
            }
            current = parent
        }
        return nil
    }

    /// What was collected is put into an order in what follows the loop.
    private static func isSortedLater(_ name: String, after loop: ForStmtSyntax) -> Bool {
        var current = Syntax(loop)
        while let parent = current.parent, !parent.is(FunctionDeclSyntax.self) { current = parent }
        let accesses = current.tokens(viewMode: .sourceAccurate).filter { ["sort", "sorted"].contains($0.plainText) }
        return accesses.contains { token in
            token.position > loop.position
                && token.parent?.parent?.as(MemberAccessExprSyntax.self)?.base?.trimmedDescription == name
        }
    }
}

/// What the body of a loop does with its elements.
final class LoopBody: SyntaxVisitor {
    /// It waits, starts tasks, or asks the run for something.
    private(set) var reachesRun = false
    /// The lists to which it adds.
    private(set) var collects: [String] = []

    init(_ body: some SyntaxProtocol) {
        super.init(viewMode: .sourceAccurate)
        walk(body)
    }

    override func visit(_ node: AwaitExprSyntax) -> SyntaxVisitorContinueKind {
        reachesRun = true
        return .skipChildren
    }

    override func visit(_ node: FunctionCallExprSyntax) -> SyntaxVisitorContinueKind {
        guard let callee = node.calledExpression.as(MemberAccessExprSyntax.self) else { return .visitChildren }
        let name = callee.declName.baseName.plainText
        if ["addTask", "addTaskUnlessCancelled"].contains(name) || ReplayRules.isCommand(callee) { reachesRun = true }
        if name == "append", let base = callee.base { collects.append(base.trimmedDescription) }
        return .visitChildren
    }

    override func visit(_ node: VariableDeclSyntax) -> SyntaxVisitorContinueKind {
        if node.modifiers.contains(where: { $0.name.text == "async" }) { reachesRun = true }
        return .visitChildren
    }

    /// What is only declared here is judged where it is used.
    override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
}
