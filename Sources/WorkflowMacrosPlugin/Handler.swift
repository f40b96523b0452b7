import SwiftSyntax
import SwiftSyntaxMacros

/// A marked method or property, as far as generated code needs to know it.
struct Handler {
    /// The Swift name.
    var name: String
    /// The name that histories record, as a Swift expression.
    var recordedName: String
    /// The argument's label; nil for `_`.
    var label: String?
    /// The argument's type; nil without an argument.
    var parameter: String?
    /// The result's type; nil for none.
    var result: String?
    var isAsync = false
    var isThrowing = false
    var isProperty = false
    /// The label of the transaction that an exactly-once step takes: nil for `_`, absent for other handlers.
    var transaction: String??
    var node: Syntax

    /// What is sent: the argument's type, or nothing.
    var input: String { parameter ?? "WorkflowRuntime.NoValue" }

    /// What comes back.
    var output: String { result ?? "WorkflowRuntime.NoValue" }

    /// `receiver.name(label: input)` with `try` and `await` where they are needed.
    func call(on receiver: String, alwaysAwait: Bool = false) -> String {
        var arguments = parameter == nil ? [] : [label.map { "\($0): input" } ?? "input"]
        if let transaction { arguments.append(transaction.map { "\($0): transaction" } ?? "transaction") }
        let argument = arguments.joined(separator: ", ")
        let expression = isProperty ? "\(receiver).\(name)" : "\(receiver).\(name)(\(argument))"
        return (isThrowing ? "try " : "") + (isAsync || alwaysAwait ? "await " : "") + expression
    }

    /// The members of a declaration that carry an attribute. Members that cannot be handlers are reported.
    static func all(
        _ attribute: String,
        in members: MemberBlockItemListSyntax,
        _ context: some MacroExpansionContext
    ) -> [Handler] {
        members.flatMap { member -> [Handler] in
            if let function = member.decl.as(FunctionDeclSyntax.self), let found = function.attributes.named(attribute)
            {
                return Handler(function, found, context).map { [$0] } ?? []
            }
            if let variable = member.decl.as(VariableDeclSyntax.self), let found = variable.attributes.named(attribute)
            {
                return Handler(variable, found, context).map { [$0] } ?? []
            }
            if let conditional = member.decl.as(IfConfigDeclSyntax.self) {
                reportConditional(attribute, in: conditional, context)
            }
            return []
        }
    }

    /// Macros see both sides of `#if`, never which of them is compiled: a handler there would be lost without a word.
    private static func reportConditional(
        _ attribute: String,
        in conditional: IfConfigDeclSyntax,
        _ context: some MacroExpansionContext
    ) {
        for clause in conditional.clauses {
            guard case .decls(let members)? = clause.elements else { continue }
            for member in members {
                if let nested = member.decl.as(IfConfigDeclSyntax.self) {
                    reportConditional(attribute, in: nested, context)
                }
                let attributes = member.decl.asProtocol((any WithAttributesSyntax).self)?.attributes
                guard let found = attributes?.named(attribute) else { continue }
                MacroProblem.report(
                    "'@\(attribute)' is not seen inside of '#if'; move the '#if' into the body",
                    "conditional",
                    at: found,
                    in: context
                )
            }
        }
    }

    private init?(_ function: FunctionDeclSyntax, _ attribute: AttributeSyntax, _ context: some MacroExpansionContext) {
        let parameters = function.signature.parameterClause.parameters
        let isStep = attribute.isTransactional
        guard Handler.isInstanceMember(function.modifiers, context),
            Handler.isStepOrNot(function, isStep, context),
            Handler.isPlain(function, isStep ? Array(parameters.dropLast()) : Array(parameters), context)
        else { return nil }
        if isStep, let last = parameters.last {
            transaction = .some(last.firstName.text == "_" ? nil : last.firstName.text)
        }
        name = function.name.text
        recordedName = attribute.recordedName ?? "\"\(function.name.plainText)\""
        node = Syntax(function.name)
        if let parameter = isStep ? parameters.dropLast().first : parameters.first {
            let first = parameter.firstName.text
            label = first == "_" ? nil : first
            self.parameter = parameter.type.trimmedDescription
        }
        let returned = function.signature.returnClause?.type.trimmedDescription
        result = returned == "Void" || returned == "()" ? nil : returned
        isAsync = function.signature.effectSpecifiers?.asyncSpecifier != nil
        isThrowing = function.signature.effectSpecifiers?.throwsClause != nil
    }

    private init?(_ variable: VariableDeclSyntax, _ attribute: AttributeSyntax, _ context: some MacroExpansionContext) {
        guard Handler.isInstanceMember(variable.modifiers, context) else { return nil }
        guard variable.bindings.count == 1, let binding = variable.bindings.first,
            let pattern = binding.pattern.as(IdentifierPatternSyntax.self),
            let type = binding.typeAnnotation?.type.trimmedDescription
        else {
            MacroProblem.report(
                "a property that answers a query needs its type written: 'var status: Status'",
                "typedProperty",
                at: variable.bindings,
                in: context
            )
            return nil
        }
        name = pattern.identifier.text
        recordedName = attribute.recordedName ?? "\"\(pattern.identifier.plainText)\""
        result = type
        isProperty = true
        node = Syntax(pattern)
    }
}
