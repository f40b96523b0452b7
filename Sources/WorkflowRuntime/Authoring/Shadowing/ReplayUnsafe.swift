/// Stands for something that workflow code may not use, so that every use of it compiles as far as the message that says
/// what to use instead. There is no value of it at run time.
@dynamicMemberLookup
@dynamicCallable
public struct ReplayUnsafe: Sendable {
    init() {}

    /// Every member.
    public subscript(dynamicMember name: String) -> ReplayUnsafe { self }

    /// Every call.
    @discardableResult
    public func dynamicallyCall(withKeywordArguments arguments: KeyValuePairs<String, Any>) -> ReplayUnsafe { self }
}
