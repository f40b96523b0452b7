import SwiftSyntax

extension AttributeListSyntax {
    /// The attribute with this name.
    func named(_ name: String) -> AttributeSyntax? {
        lazy.compactMap { $0.as(AttributeSyntax.self) }.first { $0.plainName == name }
    }
}

extension TokenSyntax {
    /// A name without the backticks that Swift may need around it.
    var plainText: String { identifier?.name ?? text }

    /// The keyword of an opaque type.
    var isSome: Bool { tokenKind == .keyword(.some) }
}

extension AttributeSyntax {
    /// `Workflow` for `@Workflow` and for `@WorkflowMacros.Workflow`.
    var plainName: String {
        attributeName.as(MemberTypeSyntax.self)?.name.text ?? attributeName.trimmedDescription
    }

    /// It says `transactional: true`.
    var isTransactional: Bool {
        let argument = arguments?.as(LabeledExprListSyntax.self)?.first { $0.label?.text == "transactional" }
        return argument?.expression.trimmedDescription == "true"
    }

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
