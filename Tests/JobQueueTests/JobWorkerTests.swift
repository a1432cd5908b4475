import Core
import Database
import TestSupport
import Testing

@testable import JobQueue

private struct Number: Codable, Sendable, Equatable { let value: Int }
private let kind = JobKind<Number>("test.work", JobPolicy(retries: [.milliseconds(1)]))

@Suite("Workers") struct JobWorkerTests {
    /// A worker that took jobs and died: rows as it left them.
    private func ghost(_ queue: JobQueue, taking count: Int) async throws -> JobWorkerID {
        let id = JobWorkerID.next()
        try await queue.database.write { tx in
            try await JobWorkerStore().register(id, host: "gone", process: 1, queues: "", at: .now(), in: tx)
            _ = try await queue.store.claim(kind.name, limit: count, for: id, at: .now(), in: tx)
        }
        return id
    }

    @Test(
        "Jobs of a worker that died begin anew, and are dead when it was their last attempt",
        arguments: Ground.allCases
    )
    func buried(ground: Ground) async throws {
        try await ground.withQueue { queue, _ in
            for value in 1...3 { try await queue.enqueue(kind, Number(value: value)) }
            _ = try await ghost(queue, taking: 3)
            let attempts = Diary<Int>()
            try await queue.working(
                [JobHandler(kind) { _, job in attempts.note(job.attempt) }],
                lease: .milliseconds(200)
            ) { _ in
                try await eventually("all done") { try await queue.count() == 0 }
            }
            #expect(attempts.entries == [2, 2, 2])

            let poison = try await queue.enqueue(kind, Number(value: 4))
            for _ in 1...2 {
                _ = try await ghost(queue, taking: 1)
                try await queue.database.write { tx in
                    for (id, beat) in try await JobWorkerStore().beats(in: tx) {
                        _ = try await JobWorkerStore().bury(id, lastBeat: beat, in: tx)
                    }
                    let orphans = try await JobWorkerStore().orphans(in: tx)
                    _ = try await JobWorkerStore().free(orphans, attempts: [kind.name: 2], at: .now(), in: tx)
                }
            }
            let dead = try await queue.dead(limit: 10).jobs
            #expect(dead.map(\.id) == [poison])
            #expect(dead[0].cause.contains("the program ended each time"))
        }
    }

    @Test("A feature hears of its dead job in the same transaction, however it died", arguments: Ground.allCases)
    func givenUp(ground: Ground) async throws {
        try await ground.withQueue { queue, _ in
            struct Mishap: Error {}
            let told = Diary<String>()
            let handler = JobHandler(
                kind,
                giveUp: { number, cause, tx in
                    let dead = try await tx.value("SELECT count(*) FROM job WHERE state = 'dead'", as: Int.self)
                    told.note("\(number.value) \(dead) \(cause.prefix(11))")
                    // What a feature does wrong is undone, and the job is dead all the same.
                    if number.value == 2 { throw Mishap() }
                }
            ) { number, _ in if number.value < 3 { throw Mishap() } }
            try await queue.working([handler], lease: .milliseconds(200)) { _ in
                for value in 1...2 { try await queue.enqueue(kind, Number(value: value)) }
                try await eventually("both are dead") { try await queue.count(.dead) == 2 }
                #expect(told.entries.map { $0.prefix(1) }.sorted() == ["1", "2"])
            }
            try await queue.enqueue(kind, Number(value: 3))
            _ = try await ghost(queue, taking: 1)
            try await queue.database.execute("UPDATE job SET attempts = 4 WHERE state = 'running'")
            // A worker that does not know the kind leaves it to those who do.
            let stranger = JobHandler(JobKind<Number>("test.other")) { _, _ in }
            try await queue.working([stranger], lease: .milliseconds(200)) { _ in
                try await eventually("the ghost is buried") {
                    try await queue.workers().map(\.host) == ["localhost"]
                }
            }
            let dead = try await queue.count(.dead)
            #expect(dead == 2)
            try await queue.working([handler], lease: .milliseconds(200)) { _ in
                try await eventually("it is dead") { try await queue.count(.dead) == 3 }
            }
            #expect(told.entries.last == "3 3 the program")
        }
    }

    @Test("A worker that lives is not buried, and one that was buried begins anew", arguments: Ground.allCases)
    func gaveUp(ground: Ground) async throws {
        try await ground.withQueue { queue, _ in
            let (attempts, cancelled) = (Diary<Int>(), Level())
            let handler = JobHandler(kind) { _, job in
                attempts.note(job.attempt)
                guard job.attempt == 1 else { return }
                do {
                    try await Task.sleep(for: .seconds(3_600))
                } catch {
                    _ = cancelled.rise()
                    throw error
                }
            }
            try await queue.working([handler], lease: .milliseconds(300)) { _ in
                try await queue.enqueue(kind, Number(value: 1))
                try await eventually("it runs") { attempts.entries.count == 1 }
                // As another server would that saw no beat.
                try await queue.database.execute("DELETE FROM job_worker")
                try await eventually("all done") { try await queue.count() == 0 }
            }
            #expect(attempts.entries.count >= 2 && attempts.entries[0] == 1)
            #expect(cancelled.value == 1, "the first attempt was stopped")
        }
    }

