import WorkflowAPI
import WorkflowRuntime

extension HTTPServiceClient {
    /// Asks for something; nil when the service says that there is none. `isAsked` looks whether the answer is about what
    /// was asked for: another's record is worse than none.
    func find<Answer: Decodable>(
        _ operation: HTTPOperation,
        _ parts: [String] = [],
        query: [(name: String, value: String)] = [],
        tenant: String,
        isAsked: (Answer) -> Bool
    ) async throws -> Answer? {
        let target = RequestTarget(parts: parts, query: query)
        guard target.isAddressable else { return nil }
        let answer = try await answer(to: operation, target, tenant: tenant, acceptingAbsence: true)
        guard answer.status != 404 else { return nil }
        let found: Answer = try value(of: answer, operation)
        guard isAsked(found) else { throw mismatch(operation) }
        return found
    }

    /// Asks for all of something, page by page: `{"items": [...], "next": "..."}`, where `next` is what the query
    /// `after` of the next page is; none on the last.
    func list<Item: Decodable>(
        _ operation: HTTPOperation,
        query: [(name: String, value: String)] = [],
        tenant: String,
        isAsked: (Item) -> Bool = { _ in true }
    ) async throws -> [Item] {
        var items: [Item] = []
        var after: String?
        for _ in 0..<Self.mostPages {
            let target = RequestTarget(query: query + (after.map { [("after", $0)] } ?? []))
            let page: Page<Item> = try value(
                of: try await answer(to: operation, target, tenant: tenant),
                operation
            )
            guard page.items.allSatisfy(isAsked) else { throw mismatch(operation) }
            items += page.items
            guard let next = page.next else { return items }
            guard next != after else { break }
            after = next
        }
        throw ServiceFailure.badAnswer("its pages do not come to an end").error(of: operation, service: service)
    }

    /// Sends something; gives the answer.
    func send<Answer: Decodable>(
        _ operation: HTTPOperation,
        _ body: some Encodable,
        tenant: String
    ) async throws -> Answer {
        try value(of: try await deliver(operation, body, tenant: tenant), operation)
    }

    /// Sends something; what the service says to it does not matter as long as it agrees.
    func send(_ operation: HTTPOperation, _ body: some Encodable, tenant: String) async throws {
        _ = try await deliver(operation, body, tenant: tenant)
    }

    /// A repeated page or a service without an end is noticed before memory is.
    private static var mostPages: Int { 1000 }

    private func deliver(
        _ operation: HTTPOperation,
        _ body: some Encodable,
        tenant: String
    ) async throws -> HTTPAnswer {
        let bytes = try PayloadConverter.payload(body).data
        return try await answer(to: operation, RequestTarget(), body: bytes, tenant: tenant)
    }

    private func value<Answer: Decodable>(of answer: HTTPAnswer, _ operation: HTTPOperation) throws -> Answer {
        do {
            return try PayloadConverter.value(Payload(encoding: Payload.jsonEncoding, data: answer.body))
        } catch let error as PayloadError {
            throw ServiceFailure.badAnswer("the answer cannot be read: \(error.message)")
                .error(of: operation, service: service)
        }
    }

    private func mismatch(_ operation: HTTPOperation) -> ApplicationError {
        ServiceFailure.badAnswer("the answer is about something else than was asked for")
            .error(of: operation, service: service)
    }
}

/// One page of a list.
private struct Page<Item: Decodable>: Decodable {
    var items: [Item]
    var next: String?
}
