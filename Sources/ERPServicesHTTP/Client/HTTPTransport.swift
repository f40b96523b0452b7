/// Carries one request to a service and its answer back.
protocol HTTPTransport: Sendable {
    /// Makes one request, once. Throws ``HTTPTransportError``, or `CancellationError` when the caller is cancelled.
    func send(_ request: HTTPRequest, timeout: Duration, mostBytes: Int) async throws -> HTTPAnswer
}

/// A request as it goes out.
struct HTTPRequest: Sendable {
    var method: HTTPOperation.Method
    var url: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]
}

/// What came back.
struct HTTPAnswer: Sendable {
    var status: Int
    /// By name in small letters; of several the first.
    var headers: [String: String]
    var body: [UInt8]

    /// A page for browsers: what a gateway says that knows no such service.
    var isHTML: Bool { headers["content-type"]?.lowercased().hasPrefix("text/html") == true }
}

/// Why nothing came back.
enum HTTPTransportError: Error, Hashable, Sendable {
    /// Nobody is there: the request did not go out.
    case unreachable
    /// No safe connection could be made: nobody vouches for the service's certificate. The request did not go out.
    case unsafe
    /// No answer in time; the request may have been done.
    case timeout
    /// The connection broke; the request may have been done.
    case broken
    /// The answer has more bytes than allowed.
    case tooLarge
}
