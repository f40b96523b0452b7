import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A service on 127.0.0.1 that answers as a test says, and remembers what it was asked.
final class LocalService: Sendable {
    struct Request: Sendable {
        var method: String
        var uri: String
        var headers: [String: String]
        var body: [UInt8]

        var line: String { "\(method) \(uri)" }
    }

    enum Reply: Sendable {
        case answer(Int, String, headers: [String: String] = [:])
        /// Says nothing at all.
        case silence
        /// Sends the head and never the rest.
        case headOnly
        /// Ends the connection without a word.
        case hangUp

        static func json(_ text: String, _ status: Int = 200) -> Reply {
            .answer(status, text, headers: ["Content-Type": "application/json"])
        }
    }

    private struct State {
        var requests: [Request] = []
        var connections: [any Channel] = []
    }

    let port: Int
    private let channel: any Channel
    private let state: Box

    private final class Box: Sendable {
        let state = Mutex(State())
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.state.withLock { $0.requests } }

    private init(channel: any Channel, state: Box) {
        self.channel = channel
        self.state = state
        port = channel.localAddress?.port ?? 0
    }

    /// Begins to listen on a port that is free.
    static func start(_ reply: @escaping @Sendable (Request) -> Reply) async throws -> LocalService {
        let box = Box()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { child in
                box.state.withLock { $0.connections.append(child) }
                return child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.configureHTTPServerPipeline()
                    try child.pipeline.syncOperations.addHandler(
                        Handler { request in
                            box.state.withLock { $0.requests.append(request) }
                            return reply(request)
                        }
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LocalService(channel: channel, state: box)
    }

    /// Stops listening, and ends the connections that are left.
    func stop() async throws {
        try await channel.close().get()
        for connection in state.state.withLock({ $0.connections }) where connection.isActive {
            try? await connection.close().get()
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let reply: @Sendable (Request) -> Reply
        private var request: Request?

        init(reply: @escaping @Sendable (Request) -> Reply) { self.reply = reply }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                var headers: [String: String] = [:]
                for (name, value) in head.headers { headers[name.lowercased()] = value }
                request = Request(method: head.method.rawValue, uri: head.uri, headers: headers, body: [])
            case .body(let bytes): request?.body += Array(bytes.readableBytesView)
            case .end:
                guard let whole = request else { return }
                request = nil
                write(reply(whole), to: context)
            }
        }

        private func write(_ reply: Reply, to context: ChannelHandlerContext) {
            switch reply {
            case .silence: break
            case .hangUp: context.close(promise: nil)
            case .headOnly:
                head(200, ["Content-Length": "10"], to: context)
                context.flush()
            case .answer(let status, let text, let headers):
                var all = headers
                if status != 204 { all["Content-Length"] = "\(text.utf8.count)" }
                head(status, all, to: context)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }

        private func head(_ status: Int, _ headers: [String: String], to context: ChannelHandlerContext) {
            let head = HTTPResponseHead(
                version: .http1_1,
                status: HTTPResponseStatus(statusCode: status),
                headers: HTTPHeaders(headers.map { ($0.key, $0.value) })
            )
            context.write(wrapOutboundOut(.head(head)), promise: nil)
        }
    }
}

/// Runs a test with a service, which is stopped after it whatever happens.
func withService<Result>(
    _ reply: @escaping @Sendable (LocalService.Request) -> LocalService.Reply,
    _ body: (LocalService) async throws -> Result
) async throws -> Result {
    let service = try await LocalService.start(reply)
    do {
        let result = try await body(service)
        try await service.stop()
        return result
    } catch {
        try? await service.stop()
        throw error
    }
}
