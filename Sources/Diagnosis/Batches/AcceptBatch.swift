import Core
import Database
import HTTPServer
import JobQueue
import ObjectStore
import Outbound

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
    }

    let store: BatchStore
    let queue: JobQueue
    let objects: any ObjectStore
    let clock: WallClock
    let uploadLimit: Int

    static func bounds(_ owner: String?) -> Bounds { owner == nil ? .anonymous : .signedIn }

    /// The batch that this call made, or that an earlier one with the same key had made.
    func callAsFunction(
        _ request: Request,
        owner: String?,
        requestKey: String?
    ) async throws -> (batch: Batch, isNew: Bool) {
        if let requestKey, let earlier = try await store.batch(of: owner ?? "", requestKey: requestKey) {
            return (earlier, false)
        }
        let bounds = Self.bounds(owner)
        guard try await store.unfinished(of: owner ?? "") < bounds.unfinished else {
            throw Problem.unavailable(
                "\(bounds.unfinished) batches wait to be read; send this one when some are finished.",
                retryAfter: 60
            )
        }
        let id = Batch.ID.next(at: clock.now())
        var uploads: [BatchStore.Upload] = []
        do {
            let wish = try await receive(request, id, bounds, into: &uploads)
            return try await keep(id, wish, uploads, owner: owner, requestKey: requestKey)
        } catch {
            await discard(uploads.map(\.objectKey))
            throw error
        }
    }

    private func keep(
        _ id: Batch.ID,
        _ wish: Wish,
        _ uploads: [BatchStore.Upload],
        owner: String?,
        requestKey: String?
    ) async throws -> (Batch, Bool) {
        if wish.webhookURL != nil, owner == nil {
            throw Problem.unauthorized("A webhook needs a key: send it in the X-API-Key header.")
        }
        let batch = Batch(
            id: id,
            owner: owner ?? "",
            task: wish.task,
            options: wish.options,
            createdAt: clock.now(),
            finishedAt: nil,
            total: uploads.count,
            done: 0,
            failed: 0,
            webhook: wish.webhookURL.map { .init(url: $0, secret: WebhookSecret.random().text, state: .pending) }
        )
        do {
            try await store.database.write { tx in
                try await store.insert(batch, requestKey: requestKey, uploads, in: tx)
                let pictures = uploads.indices.map { BatchPicture(batch: id, position: $0) }
                try await queue.enqueue(ReadBatchPicture.kind, each: pictures, in: tx)
            }
        } catch let fault as DatabaseFault where fault.constraint?.kind == .unique {
            // The same call, sent twice at once.
            guard let requestKey, let earlier = try await store.batch(of: owner ?? "", requestKey: requestKey) else {
                throw fault
            }
            await discard(uploads.map(\.objectKey))
            return (earlier, false)
        }
        return (batch, true)
    }

    private func receive(
        _ request: Request,
        _ id: Batch.ID,
        _ bounds: Bounds,
        into uploads: inout [BatchStore.Upload]
    ) async throws -> Wish {
        var wish = Wish()
        // One more than are allowed, so that whoever sends too many is told how many may be sent; and the fields.
        try await request.multipart(most: bounds.pictures + 1 + 16) { head, part in
            guard let filename = head.filename else {
                let value = String(decoding: try await part.collect(field: head.name, upTo: 4_096), as: UTF8.self)
                try wish.adopt(head.name, value)
                return
            }
            guard uploads.count < bounds.pictures else {
                throw Problem.unprocessable(["body", head.name], "is one file too many: at most \(bounds.pictures)")
            }
            let bytes = try await collect(&part, filename)
            let key = try ObjectKey(Self.folder + "\(id)/\(uploads.count)")
            uploads.append(.init(filename: String(filename.prefix(200)), objectKey: key.description))
            try await objects.put(key, bytes: bytes)
        }
        guard !uploads.isEmpty else {
            throw Problem.unprocessable(["body", "files"], "is missing: send at least one file", type: "missing")
        }
        return wish
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
