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
    /// The argument's own name and type; nil without an argument.
    var parameter: (name: String, type: String)?
    /// The result's type; nil for none.
    var result: String?
    var isAsync = false
    var isThrowing = false
    var isProperty = false
    var node: Syntax

    /// What is sent: the argument's type, or nothing.
    var input: String { parameter?.type ?? "WorkflowRuntime.NoValue" }

    /// What comes back.
    var output: String { result ?? "WorkflowRuntime.NoValue" }

    /// `receiver.name(label: input)` with `try` and `await` where they are needed.
    func call(on receiver: String, alwaysAwait: Bool = false) -> String {
        let argument = parameter == nil ? "" : (label.map { "\($0): input" } ?? "input")
        let expression = isProperty ? "\(receiver).\(name)" : "\(receiver).\(name)(\(argument))"
        return (isThrowing ? "try " : "") + (isAsync || alwaysAwait ? "await " : "") + expression
    }

    /// The members of a declaration that carry an attribute. Members that cannot be handlers are reported.
    static func all(
        _ attribute: String,
        in members: MemberBlockItemListSyntax,
        _ context: some MacroExpansionContext
    ) -> [Handler] {
        members.compactMap { member in
            if let function = member.decl.as(FunctionDeclSyntax.self), let found = function.attributes.named(attribute)
            {
                return Handler(function, found, context)
            }
            if let variable = member.decl.as(VariableDeclSyntax.self), let found = variable.attributes.named(attribute)
            {
                return Handler(variable, found, context)
            }
            return nil
        }
    }

    private init?(_ function: FunctionDeclSyntax, _ attribute: AttributeSyntax, _ context: some MacroExpansionContext) {
        let parameters = function.signature.parameterClause.parameters
        guard parameters.count <= 1 else {
            MacroProblem.report(
                "'\(function.name.text)' takes \(parameters.count) arguments; it can take one: put them into a struct",
                "oneArgument",
                at: function.signature.parameterClause,
                in: context
            )
            return nil
        }
        name = function.name.text
        recordedName = attribute.recordedName ?? "\"\(name)\""
        node = Syntax(function.name)
        if let parameter = parameters.first {
            let first = parameter.firstName.text
            label = first == "_" ? nil : first
            self.parameter = ((parameter.secondName ?? parameter.firstName).text, parameter.type.trimmedDescription)
        }
        let returned = function.signature.returnClause?.type.trimmedDescription
        result = returned == "Void" || returned == "()" ? nil : returned
        isAsync = function.signature.effectSpecifiers?.asyncSpecifier != nil
        isThrowing = function.signature.effectSpecifiers?.throwsClause != nil
    }

    private init?(_ variable: VariableDeclSyntax, _ attribute: AttributeSyntax, _ context: some MacroExpansionContext) {
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
        recordedName = attribute.recordedName ?? "\"\(name)\""
        result = type
        isProperty = true
        node = Syntax(pattern)
    }

    /// Reports names that stand twice.
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
}

extension AttributeListSyntax {
    /// The attribute with this name.
    func named(_ name: String) -> AttributeSyntax? {
        lazy.compactMap { $0.as(AttributeSyntax.self) }.first { $0.attributeName.trimmedDescription == name }
    }
}

extension AttributeSyntax {
    /// The argument `name:` as it is written.
    var recordedName: String? {
        arguments?.as(LabeledExprListSyntax.self)?.first { $0.label?.text == "name" }?.expression.trimmedDescription
    }
}

extension DeclGroupSyntax {
    /// `public ` and the like, for what is generated beside the declaration's own members.
    var accessPrefix: String {
        let words: Set<String> = ["public", "package", "open", "fileprivate"]
        guard let found = modifiers.first(where: { words.contains($0.name.text) })?.name.text else { return "" }
        return found == "open" ? "public " : found + " "
    }
}
