import Core
import Database
import Synchronization

extension JobWorker {
    /// How long after its deadline a job that does not heed cancellation is waited for.
    private static let patience = Duration.seconds(30)

    /// Does what comes with time: heartbeats, delayed jobs, schedules, jobs of workers that are gone.
    ///
    /// Ends with `gaveUp` when the others took this worker for gone, else when cancelled.
    func keepTime(as id: JobWorkerID) async -> Ending? {
        var watch = LeaseWatch(lease: options.lease)
        var lastBeat: ContinuousClock.Instant?
        var isTroubled = false
        while !Task.isCancelled {
            do {
                try await promote()
                if lastBeat.map({ .now - $0 >= options.lease / 3 }) ?? true {
                    guard try await beat(id) else { return .gaveUp }
                    lastBeat = .now
                    try await bury(&watch, self: id)
                    try await fireSchedules()
                    meter.show(try await queue.counts())
                }
                isTroubled = false
            } catch {
                if !isTroubled, !Task.isCancelled {
                    log.warning("the queue cannot be looked after", ["cause": .string(cause(of: error))])
                }
                isTroubled = true
            }
            abandonLate()
            bell.ring()
            try? await Task.sleep(for: options.poll * Double.random(in: 0.8...1.2))
        }
        return nil
    }

    private func promote() async throws {
        let next = try await queue.database.read { reader in try await self.queue.store.nextDue(in: reader) }
        guard let next, next <= queue.clock.now() else { return }
        let kinds = try await queue.database.write { tx in
            try await self.queue.store.promote(at: self.queue.clock.now(), in: tx)
        }
        await queue.wake(kinds)
    }

    private func beat(_ id: JobWorkerID) async throws -> Bool {
        try await queue.database.write { tx in try await JobWorkerStore().beat(id, in: tx) }
    }

    private func bury(_ watch: inout LeaseWatch, self id: JobWorkerID) async throws {
        let beats = try await queue.database.read { reader in try await JobWorkerStore().beats(in: reader) }
        for gone in watch.look(beats, at: .now) where gone.id != id {
            let isGone = try await queue.database.write { tx in
                try await JobWorkerStore().bury(gone.id, lastBeat: gone.beat, in: tx)
            }
            if isGone { log.warning("a worker is gone", ["worker": .string("\(gone.id)")]) }
        }
        try await freeOrphans()
    }

    /// Jobs of workers that are gone begin anew, also those that such a worker took before it knew.
    private func freeOrphans() async throws {
        let orphans = try await queue.database.read { reader in try await JobWorkerStore().orphans(in: reader) }
        guard !orphans.isEmpty else { return }
        let attempts = handlers.mapValues(\.policy.attempts)
        let (ready, dead) = try await queue.database.write { tx in
            let (ready, dead) = try await JobWorkerStore().free(
                orphans,
                attempts: attempts,
                at: self.queue.clock.now(),
                in: tx
            )
            for job in dead { try await self.giveUp(job.kind, job.payload, JobWorkerStore.deadlyCause, in: tx) }
            return (ready, dead)
        }
        guard !(ready.isEmpty && dead.isEmpty) else { return }
        log.warning(
            "jobs of workers that are gone begin anew",
            ["jobs": .integer(Int64(ready.count)), "given_up": .integer(Int64(dead.count))]
        )
        await queue.wake(ready.map(\.kind))
    }

    private func fireSchedules() async throws {
        guard !schedules.isEmpty, !isDraining else { return }
        let now = queue.clock.now()
        let rows = JobScheduleStore()
        let isDue = try await queue.database.read { reader in
            try await rows.isDue(self.schedules, at: now, in: reader)
        }
        guard isDue else { return }
        try await queue.database.write { tx in try await rows.fire(self.schedules, on: self.queue, at: now, in: tx) }
    }

    private func abandonLate() {
        let late = slots.withLock { slots in
            slots.abandon(at: .now, patience: Self.patience, cause: "it ran on long after its time limit")
        }
        for job in late {
            log.error(
                "a job does not heed its time limit; it is given up, and its place stays taken",
                ["kind": .string(job.kind), "job": .string("\(job.id)")]
            )
        }
    }
}
