import Core
import Database
import Synchronization

extension JobWorker {
    enum Ending: Sendable { case drained, gaveUp }

    /// Works until all is drained, or the others gave this worker up.
    func work(as id: JobWorkerID) async -> Ending {
        await withTaskGroup(of: Ending?.self) { group in
            group.addTask { await self.listen() }
            group.addTask { await self.receive(as: id) }
            group.addTask { await self.keepTime(as: id) }
            group.addTask {
                await withDiscardingTaskGroup { jobs in
                    await self.takeJobs(as: id) { job in jobs.addTask { await self.perform(job, as: id) } }
                    // After the grace period, or a lost lease, what still runs is cancelled and waited for.
                    jobs.cancelAll()
                }
                return .drained
            }
            var ending = Ending.drained
            for await event in group {
                guard let event else { continue }
                ending = event
                break
            }
            group.cancelAll()
            return ending
        }
    }

    /// Takes jobs as there is room, until the worker is to stop and its grace period is over or nothing runs.
    private func takeJobs(as id: JobWorkerID, start: (ClaimedJob) -> Void) async {
        var backoff = Backoff(first: .milliseconds(100), longest: .seconds(5))
        var graceEnds: ContinuousClock.Instant?
        for await _ in bell.strokes() {
            do {
                for job in try await exchange(as: id) { start(job) }
                backoff = Backoff(first: .milliseconds(100), longest: .seconds(5))
            } catch {
                if Task.isCancelled { break }
                log.warning("the queue cannot be reached", ["cause": .string(cause(of: error))])
                try? await Task.sleep(for: backoff.next())
                bell.ring()
            }
            guard isDraining else { continue }
            let end = graceEnds ?? self.graceEnds
            graceEnds = end
            if slots.withLock({ $0.running.isEmpty }) || .now >= end { break }
        }
    }

    /// Writes down what has ended and takes what there is room for, in one transaction.
    func exchange(as id: JobWorkerID) async throws -> [ClaimedJob] {
        let takesMore = !isDraining
        let (ended, room, held, isUnsure) = slots.withLock { slots in
            let held = slots.held
            return (slots.takeEnded(), takesMore ? slots.room : [:], held, slots.isUnsure)
        }
        let database = queue.database
        let kinds = room.keys.sorted()
        do {
            if ended.isEmpty, !isUnsure {
                // Mostly there is nothing: a look does not hold up those who write.
                let ready = try await database.read { try await self.queue.store.ready(kinds, in: $0) }
                if ready.isEmpty { return [] }
            }
            let now = queue.clock.now()
            let claimed = try await database.write { tx in
                if isUnsure { try await self.queue.store.releaseOthers(than: held, of: id, in: tx) }
                try await self.settle(ended, as: id, at: now, in: tx)
                return try await self.claim(room, as: id, at: now, in: tx)
            }
            slots.withLock { slots in
                slots.isUnsure = false
                for job in claimed {
                    let limit = handlers[job.kind]?.policy.timeLimit ?? .zero
                    slots.begin(job, deadline: .now + limit)
                }
            }
            for end in ended { meter.ended(end) }
            for job in claimed { meter.began(job, at: now) }
            return claimed
        } catch {
            slots.withLock { slots in
                slots.putBack(ended)
                // The commit may have gone through: jobs may be ours that we do not know of.
                slots.isUnsure = true
            }
            throw error
        }
    }

    private func settle(
        _ ended: [JobSlots.Ended],
        as id: JobWorkerID,
        at now: Timestamp,
        in tx: Transaction
    ) async throws {
        let store = queue.store
        _ = try await store.complete(ended.filter { $0.outcome == .done }.map(\.job.id), of: id, in: tx)
        try await store.release(ended.filter { $0.outcome == .released }.map(\.job.id), of: id, in: tx)
        for end in ended {
            guard case .failed(let cause, let isHopeless) = end.outcome else { continue }
            let pause = isHopeless ? nil : handlers[end.job.kind]?.policy.pause(afterAttempt: end.job.attempt)
            let isOurs = try await store.fail(
                end.job.id,
                of: id,
                cause: cause,
                due: pause.map { now + $0 },
                at: now,
                in: tx
            )
            if isOurs, pause == nil { try await giveUp(end.job.kind, end.job.payload, cause, in: tx) }
        }
    }

    /// Tells the feature that a job is dead; what it does about that fails for itself alone.
    func giveUp(_ kind: String, _ payload: [UInt8], _ cause: String, in tx: Transaction) async throws {
        guard let giveUp = handlers[kind]?.giveUp else { return }
        do {
            try await tx.savepoint { tx in try await giveUp(payload, cause, tx) }
        } catch let fault as DatabaseFault where fault.code == .unavailable {
            throw fault
        } catch {
            log.error("a job was given up without its feature", ["kind": .string(kind), "cause": .string("\(error)")])
        }
    }

    private func claim(
        _ room: [String: Int],
        as id: JobWorkerID,
        at now: Timestamp,
        in tx: Transaction
    ) async throws -> [ClaimedJob] {
        let ready = try await queue.store.ready(room.keys.sorted(), in: tx)
        var left = slots.withLock(\.free)
        var claimed: [ClaimedJob] = []
        for kind in slots.withLock({ $0.order(ready) }) where left > 0 {
            let limit = min(room[kind] ?? 0, left)
            let jobs = try await queue.store.claim(kind, limit: limit, for: id, at: now, in: tx)
            left -= jobs.count
            claimed += jobs
        }
        return claimed
    }

    private func listen() async -> Ending? {
        let number = queue.wakes.join(bell, kinds: Set(handlers.keys))
        defer { queue.wakes.leave(number) }
        for await event in await queue.signals.subscribe(to: JobQueue.topic, depth: 64) {
            if case .message(let kind) = event, handlers[String(decoding: kind, as: UTF8.self)] == nil { continue }
            bell.ring()
        }
        return nil
    }

    /// Takes what the courier brings, as long as there is room for it.
    private func receive(as id: JobWorkerID) async -> Ending? {
        guard let courier = queue.courier else { return nil }
        let queues = Set(handlers.values.map(\.policy.queue)).sorted()
        var backoff = Backoff(first: .milliseconds(500), longest: .seconds(5))
        while !Task.isCancelled, !isDraining {
            let room = slots.withLock(\.free)
            do {
                guard room > 0 else {
                    try await Task.sleep(for: .milliseconds(20))
                    continue
                }
                if try await courier.receive(on: queues, limit: room, as: "\(id)") > 0 { bell.ring() }
                backoff = Backoff(first: .milliseconds(500), longest: .seconds(5))
            } catch {
                try? await Task.sleep(for: backoff.next())
            }
        }
        return nil
    }

    func cause(of error: any Error) -> String {
        let text = (error as? DatabaseFault).map { "\($0): \($0.detail)" } ?? "\(error)"
        return String(text.prefix(2_000))
    }
}
