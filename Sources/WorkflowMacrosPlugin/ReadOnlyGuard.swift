import SwiftSyntax
import SwiftSyntaxMacros

/// Finds what a query may not do: change the run's state, or ask for something. A query makes no event, so that what it
/// changed would be missing in every replay.
final class ReadOnlyGuard: SyntaxVisitor {
    /// One offence where it stands.
    typealias Offence = (node: Syntax, message: String)

    private let members: MemberBlockItemListSyntax
    /// The name by which the code has the workflow; nil where it is `self`.
    private let workflow: String?
    /// Methods that are being looked at, so that recursion ends.
    private let visited: Set<String>
    private var found: [Offence] = []

    private init(_ members: MemberBlockItemListSyntax, workflow: String?, visited: Set<String>) {
        self.members = members
        self.workflow = workflow
        self.visited = visited
        super.init(viewMode: .sourceAccurate)
    }

    /// Looks at every query of a type: methods and properties that are marked, and closures that `handlers.query` takes.
    static func offences(in members: MemberBlockItemListSyntax) -> [Offence] {
        members.flatMap { member -> [Offence] in
            if let function = member.decl.as(FunctionDeclSyntax.self) {
                if function.attributes.named("WorkflowQuery") != nil { return offences(in: function, of: members) }
                return function.name.text == "handlers" ? offences(ofHandlers: function, members) : []
            }
            guard let variable = member.decl.as(VariableDeclSyntax.self),
                variable.attributes.named("WorkflowQuery") != nil,
                let accessors = variable.bindings.first?.accessorBlock
            else { return [] }
            return walk(accessors, members, workflow: nil, visited: [])
        }
    }

    private static func offences(
        in function: FunctionDeclSyntax,
        of members: MemberBlockItemListSyntax,
        visited: Set<String> = []
    ) -> [Offence] {
        guard let body = function.body else { return [] }
        return walk(body, members, workflow: nil, visited: visited.union([function.name.plainText]))
    }

    private static func offences(ofHandlers function: FunctionDeclSyntax, _ members: MemberBlockItemListSyntax)
        -> [Offence]
    {
        QueryClosures.all(in: function).flatMap { closure in
            walk(closure.statements, members, workflow: closure.firstParameter, visited: [])
        }
    }

    private static func walk(
        _ node: some SyntaxProtocol,
        _ members: MemberBlockItemListSyntax,
        workflow: String?,
        visited: Set<String>
    ) -> [Offence] {
        let visitor = ReadOnlyGuard(members, workflow: workflow, visited: visited)
        visitor.walk(node)
        return visitor.found
    }

    // MARK: Offences

    override func visit(_ sequence: SequenceExprSyntax) -> SyntaxVisitorContinueKind {
        let elements = Array(sequence.elements)
        if elements.count > 1, Self.isAssignment(elements[1]) { noteChange(of: elements[0]) }
        return .visitChildren
    }

    override func visit(_ operation: InfixOperatorExprSyntax) -> SyntaxVisitorContinueKind {
        if Self.isAssignment(operation.operator) { noteChange(of: operation.leftOperand) }
        return .visitChildren
    }

    override func visit(_ passed: InOutExprSyntax) -> SyntaxVisitorContinueKind {
        noteChange(of: passed.expression)
        return .visitChildren
    }

    override func visit(_ call: FunctionCallExprSyntax) -> SyntaxVisitorContinueKind {
        if let callee = call.calledExpression.as(MemberAccessExprSyntax.self) {
            let name = callee.declName.baseName.plainText
            if ReplayRules.isCommand(callee) {
                let what = "a query only reads, and 'Workflow.\(name)' asks for something; "
                found.append((Syntax(callee), what + "do it in 'run' or in a signal handler"))
            } else if let base = callee.base, isWorkflow(base) {
                noteMethod(name, at: Syntax(callee.declName))
            } else if let base = callee.base, Self.mutating.contains(name) {
                noteChange(of: base)
            }
        } else if let name = call.calledExpression.as(DeclReferenceExprSyntax.self)?.baseName, workflow == nil {
            noteMethod(name.plainText, at: Syntax(name))
        }
        return .visitChildren
    }

