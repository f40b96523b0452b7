import SwiftSyntax

/// `[String: Date]()` and `[UUID].self`: in expressions of a workflow the names `Date` and `UUID` are hidden by values, and
/// brackets around a value make no type. What the compiler says of that helps nobody, so the macro says it better.
enum BracketedType {
    private static let hidden: Set<String> = ["Date", "UUID"]

    /// What to write instead, for a bracketed expression that is meant as a type; nil where it is none, or works.
    static func problem(_ expression: ExprSyntax) -> String? {
        guard let meaning = meaning(of: expression) else { return nil }
        // The runtime makes these work.
        if meaning == .call, let only = expression.as(ArrayExprSyntax.self)?.elements.first?.expression,
            only.is(DeclReferenceExprSyntax.self)
        {
            return nil
        }
        guard let name = hiddenName(in: expression) else { return nil }
        return "inside of a workflow, '\(name)' in brackets is no type; write '\(spelled(expression))'"
    }

    private enum Meaning { case call, metatype }

    private static func meaning(of expression: ExprSyntax) -> Meaning? {
        if let call = expression.parent?.as(FunctionCallExprSyntax.self), call.calledExpression == expression {
            return .call
        }
        if let access = expression.parent?.as(MemberAccessExprSyntax.self), access.declName.baseName.text == "self" {
            return .metatype
        }
        return nil
    }

    private static func hiddenName(in expression: ExprSyntax) -> String? {
        if let name = expression.as(DeclReferenceExprSyntax.self)?.baseName.plainText {
            return hidden.contains(name) ? name : nil
        }
        return parts(of: expression).lazy.compactMap(hiddenName).first
    }

    /// The types that a bracketed type is made of.
    private static func parts(of expression: ExprSyntax) -> [ExprSyntax] {
        if let list = expression.as(ArrayExprSyntax.self) { return list.elements.map(\.expression) }
        if let optional = expression.as(OptionalChainingExprSyntax.self) { return [optional.expression] }
        guard case .elements(let elements)? = expression.as(DictionaryExprSyntax.self)?.content else { return [] }
        return elements.flatMap { [$0.key, $0.value] }
    }

    /// The type without brackets: `Dictionary<String, Date>`.
    private static func spelled(_ expression: ExprSyntax) -> String {
        let parts = parts(of: expression).map(spelled).joined(separator: ", ")
        if expression.is(ArrayExprSyntax.self) { return "Array<\(parts)>" }
        if expression.is(DictionaryExprSyntax.self) { return "Dictionary<\(parts)>" }
        if expression.is(OptionalChainingExprSyntax.self) { return "Optional<\(parts)>" }
        return expression.trimmedDescription
    }
}
