import Core
import Database
import HTTPServer
import JobQueue
import ObjectStore
import Outbound
import Synchronization

/// Takes the pictures of a batch: when it returns they are on the disk, with a job for each.
struct AcceptBatch: Sendable {
    struct Wish: Sendable {
        var task = Batch.Task.diagnose
        var options = Batch.Options()
        var webhookURL: String?
    }

    /// Where pictures lie in the object store until they are read.
    static let folder = "batches/"

    /// How much one owner may leave to be read at once.
    struct Bounds: Sendable {
        let pictures: Int
        let unfinished: Int

        /// Anyone without a key, all together.
        static let anonymous = Bounds(pictures: 100, unfinished: 20)
        static let signedIn = Bounds(pictures: 1_000, unfinished: 100)

        var refusal: Problem {
            .unavailable("\(unfinished) batches wait to be read; send this one when some are finished.", retryAfter: 60)
        }
    }

    let store: BatchStore
    let queue: JobQueue
    let objects: any ObjectStore
    let clock: WallClock
    let uploadLimit: Int
    private let receiving = Receiving()

    init(store: BatchStore, queue: JobQueue, objects: any ObjectStore, clock: WallClock, uploadLimit: Int) {
        self.store = store
        self.queue = queue
        self.objects = objects
        self.clock = clock
        self.uploadLimit = uploadLimit
    }

    static func bounds(_ owner: String?) -> Bounds { owner == nil ? .anonymous : .signedIn }

    /// The batch that this call made, or that an earlier one with the same key and the same content had made.
    ///
    /// - Throws: a 422 when the key was used with other content, a 503 when too many batches wait already.
    func callAsFunction(_ request: Request, owner: String?, requestKey: String?) async throws -> Batch {
        let owner = owner ?? ""
        let bounds = Self.bounds(owner.isEmpty ? nil : owner)
        var earlier: Batch?
        if let requestKey { earlier = try await store.batch(of: owner, requestKey: requestKey) }
        if earlier == nil {
            let unfinished = try await store.database.read { try await store.unfinished(of: owner, in: $0) }
            guard unfinished + receiving.count(of: owner) < bounds.unfinished else { throw bounds.refusal }
        }
        receiving.begin(owner)
        defer { receiving.end(owner) }
        let id = Batch.ID.next(at: clock.now())
        var arrival = Arrival()
        do {
            try await receive(request, id, bounds, keeps: earlier == nil, into: &arrival)
            if let earlier { return try earlier.repeated(as: arrival.fingerprint) }
            return try await keep(id, arrival, bounds, owner: owner, requestKey: requestKey)
        } catch {
            await discard(arrival.uploads.map(\.objectKey))
            throw error
        }
    }

    /// What has come so far.
    private struct Arrival {
        var wish = Wish()
        var uploads: [BatchStore.Upload] = []
        /// What was sent, part by part, each as a digest.
        private var parts: [UInt8] = []

        mutating func note(_ name: String, _ filename: String?, _ content: [UInt8]) {
            parts += SHA256(of: Array("\(name)\u{0}\(filename ?? "")".utf8)).bytes + SHA256(of: content).bytes
        }

        var fingerprint: [UInt8] { SHA256(of: parts).bytes }
    }

    private func keep(
        _ id: Batch.ID,
        _ arrival: Arrival,
        _ bounds: Bounds,
        owner: String,
        requestKey: String?
    ) async throws -> Batch {
        let (wish, uploads) = (arrival.wish, arrival.uploads)
        if wish.webhookURL != nil, owner.isEmpty {
            throw Problem.unauthorized("A webhook needs somebody who is signed in, or a key in the X-API-Key header.")
        }
        let batch = Batch(
            id: id,
            owner: owner,
            task: wish.task,
            options: wish.options,
            createdAt: clock.now(),
            finishedAt: nil,
            total: uploads.count,
            done: 0,
            failed: 0,
            webhook: wish.webhookURL.map { .init(url: $0, secret: WebhookSecret.random().text, state: .pending) },
            fingerprint: arrival.fingerprint
        )
        do {
            try await store.database.write { tx in
                try await tx.lock("batches of \(owner)")
                // Many may have been sent at once, also to other servers.
                guard try await store.unfinished(of: owner, in: tx) < bounds.unfinished else { throw bounds.refusal }
                try await store.insert(batch, requestKey: requestKey, uploads, in: tx)
                let pictures = uploads.indices.map { BatchPicture(batch: id, position: $0) }
                try await queue.enqueue(ReadBatchPicture.kind, each: pictures, in: tx)
            }
        } catch let fault as DatabaseFault where fault.constraint?.kind == .unique {
            // The same call, sent twice at once.
            guard let requestKey, let earlier = try await store.batch(of: owner, requestKey: requestKey) else {
                throw fault
            }
            await discard(uploads.map(\.objectKey))
            return try earlier.repeated(as: arrival.fingerprint)
        }
        return batch
    }

