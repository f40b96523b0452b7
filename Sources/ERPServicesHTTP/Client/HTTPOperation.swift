/// One kind of request that a service answers: a row of the tables in `docs/ERP-HTTP.md`.
struct HTTPOperation: Hashable, Sendable, CustomStringConvertible {
    /// What is done with the address.
    enum Method: String, Hashable, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    /// What is done.
    let method: Method
    /// Where, below the service's URL: `/vendors/{id}`. What stands in braces is filled in.
    let path: String
    /// It may be done again when nobody knows whether it was done: by its method, or because the request carries an
    /// `Idempotency-Key`.
    let isRepeatable: Bool

    /// A request that may be repeated. One whose method does not promise that carries an `Idempotency-Key`.
    init(_ method: Method, _ path: String) {
        self.init(method, path, isRepeatable: true)
    }

    private init(_ method: Method, _ path: String, isRepeatable: Bool) {
        self.method = method
        self.path = path
        self.isRepeatable = isRepeatable
    }

    /// A request that is made once: the service would do it again.
    static func once(_ method: Method, _ path: String) -> HTTPOperation {
        HTTPOperation(method, path, isRepeatable: false)
    }

    /// `GET /vendors/{id}`: says which request it was without saying whom it was about.
    var description: String { path.isEmpty ? method.rawValue : "\(method.rawValue) \(path)" }

    var carriesIdempotencyKey: Bool { isRepeatable && method == .post }
}
