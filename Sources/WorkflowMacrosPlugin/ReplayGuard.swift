import SwiftSyntax
import SwiftSyntaxMacros

/// Finds in a workflow's own source what differs in every replay and what no shadowed name can reach: members of types that
/// keep their names, as `Int.random(in:)`, and values whose type is only implied, as in `let since: Date = .now`.
///
/// It judges by what is written, never by types. So it reports only spellings that hardly mean anything else; what is in
/// extensions, free functions and other files it sees where those are marked with `@ReplaySafe`.
final class ReplayGuard: SyntaxVisitor {
    private var found: [(node: Syntax, message: String)] = []
    private var doubtful: [(node: Syntax, message: String)] = []
    /// The compiler finds names that are hidden in workflow types.
    private let knowsHiddenNames: Bool

    private init(knowsHiddenNames: Bool) {
        self.knowsHiddenNames = knowsHiddenNames
        super.init(viewMode: .sourceAccurate)
    }

    /// What is wrong, and what probably is.
    static func findings(
        in node: some SyntaxProtocol,
        knowsHiddenNames: Bool = true
    ) -> (errors: [(node: Syntax, message: String)], warnings: [(node: Syntax, message: String)]) {
        let visitor = ReplayGuard(knowsHiddenNames: knowsHiddenNames)
        visitor.walk(node)
        let members = node.as(MemberBlockSyntax.self) ?? node.asProtocol((any DeclGroupSyntax).self)?.memberBlock
        if let members {
            visitor.checkShared(members.members)
            visitor.found += ReadOnlyGuard.offences(in: members.members)
        }
        return (visitor.found, visitor.doubtful)
    }

    /// Reports each place as an error, or a warning, that says what to use instead.
    static func check(
        _ node: some SyntaxProtocol,
        knowsHiddenNames: Bool = true,
        _ context: some MacroExpansionContext
    ) {
        let (errors, warnings) = findings(in: node, knowsHiddenNames: knowsHiddenNames)
        for (node, message) in errors { MacroProblem.report(message, "replay", at: node, in: context) }
        for (node, message) in warnings { MacroProblem.warn(message, "order", at: node, in: context) }
    }

    /// Stored statics that can change: every run of the process sees the same one, and none of them its history.
    private func checkShared(_ members: MemberBlockItemListSyntax) {
        for member in members {
            guard let variable = member.decl.as(VariableDeclSyntax.self), variable.attributes.isEmpty,
                variable.bindingSpecifier.text == "var",
                variable.modifiers.contains(where: { ["static", "class"].contains($0.name.text) })
            else { continue }
            for binding in variable.bindings where binding.accessorBlock == nil {
                found.append((Syntax(binding.pattern), ReplayRules.shared))
            }
        }
    }

    private func note(_ finding: UnorderedCollections.Finding?, at node: some SyntaxProtocol) {
        switch finding {
        case .error(let message)?: found.append((Syntax(node), message))
        case .warning(let message)?: doubtful.append((Syntax(node), message))
        case nil: break
        }
    }

    override func visit(_ loop: ForStmtSyntax) -> SyntaxVisitorContinueKind {
        note(UnorderedCollections.check(loop), at: loop.sequence)
        return .visitChildren
    }

    override func visit(_ name: DeclReferenceExprSyntax) -> SyntaxVisitorContinueKind {
        guard !knowsHiddenNames, let message = ReplayRules.hiddenNames[name.baseName.plainText],
            name.parent?.as(MemberAccessExprSyntax.self)?.declName.id != name.id,
            Scope.declaration(of: name.baseName.plainText, at: name) == nil
        else { return .visitChildren }
        found.append((Syntax(name), message))
        return .visitChildren
    }

    override func visit(_ call: FunctionCallExprSyntax) -> SyntaxVisitorContinueKind {
        note(UnorderedCollections.check(call), at: call.calledExpression)
        if let callee = call.calledExpression.as(MemberAccessExprSyntax.self) {
            if let message = memberCall(callee, call) { found.append((Syntax(callee.declName), message)) }
        } else if let name = call.calledExpression.as(DeclReferenceExprSyntax.self)?.baseName.plainText {
            if let message = ReplayRules.functions[name] ?? ReplayRules.clock(name, call.arguments)
                ?? (knowsHiddenNames ? nil : ReplayRules.hiddenCall(name, call))
            {
                found.append((Syntax(call.calledExpression), message))
            }
        }
        return .visitChildren
    }