    @Test("When a worker stops, what runs may end")
    func drains() async throws {
        try await Ground.sqlite.withQueue { queue, _ in
            let (began, ended) = (Level(), Level())
            let handler = JobHandler(kind) { _, _ in
                _ = began.rise()
                try await Task.sleep(for: .milliseconds(300))
                _ = ended.rise()
            }
            try await queue.enqueue(kind, Number(value: 1))
            try await queue.working([handler]) { _ in try await eventually("it runs") { began.value == 1 } }
            #expect(ended.value == 1)
            #expect(try await queue.count() == 0)
        }
    }

    @Test("What does not end within the grace period is cancelled and given back, with its attempt")
    func givesBack() async throws {
        try await Ground.sqlite.withQueue { queue, _ in
            let began = Level()
            let handler = JobHandler(kind) { _, _ in
                _ = began.rise()
                try await Task.sleep(for: .seconds(3_600))
            }
            try await queue.enqueue(kind, Number(value: 1))
            try await queue.working([handler], grace: .milliseconds(100)) { _ in
                try await eventually("it runs") { began.value == 1 }
            }
            let rows = try await queue.database.query("SELECT state, attempts FROM job")
            #expect(try rows.map { try $0["state", as: String.self] } == ["ready"])
            #expect(try rows.map { try $0["attempts", as: Int.self] } == [0])
        }
    }

    @Test("A worker ends by itself after so many jobs")
    func recycled() async throws {
        try await Ground.sqlite.withQueue { queue, _ in
            try await queue.database.write { tx in
                _ = try await queue.enqueue(kind, each: (1...20).map { Number(value: $0) }, in: tx)
            }
            var options = JobWorker.Options()
            options.concurrency = 2
            options.recycleAfter = 6
            let worker = JobWorker(
                queue: queue,
                handlers: [JobHandler(kind) { _, _ in }],
                options: options,
                metrics: Metrics(),
                log: .silent
            )
            try await worker.run()
            await worker.finish()
            #expect(try await queue.count(.ready) == 14)
        }
    }

    @Test("A worker serves its queues alone")
    func queues() async throws {
        try await Ground.sqlite.withQueue { queue, _ in
            let other = JobKind<Number>("test.other", JobPolicy(queue: "other"))
            var options = JobWorker.Options()
            options.queues = ["other"]
            options.recycleAfter = 1
            try await queue.enqueue(kind, Number(value: 1))
            try await queue.enqueue(other, Number(value: 2))
            let worker = JobWorker(
                queue: queue,
                handlers: [JobHandler(kind) { _, _ in }, JobHandler(other) { _, _ in }],
                options: options,
                metrics: Metrics(),
                log: .silent
            )
            try await worker.run()
            await worker.finish()
            #expect(try await queue.counts().map(\.kind) == [kind.name])
        }
    }

    @Test("Work goes on when the database comes back")
    func databaseAway() async throws {
        try await PostgresServer.running { server in
            let database = try await Database.open(server.url(options: "pool_min=1&pool_wait=1"))
            _ = try await Migrator(database, migrations: JobMigrations.all).up()
            let signals = InProcessSignalBus(metrics: Metrics())
            let queue = JobQueue(database: database, signals: signals, metrics: Metrics())
            let diary = Diary<Int>()
            let handler = JobHandler(kind) { number, _ in
                try await Task.sleep(for: .milliseconds(20))
                diary.note(number.value)
            }
            try await queue.database.write { tx in
                _ = try await queue.enqueue(kind, each: (1...200).map { Number(value: $0) }, in: tx)
            }
            try await queue.working([handler], lease: .seconds(5)) { _ in
                for _ in 1...2 {
                    let before = diary.entries.count
                    try await eventually("some are done") { diary.entries.count > before + 5 }
                    try await onThread {
                        server.stop(9)
                        try server.start()
                    }
                }
                try await eventually("all done") { (try? await queue.count()) == 0 }
            }
            #expect(Set(diary.entries) == Set(1...200))
            await database.close()
        }
    }

    @Test("With Redis away, jobs are found in the table, and its return is no trouble")
    func redisAway() async throws {
        try await Ground.withCourier { courier, server in
            try await Ground.run("sqlite::memory:", .system, courier) { queue, _ in
                let diary = Diary<Int>()
                let handler = JobHandler(kind) { number, _ in diary.note(number.value) }
                try await queue.working([handler]) { _ in
                    try await queue.enqueue(kind, Number(value: 1))
                    try await eventually("the first is done") { diary.entries == [1] }
                    server.kill()
                    try await queue.enqueue(kind, Number(value: 2))
                    try await eventually("the second is done") { diary.entries == [1, 2] }
                    try await server.start()
                    try await queue.enqueue(kind, Number(value: 3))
                    try await eventually("the third is done") { diary.entries == [1, 2, 3] }
                }
            }
        }
    }
}
