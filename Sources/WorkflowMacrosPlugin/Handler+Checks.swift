import SwiftSyntax
import SwiftSyntaxMacros

/// What makes a method or property unfit: each is one error where it stands.
extension Handler {
    /// Whether a method that is marked as an exactly-once step can be one, and one that is not does not look like one.
    static func isStepOrNot(
        _ function: FunctionDeclSyntax,
        _ isStep: Bool,
        _ context: some MacroExpansionContext
    ) -> Bool {
        let name = function.name.text
        let last = function.signature.parameterClause.parameters.last
        let takesTransaction =
            last?.type.tokens(viewMode: .sourceAccurate).contains { $0.text == "StoreTransaction" } ?? false
        func refuse(_ message: String, _ id: String) -> Bool {
            MacroProblem.report(message, id, at: function.name, in: context)
            return false
        }
        switch (isStep, takesTransaction) {
        case (false, true):
            return refuse(
                "'\(name)' takes a transaction: mark it with '@Activity(transactional: true)'",
                "unmarkedStep"
            )
        case (true, false):
            return refuse(
                "'\(name)' is transactional: its last argument is the transaction, "
                    + "'in transaction: borrowing any StoreTransaction'",
                "stepWithoutTransaction"
            )
        case (true, true) where function.signature.effectSpecifiers?.asyncSpecifier != nil:
            return refuse(
                "'\(name)' runs inside of a transaction and cannot be 'async'; "
                    + "slow work belongs in an ordinary activity before it",
                "asyncStep"
            )
        default: return true
        }
    }

    /// Whether a method can be called with what comes out of a history: one decoded value, or none. `parameters` are those
    /// that come out of it.
    static func isPlain(
        _ function: FunctionDeclSyntax,
        _ parameters: [FunctionParameterSyntax],
        _ context: some MacroExpansionContext
    ) -> Bool {
        let name = function.name.text
        let clause = function.signature.parameterClause
        guard parameters.count <= 1 else {
            MacroProblem.report(
                "'\(name)' takes \(parameters.count) arguments; it can take one: put them into a struct",
                "oneArgument",
                at: clause,
                in: context
            )
            return false
        }
        if let generics = function.genericParameterClause {
            MacroProblem.report(
                "'\(name)' is generic; what is read from a history needs a type of its own",
                "genericHandler",
                at: generics,
                in: context
            )
            return false
        }
        if let type = parameters.first?.type, type.tokens(viewMode: .sourceAccurate).contains(where: \.isSome) {
            MacroProblem.report(
                "'\(name)' is generic; what is read from a history needs a type of its own, not 'some'",
                "genericHandler",
                at: type,
                in: context
            )
            return false
        }
        if let parameter = parameters.first,
            parameter.ellipsis != nil || parameter.type.is(AttributedTypeSyntax.self)
        {
            MacroProblem.report(
                "the argument of '\(name)' is read from a history: write its plain type, without 'inout' or '...'",
                "plainArgument",
                at: parameter,
                in: context
            )
            return false
        }
        return true
    }

    /// Whether it belongs to an instance.
    static func isInstanceMember(_ modifiers: DeclModifierListSyntax, _ context: some MacroExpansionContext) -> Bool {
        guard let found = modifiers.first(where: { ["static", "class"].contains($0.name.text) }) else { return true }
        MacroProblem.report(
            "what handles messages and activities belongs to an instance: remove '\(found.name.text)'",
            "staticHandler",
            at: found,
            in: context
        )
        return false
    }

    /// Reports recorded names that stand twice.
    static func reportRepeated(_ handlers: [Handler], _ what: String, _ context: some MacroExpansionContext) {
        var seen: Set<String> = []
        for handler in handlers where !seen.insert(handler.recordedName).inserted {
            MacroProblem.report(
                "two \(what) are called \(handler.recordedName); give one of them another name: (name: \"...\")",
                "repeatedName",
                at: handler.node,
                in: context
            )
        }
    }

    /// The first of each Swift name. Overloads are reported: a descriptor has nothing but the name.
    static func distinct(_ handlers: [Handler], _ context: some MacroExpansionContext) -> [Handler] {
        var seen: Set<String> = []
        return handlers.filter { handler in
            if seen.insert(handler.name).inserted { return true }
            MacroProblem.report(
                "two handlers are called '\(handler.name)' in Swift, and callers have only that name; rename one",
                "overloaded",
                at: handler.node,
                in: context
            )
            return false
        }
    }
}