    override func visit(_ access: MemberAccessExprSyntax) -> SyntaxVisitorContinueKind {
        note(UnorderedCollections.check(access), at: access.declName)
        let name = access.declName.baseName.plainText
        let owner = access.base.flatMap(ReplayRules.typeName)
        let labels = access.declName.argumentNames?.arguments.map(\.name.text) ?? []
        if name == "timeIntervalSinceNow" {
            found.append((Syntax(access.declName), ReplayRules.interval))
        } else if owner == "Date", labels == ["timeIntervalSinceNow"] {
            found.append((Syntax(access.declName), ReplayRules.present))
        } else if owner == "Date", ReplayRules.presentMembers.contains(name) {
            found.append((Syntax(access.declName), ReplayRules.present))
        } else if !knowsHiddenNames, owner == "Task", let message = ReplayRules.taskMembers[name] {
            found.append((Syntax(access.declName), message))
        } else if let owner, let message = ReplayRules.surroundings[owner]?[name] {
            found.append((Syntax(access.declName), message))
        }
        return .visitChildren
    }

    override func visit(_ component: KeyPathPropertyComponentSyntax) -> SyntaxVisitorContinueKind {
        if component.declName.baseName.text == "timeIntervalSinceNow" {
            found.append((Syntax(component), ReplayRules.interval))
        }
        return .visitChildren
    }

    override func visit(_ list: ArrayExprSyntax) -> SyntaxVisitorContinueKind {
        if let message = BracketedType.problem(ExprSyntax(list)) { found.append((Syntax(list), message)) }
        return .visitChildren
    }

    override func visit(_ dictionary: DictionaryExprSyntax) -> SyntaxVisitorContinueKind {
        if let message = BracketedType.problem(ExprSyntax(dictionary)) { found.append((Syntax(dictionary), message)) }
        return .visitChildren
    }

    override func visit(_ binding: PatternBindingSyntax) -> SyntaxVisitorContinueKind {
        checkImplied(binding.typeAnnotation?.type, binding.initializer?.value)
        return .visitChildren
    }

    override func visit(_ parameter: FunctionParameterSyntax) -> SyntaxVisitorContinueKind {
        checkImplied(parameter.type, parameter.defaultValue?.value)
        return .visitChildren
    }

    /// Activities run once and may do as they like, wherever their type stands.
    override func visit(_ type: StructDeclSyntax) -> SyntaxVisitorContinueKind { Self.entry(type.attributes) }
    override func visit(_ type: ClassDeclSyntax) -> SyntaxVisitorContinueKind { Self.entry(type.attributes) }
    override func visit(_ type: ActorDeclSyntax) -> SyntaxVisitorContinueKind { Self.entry(type.attributes) }

    private static func entry(_ attributes: AttributeListSyntax) -> SyntaxVisitorContinueKind {
        attributes.named("ActivityContainer") == nil ? .visitChildren : .skipChildren
    }

    /// A call of a member: of chance, or of an initializer that is written out.
    private func memberCall(_ callee: MemberAccessExprSyntax, _ call: FunctionCallExprSyntax) -> String? {
        let name = callee.declName.baseName.plainText
        let labels = call.arguments.map { $0.label?.text ?? "_" }
        let takesNothing = labels.isEmpty && call.trailingClosure == nil
        let owner = callee.base.flatMap(ReplayRules.typeName)
        switch name {
        case "random" where labels == ["in"] || takesNothing:
            return ReplayRules.chance(of: callee.base == nil ? "" : owner, takesNothing: takesNothing)
        case "shuffled", "shuffle", "randomElement":
            return takesNothing && callee.base != nil ? ReplayRules.collections[name] : nil
        case "init" where takesNothing || labels == ["timeIntervalSinceNow"]:
            return owner.flatMap { ReplayRules.new[$0] }
        case "Date", "UUID":
            let isQualified = callee.base?.trimmedDescription == "Foundation"
            return isQualified && (takesNothing || labels == ["timeIntervalSinceNow"]) ? ReplayRules.new[name] : nil
        default:
            return nil
        }
    }

    /// `.now` and `.init()` where the type beside it says what they make.
    private func checkImplied(_ type: TypeSyntax?, _ value: ExprSyntax?) {
        guard let type, let message = ReplayRules.new[ReplayRules.plainName(type)] else { return }
        let call = value?.as(FunctionCallExprSyntax.self)
        let access = (call?.calledExpression ?? value)?.as(MemberAccessExprSyntax.self)
        guard let access, access.base == nil else { return }
        let name = access.declName.baseName.plainText
        let makes = call == nil ? name == "now" : name == "init" && call?.arguments.isEmpty == true
        if makes { found.append((Syntax(access.declName), message)) }
    }
}
