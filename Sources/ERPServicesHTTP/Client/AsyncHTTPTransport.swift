import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Requests over AsyncHTTPClient. All share one pool of connections, which lives as long as the process, so that nobody has
/// to shut it down.
struct AsyncHTTPTransport: HTTPTransport {
    private static let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)

    private static var configuration: HTTPClient.Configuration {
        // A redirect would carry the token to somebody else.
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(3)
        // What is tried again is decided in one place, which also counts it.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    func send(_ request: HTTPRequest, timeout: Duration, mostBytes: Int) async throws -> HTTPAnswer {
        do {
            return try await withThrowingTaskGroup(of: HTTPAnswer?.self) { group in
                group.addTask { try await Self.exchange(request, mostBytes: mostBytes) }
                // AsyncHTTPClient's own limit ends with the head of the answer; a service may be slow with the rest.
                group.addTask {
                    try await ContinuousClock().sleep(for: timeout)
                    return nil
                }
                defer { group.cancelAll() }
                guard let answer = try await group.next() ?? nil else { throw HTTPTransportError.timeout }
                return answer
            }
        } catch {
            throw Task.isCancelled ? CancellationError() : Self.reason(error)
        }
    }

    private static func exchange(_ request: HTTPRequest, mostBytes: Int) async throws -> HTTPAnswer {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        outgoing.headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
        // The limit that counts is the caller's, which cancels this.
        let response = try await client.execute(outgoing, timeout: .hours(1))
        var headers: [String: String] = [:]
        for (name, value) in response.headers where headers[name.lowercased()] == nil {
            headers[name.lowercased()] = value
        }
        let body = try await response.body.collect(upTo: mostBytes)
        return HTTPAnswer(status: Int(response.status.code), headers: headers, body: Array(body.readableBytesView))
    }

    private static func reason(_ error: any Error) -> HTTPTransportError {
        switch error {
        case let error as HTTPTransportError: return error
        case is NIOTooManyBytesError: return .tooLarge
        case is NIOConnectionError: return .unreachable
        case let error as HTTPClientError:
            switch error {
            case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout: return .unreachable
            case .deadlineExceeded, .readTimeout: return .timeout
            default: return .broken
            }
        case let error as IOError where error.errnoCode == ECONNREFUSED: return .unreachable
        // NIOSSL has a dozen kinds of them.
        default: return "\(type(of: error))".contains("SSL") ? .unsafe : .broken
        }
    }
}
