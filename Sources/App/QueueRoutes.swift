import Accounts
import Core
import Database
import HTTPServer
import JobQueue

/// The calls with which an administrator looks after jobs.
struct QueueRoutes: Sendable {
    let queue: JobQueue
    /// The kinds that this program knows.
    let handlers: [JobHandler]

    private static let tags = ["Administration"]
    private static let id = Parameter<Job.ID>.path("id", "The task_id of a failed task.")
    private static let limit = Parameter<Int>.query("limit", "Most entries to list.", default: 100, in: 1...1_000)
    private static let after = Parameter<String?>.query("after", "The `next` of the page before.")

    var all: [Route] { [queues, live, failed, retry, discard] }

    private var queues: Route {
        Route(
            .get,
            "/api/v1/admin/queues",
            summary: "Tell what waits, what runs, what failed, and who works",
            tags: Self.tags,
            access: .server
        ) { _ in try await state() }
    }

    private var live: Route {
        .webSocket(
            "/api/v1/admin/queues/live",
            summary: "Follow the queues: a text message whenever something has changed, once a second at most",
            tags: Self.tags,
            access: .server
        ) { socket, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for try await _ in socket.messages {} }
                group.addTask {
                    var last: [UInt8] = []
                    while true {
                        let text = try JSON.encode(await state())
                        if text != last { try await socket.send(String(decoding: text, as: UTF8.self)) }
                        last = text
                        try await Task.sleep(for: .seconds(1))
                    }
                }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    private var failed: Route {
        Route(
            .get,
            "/api/v1/admin/failed-tasks",
            summary: "List jobs that failed too often, the latest first",
            tags: Self.tags,
            parameters: [Self.limit, Self.after],
            access: .server,
            answers: [.json(FailedTasks.self, "A page of them.")]
        ) { request in
            let place = try request[Self.after].map { token in
                guard let place = JobQueue.deadOrder.place(from: token) else { throw Problem.badPage }
                return place
            }
            let (jobs, next) = try await queue.dead(after: place, limit: request[Self.limit])
            return .bytes(try FailedTasks.text(jobs, next: next?.token), type: "application/json")
        }
    }

    private var retry: Route {
        action("retry", "Give a failed job all its attempts again") { try await queue.retry($0) }
    }

    private var discard: Route {
        action("discard", "Forget a failed job") { try await queue.discard($0) }
    }

    private func action(
        _ verb: String,
        _ summary: String,
        _ act: @escaping @Sendable (Job.ID) async throws -> Void
    ) -> Route {
        Route(
            .post,
            "/api/v1/admin/failed-tasks/{id}/\(verb)",
            summary: summary,
            tags: Self.tags,
            parameters: [Self.id],
            access: .server,
            answers: [
                .problem(404, "There is no such failed job."), .problem(409, "An equal job waits or runs already."),
            ]
        ) { request in
            do {
                try await act(request[Self.id])
            } catch let fault as JobFault {
                throw fault == .notUnique ? Problem.conflict("\(fault).") : Problem.notFound("\(fault).")
            }
            return ["status": "success"]
        }
    }

    private func state() async throws -> QueuesState {
        let counts = Dictionary(try await queue.counts().map { ($0.kind, $0) }) { first, _ in first }
        let known = Dictionary(handlers.map { ($0.kind, $0.policy) }) { first, _ in first }
        let kinds = Set(counts.keys).union(known.keys).sorted().map { kind in
            let count = counts[kind]
            return QueuesState.Kind(
                kind: kind,
                queue: known[kind]?.queue,
                ready: count?.count(.ready) ?? 0,
                delayed: count?.count(.delayed) ?? 0,
                running: count?.count(.running) ?? 0,
                failed: count?.count(.dead) ?? 0,
                oldestReadySeconds: (count?.oldestReady ?? 0).rounded()
            )
        }
        let workers = try await queue.workers().map { worker in
            QueuesState.Worker(
                id: worker.id,
                host: worker.host,
                process: worker.process,
                queues: worker.queues,
                startedAt: worker.startedAt,
                running: worker.running
            )
        }
        return QueuesState(queues: kinds, workers: workers)
    }
}

/// What `GET /api/v1/admin/queues` answers.
struct QueuesState: APIValue {
    struct Kind: APIValue {
        let kind: String
        let queue: String?
        let ready: Int
        let delayed: Int
        let running: Int
        let failed: Int
        let oldestReadySeconds: Double
        static let notes = [
            "queue":
                "The group that `hedgerow worker --queues` chooses by; null for a kind that this version does not know.",
            "delayed": "Waiting for another attempt, or for their time.",
            "failed": "Given up after the last attempt; see failed-tasks.",
        ]
    }

    struct Worker: APIValue {
        let id: String
        let host: String
        let process: Int
        let queues: [String]
        let startedAt: Timestamp
        let running: Int
        static let notes = ["queues": "Empty when it serves all."]
    }

    let queues: [Kind]
    let workers: [Worker]
    static let notes = ["queues": "One entry a kind of job."]
}

/// What `GET /api/v1/admin/failed-tasks` answers, in the words of the old product.
struct FailedTasks: APIValue {
    struct Task: APIValue {
        let taskId: String
        let taskName: String
        let args: [String]
        let kwargs: [String: String]
        let exception: String
        let failedAt: Timestamp
        let attempts: Int
        static let notes = ["kwargs": "The payload, when it is an object; else it is the one of args. Any JSON."]
    }

    let failedTasks: [Task]
    let next: String?
    static let notes = ["next": "Give it as `after` for the next page; null on the last."]

    /// The JSON of a page; payloads are JSON already, of any form.
    static func text(_ jobs: [DeadJob], next: String?) throws -> [UInt8] {
        func quoted(_ text: String) throws -> String { String(decoding: try JSON.encode(text), as: UTF8.self) }
        let items = try jobs.map { job in
            let payload = String(decoding: job.payload, as: UTF8.self)
            let isObject = payload.hasPrefix("{")
            return #"{"task_id":"\#(job.id)","task_name":\#(try quoted(job.kind)),"#
                + #""args":\#(isObject ? "[]" : "[\(payload)]"),"kwargs":\#(isObject ? payload : "{}"),"#
                + #""exception":\#(try quoted(job.cause)),"failed_at":"\#(job.failedAt)","attempts":\#(job.attempts)}"#
        }
        let place = try next.map(quoted) ?? "null"
        return Array(#"{"failed_tasks":[\#(items.joined(separator: ","))],"next":\#(place)}"#.utf8)
    }
}
