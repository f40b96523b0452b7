import WorkflowRuntime

/// Makes an actor a workflow: its signals and queries are the methods marked with ``WorkflowSignal(name:)`` and
/// ``WorkflowQuery(name:)``.
///
/// ```swift
/// @Workflow actor Greeting {
///     private var name = "world"
///
///     func run(_ salutation: String) async throws -> String { "\(salutation), \(name)" }
///
///     @WorkflowSignal func rename(_ name: String) { self.name = name }
///     @WorkflowQuery func currentName() -> String { name }
/// }
/// ```
///
/// Writes the conformance to `WorkflowDefinition`, its `handlers`, and `Messages` with a descriptor for each signal and
/// query, so that clients write `handle.signal(\.rename, "Rahima")`. A public actor without an initializer gets its
/// `init()`. `name` is what histories record; the type's name unless given.
///
/// What differs in every replay and cannot be hidden by a name, `Int.random(in:)` or `list.shuffled()` for instance, is an
/// error in the actor's braces that says what to use.
@attached(extension, conformances: WorkflowDefinition)
@attached(member, names: named(Messages), named(messages), named(handlers), named(workflowName), named(init))
public macro Workflow(name: String? = nil) =
    #externalMacro(module: "WorkflowMacrosPlugin", type: "WorkflowMacro")

/// A method that handles a signal: at most one argument, no result. Histories record the method's name unless given.
@attached(peer)
public macro WorkflowSignal(name: String? = nil) =
    #externalMacro(module: "WorkflowMacrosPlugin", type: "HandlerMacro")

/// A method or property that answers a query: at most one argument, not `async`; it only reads.
@attached(peer)
public macro WorkflowQuery(name: String? = nil) =
    #externalMacro(module: "WorkflowMacrosPlugin", type: "HandlerMacro")

/// Makes a type a group of activities: the methods marked with ``Activity(name:)``.
///
/// Writes the conformance to `ActivityContainer`, a descriptor for each activity in `Activities`, and `Proxy`, by which
/// workflow code calls them with options that are set once:
///
/// ```swift
/// @ActivityContainer struct Billing {
///     @Activity func charge(_ order: Order) async throws -> Receipt { ... }
/// }
///
/// let billing = Billing.Proxy(options: ActivityOptions(startToCloseTimeout: .seconds(30)))
/// let receipt = try await billing.charge(order)
/// ```
@attached(extension, conformances: ActivityContainer)
@attached(member, names: named(activities), named(Activities), named(Proxy))
public macro ActivityContainer() = #externalMacro(module: "WorkflowMacrosPlugin", type: "ActivityContainerMacro")

/// A method that is an activity: at most one argument. Histories record the method's name unless given.
///
/// With `transactional: true` it is an exactly-once step: it runs inside of the transaction that records its completion,
/// so that what it writes exists if and only if the history says that it was done. Such a method is not `async` and takes
/// the transaction as its last argument:
///
/// ```swift
/// @Activity(transactional: true)
/// func post(_ entry: Entry, in transaction: borrowing any StoreTransaction) throws -> EntryNumber { ... }
/// ```
@attached(peer)
public macro Activity(name: String? = nil, transactional: Bool = false) =
    #externalMacro(module: "WorkflowMacrosPlugin", type: "HandlerMacro")

/// Looks for what differs in every replay, as ``Workflow(name:)`` does in its braces, in code that belongs to a workflow and
/// stands elsewhere: an extension, a workflow that is written without macros, a helper type, a free function.
///
/// ```swift
/// @ReplaySafe extension Greeting {
///     func choice() -> Int { .random(in: 0..<5) }  // error: chance differs in every replay; use Workflow.random(in:)
/// }
/// ```
///
/// Writes nothing. In a `handlers` that is written by hand it also looks at the closures of queries.
@attached(peer)
public macro ReplaySafe() = #externalMacro(module: "WorkflowMacrosPlugin", type: "ReplaySafeMacro")