    private func noteChange(of target: ExprSyntax) {
        guard let property = property(at: target) else { return }
        found.append(
            (Syntax(target), "a query only reads: '\(property)' is the run's state; change it in a signal handler")
        )
    }

    /// A method of the same type that does what a query may not.
    private func noteMethod(_ name: String, at node: Syntax) {
        guard !visited.contains(name) else { return }
        for member in members {
            guard let function = member.decl.as(FunctionDeclSyntax.self), function.name.plainText == name else {
                continue
            }
            guard !Self.offences(in: function, of: members, visited: visited).isEmpty else { continue }
            found.append((node, "a query only reads, and '\(name)' changes the run; call it in a signal handler"))
            return
        }
    }

    /// The property of the run that an expression is, or is a part of.
    private func property(at expression: ExprSyntax) -> String? {
        if let name = expression.as(DeclReferenceExprSyntax.self)?.baseName.plainText {
            guard workflow == nil, case .binding(_, isMember: true)? = Scope.declaration(of: name, at: expression)
            else {
                return nil
            }
            return name
        }
        if let access = expression.as(MemberAccessExprSyntax.self), let base = access.base {
            let name = access.declName.baseName.plainText
            if isWorkflow(base) { return Scope.property(name, in: members) == nil && workflow == nil ? nil : name }
            return property(at: base)
        }
        if let element = expression.as(SubscriptCallExprSyntax.self) { return property(at: element.calledExpression) }
        if let optional = expression.as(OptionalChainingExprSyntax.self) { return property(at: optional.expression) }
        if let forced = expression.as(ForceUnwrapExprSyntax.self) { return property(at: forced.expression) }
        return nil
    }

    private func isWorkflow(_ expression: ExprSyntax) -> Bool {
        expression.as(DeclReferenceExprSyntax.self)?.baseName.text == workflow ?? "self"
    }

    private static func isAssignment(_ expression: ExprSyntax) -> Bool {
        if expression.is(AssignmentExprSyntax.self) { return true }
        guard let text = expression.as(BinaryOperatorExprSyntax.self)?.operator.text, text.hasSuffix("=") else {
            return false
        }
        return !["==", "!=", "<=", ">=", "===", "!==", "~="].contains(text)
    }

    /// Methods of the standard library that change what they are called on.
    private static let mutating: Set<String> = [
        "append", "insert", "remove", "removeAll", "removeFirst", "removeLast", "removeSubrange", "removeValue",
        "replaceSubrange", "popFirst", "popLast", "updateValue", "formUnion", "formIntersection", "subtract", "sort",
        "shuffle", "reverse", "toggle", "swapAt", "merge",
    ]
}

/// The closures that answer queries in a `handlers` that is written by hand.
private final class QueryClosures: SyntaxVisitor {
    private var found: [ClosureExprSyntax] = []

    static func all(in function: FunctionDeclSyntax) -> [ClosureExprSyntax] {
        let visitor = QueryClosures(viewMode: .sourceAccurate)
        visitor.walk(function)
        return visitor.found
    }

    override func visit(_ call: FunctionCallExprSyntax) -> SyntaxVisitorContinueKind {
        guard call.calledExpression.as(MemberAccessExprSyntax.self)?.declName.baseName.text == "query" else {
            return .visitChildren
        }
        let closure = call.trailingClosure ?? call.arguments.last?.expression.as(ClosureExprSyntax.self)
        if let closure { found.append(closure) }
        return .skipChildren
    }
}

extension ClosureExprSyntax {
    /// The name of the first parameter; `$0` where none is written.
    fileprivate var firstParameter: String {
        switch signature?.parameterClause {
        case .simpleInput(let names)?: names.first?.name.plainText ?? "$0"
        case .parameterClause(let clause)?:
            clause.parameters.first.map { ($0.secondName ?? $0.firstName).plainText } ?? "$0"
        case nil: "$0"
        }
    }
}
