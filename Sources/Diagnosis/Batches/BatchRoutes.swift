import Accounts
import Core
import Database
import HTTPServer
import JobQueue

/// The calls about many pictures at once: send them, look how far they are, fetch the results, remove them.
struct BatchRoutes: Sendable {
    let accept: AcceptBatch
    let store: BatchStore
    let signals: any SignalBus

    private static let tags = ["Batches"]
    static let id = Parameter<Batch.ID>.path("id", "Key of the batch.")
    private static let requestKey = Parameter<String?>.header(
        "Idempotency-Key",
        "A text of your choice: sent again with the same one and the same form, the call answers with the batch of the first."
    )
    private static let from = Parameter<Int>.query(
        "from",
        "Position of the first result.",
        default: 0,
        in: 0...1_000_000
    )
    private static let limit = Parameter<Int>.query("limit", "Most entries to list.", default: 100, in: 1...1_000)

    var all: [Route] { [send, list, show, remove, progress] }

    private var send: Route {
        Route(
            .post,
            "/api/v1/jobs",
            summary: "Send many pictures to be read in their own time",
            details: """
                Up to \(AcceptBatch.Bounds.signedIn.pictures) pictures, \(AcceptBatch.Bounds.anonymous.pictures) without a key. \
                When the answer comes they are on the disk. A webhook_url is called once all are read, signed as Standard \
                Webhooks say, and again after 1, 5, 15 minutes, 1 and 6 hours when that fails.
                """,
            tags: Self.tags,
            parameters: [Self.requestKey],
            body: .multipart([
                .file("files", "Pictures.", isRequired: true, isRepeated: true),
                .field("task", "diagnose (default) or identify."),
                .field("min_confidence", "Probability from which a name is given, 0.5 by default."),
                .field("top_k", "How many ranked results to list, 5 by default."),
                .field("webhook_url", "Address to call when all are read; needs a key."),
            ]),
            limits: Route.Limits(body: 4 << 30, time: .seconds(120), upload: .seconds(3_600)),
            access: .predict,
            quota: "public",
            answers: [
                .json(BatchState.self, "The pictures are kept and wait to be read.", status: 202),
                .problem(413, "A picture is too large."), .problem(503, "Too many batches wait already."),
            ]
        ) { request in
            let key = request[Self.requestKey]
            if let key, !(1...200).contains(key.utf8.count) {
                throw Problem.unprocessable(["header", "Idempotency-Key"], "has not 1 to 200 characters")
            }
            let batch = try await accept(request, owner: request.principal?.logName, requestKey: key)
            var state = batch.answer
            state.webhook?.secret = batch.webhook?.secret
            var response = try Response.json(state, status: 202)
            response["Location"] = state.url
            return response
        }
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/jobs",
            summary: "List your batches, the newest first",
            tags: Self.tags,
            parameters: [Paging.after, Self.limit],
            access: .analyses
        ) { request in
            let place = try BatchStore.newestFirst.place(of: request[Paging.after])
            let owner = request.principal?.logName ?? ""
            let page = try await store.batches(of: owner, after: place, limit: request[Self.limit])
            return BatchPage(items: page.batches.map(\.answer), next: page.next?.token)
        }
    }

    private var show: Route {
        Route(
            .get,
            "/api/v1/jobs/{id}",
            summary: "Tell how far a batch is, with its results so far",
            details: "The key is hard to guess, so whoever has that of an anonymous batch may read it.",
            tags: Self.tags,
            parameters: [Self.id, Self.from, Self.limit],
            access: .predict,
            answers: [.json(BatchAnswerPage.self, "Where it stands."), .problem(404, "There is no such batch.")]
        ) { request in
            let batch = try await visible(request)
            let results = try await store.results(of: batch.id, from: request[Self.from], limit: request[Self.limit])
            return .bytes(try BatchAnswerPage.text(batch, results), type: "application/json")
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/jobs/{id}",
            summary: "Remove a batch; what is not read yet never will be",
            details: "Analyses that were made for somebody signed in stay in the history.",
            tags: Self.tags,
            parameters: [Self.id],
            access: .predict,
            answers: [.empty(204, "It is gone."), .problem(404, "There is no such batch.")]
        ) { request in
            let batch = try await visible(request)
            await accept.discard(try await store.remove(batch.id))
            return Response(status: 204)
        }
    }

    private var progress: Route {
        .webSocket(
            "/api/v1/jobs/{id}/progress",
            summary: "Follow a batch until it is finished",
            details:
                "Each text message is the batch as GET tells it, without results: one at once, then after each change.",
            tags: Self.tags,
            parameters: [Self.id],
            access: .predict
        ) { socket, request in
            let batch = try await visible(request)
            try await follow(batch.id, socket)
        }
    }

    private func follow(_ id: Batch.ID, _ socket: WebSocket) async throws {
        let events = await signals.subscribe(to: ReadBatchPicture.topic(of: id), depth: 16)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (ticks, tick) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            tick.yield()
            group.addTask { for await _ in events { tick.yield() } }
            // A signal may be lost: the table is asked now and then.
            group.addTask {
                while true {
                    try await Task.sleep(for: .seconds(3))
                    tick.yield()
                }
            }
            group.addTask { for try await _ in socket.messages {} }
            defer { group.cancelAll() }
            var last = (-1, -1)
            for await _ in ticks {
                guard let batch = try await store.batch(id) else { return }
                let now = (batch.done, batch.failed)
                if now != last { try await socket.send(String(decoding: try JSON.encode(batch.answer), as: UTF8.self)) }
                last = now
                if batch.finishedAt != nil { return }
                // Many pictures a second are one message a few times a second.
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    /// The batch, if the caller may see it.
    private func visible(_ request: Request) async throws -> Batch {
        let caller = request.principal?.logName ?? ""
        guard let batch = try await store.batch(request[Self.id]), batch.owner.isEmpty || batch.owner == caller else {
            throw Problem.notFound(
                "There is no batch with this key. Batches are removed 30 days after they are finished."
            )
        }
        return batch
    }
}

private struct BatchPage: APIValue {
    let items: [BatchState]
    let next: String?
    static let notes = ["next": "Give it as `after` for the next page; null on the last."]
}