    /// Reads the form; a call that repeats another is read and not kept.
    private func receive(
        _ request: Request,
        _ id: Batch.ID,
        _ bounds: Bounds,
        keeps: Bool,
        into arrival: inout Arrival
    ) async throws {
        var count = 0
        // One more than are allowed, so that whoever sends too many is told how many may be sent; and the fields.
        try await request.multipart(most: bounds.pictures + 1 + 16) { head, part in
            guard let filename = head.filename else {
                let bytes = try await part.collect(field: head.name, upTo: 4_096)
                arrival.note(head.name, nil, bytes)
                return try arrival.wish.adopt(head.name, String(decoding: bytes, as: UTF8.self))
            }
            guard count < bounds.pictures else {
                throw Problem.unprocessable(["body", head.name], "is one file too many: at most \(bounds.pictures)")
            }
            let bytes = try await collect(&part, filename)
            arrival.note(head.name, filename, bytes)
            let key = try ObjectKey(Self.folder + "\(id)/\(count)")
            count += 1
            guard keeps else { return }
            arrival.uploads.append(.init(filename: String(filename.prefix(200)), objectKey: key.description))
            try await objects.put(key, bytes: bytes)
        }
        guard count > 0 else {
            throw Problem.unprocessable(["body", "files"], "is missing: send at least one file", type: "missing")
        }
    }

    private func collect(_ part: inout PartReader, _ filename: String) async throws -> [UInt8] {
        do {
            return try await part.collect(upTo: uploadLimit)
        } catch var problem as Problem where problem.status == 413 {
            problem.detail =
                "\(filename.prefix(100)) is larger than the \(uploadLimit >> 20) MB that one picture may have; "
                + "nothing of this batch was kept."
            throw problem
        }
    }

    /// Removes pictures that nothing refers to, also when the client has gone; what fails is left to the sweep of orphans.
    func discard(_ keys: [String]) async {
        await uncancelled { [objects] in
            for key in keys {
                if let key = try? ObjectKey(key) { try? await objects.delete(key) }
            }
        }
    }
}

extension AcceptBatch.Wish {
    fileprivate mutating func adopt(_ name: String, _ value: String) throws {
        switch name {
        case "task":
            guard let task = Batch.Task(rawValue: value) else {
                throw Problem.unprocessable(["body", name], "is neither diagnose nor identify")
            }
            self.task = task
        case "min_confidence":
            guard let number = Double(value), (0...1).contains(number) else {
                throw Problem.unprocessable(["body", name], "is not a number from 0 to 1")
            }
            options.minConfidence = number
        case "top_k":
            guard let number = Int(value), (1...100).contains(number) else {
                throw Problem.unprocessable(["body", name], "is not a whole number from 1 to 100")
            }
            options.topK = number
        case "webhook_url":
            if let fault = WebhookCall.fault(in: value) { throw Problem.unprocessable(["body", name], fault) }
            webhookURL = value
        default:
            throw Problem.unprocessable(["body", name], "is no field of this form")
        }
    }
}

extension Batch {
    /// This batch, for a call that says it is the same as the one that made it.
    fileprivate func repeated(as other: [UInt8]) throws -> Batch {
        guard fingerprint == nil || fingerprint == other else {
            throw Problem.unprocessable(["header", "Idempotency-Key"], "was used with other pictures or fields")
        }
        return self
    }
}

/// How many batches of each owner are on their way in, so that many at once do not pass the bound together.
private final class Receiving: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func count(of owner: String) -> Int { counts.withLock { $0[owner, default: 0] } }
    func begin(_ owner: String) { counts.withLock { $0[owner, default: 0] += 1 } }

    func end(_ owner: String) {
        counts.withLock { counts in
            let left = counts[owner, default: 1] - 1
            counts[owner] = left > 0 ? left : nil
        }
    }
}
