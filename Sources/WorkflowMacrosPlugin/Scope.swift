import SwiftSyntax

/// What a name means where it stands, as far as the text tells: the nearest declaration around it.
enum Scope {
    /// A declaration of a name.
    enum Declaration {
        /// `let name: Type = value`, of a function or of a type.
        case binding(PatternBindingSyntax, isMember: Bool)
        /// `name: Type` among the parameters of a function or closure.
        case parameter(TypeSyntax)
        /// Something whose type does not stand beside it: an element of a loop, an unwrapped optional, a closure's parameter.
        case untyped
    }

    /// The declaration of a name that is used at a node; nil if it is declared elsewhere.
    static func declaration(of name: String, at node: some SyntaxProtocol) -> Declaration? {
        var current = Syntax(node)
        while let parent = current.parent {
            if let found = declaration(of: name, in: parent, before: current) { return found }
            current = parent
        }
        return nil
    }

    /// The property of a type, through `self.` or where nothing nearer has the name.
    static func property(_ name: String, in members: MemberBlockItemListSyntax) -> PatternBindingSyntax? {
        for member in members {
            guard let variable = member.decl.as(VariableDeclSyntax.self) else { continue }
            if let found = binding(name, in: variable) { return found }
        }
        return nil
    }

    private static func declaration(of name: String, in parent: Syntax, before node: Syntax) -> Declaration? {
        if let items = parent.as(CodeBlockItemListSyntax.self) {
            for item in items where item.position < node.position {
                if let variable = item.item.as(VariableDeclSyntax.self), let found = binding(name, in: variable) {
                    return .binding(found, isMember: false)
                }
                if let check = item.item.as(GuardStmtSyntax.self), binds(name, check.conditions) { return .untyped }
            }
        } else if let function = parent.as(FunctionDeclSyntax.self) {
            return parameter(name, function.signature.parameterClause.parameters)
        } else if let initializer = parent.as(InitializerDeclSyntax.self) {
            return parameter(name, initializer.signature.parameterClause.parameters)
        } else if let closure = parent.as(ClosureExprSyntax.self) {
            return parameter(name, closure)
        } else if let loop = parent.as(ForStmtSyntax.self), node.id == loop.body.id, binds(name, loop.pattern) {
            return .untyped
        } else if let condition = parent.as(IfExprSyntax.self), node.id == condition.body.id,
            binds(name, condition.conditions)
        {
            return .untyped
        } else if let members = parent.as(MemberBlockItemListSyntax.self) {
            return property(name, in: members).map { .binding($0, isMember: true) }
        }
        return nil
    }

    private static func parameter(_ name: String, _ list: FunctionParameterListSyntax) -> Declaration? {
        list.first { ($0.secondName ?? $0.firstName).plainText == name }.map { .parameter($0.type) }
    }

    private static func parameter(_ name: String, _ closure: ClosureExprSyntax) -> Declaration? {
        switch closure.signature?.parameterClause {
        case .simpleInput(let names)?: names.contains { $0.name.plainText == name } ? .untyped : nil
        case .parameterClause(let clause)?:
            clause.parameters.first { ($0.secondName ?? $0.firstName).plainText == name }
                .map { $0.type.map { .parameter($0) } ?? .untyped }
        case nil: nil
        }
    }

    private static func binding(_ name: String, in variable: VariableDeclSyntax) -> PatternBindingSyntax? {
        variable.bindings.first { binds(name, $0.pattern) }
    }

    private static func binds(_ name: String, _ pattern: PatternSyntax) -> Bool {
        pattern.tokens(viewMode: .sourceAccurate).contains { $0.plainText == name }
    }

    private static func binds(_ name: String, _ conditions: ConditionElementListSyntax) -> Bool {
        conditions.contains { condition in
            condition.condition.as(OptionalBindingConditionSyntax.self).map { binds(name, $0.pattern) } ?? false
        }
    }
}
