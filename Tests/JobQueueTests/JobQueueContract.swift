import Core
import Database
import TestSupport
import Testing

@testable import JobQueue

private struct Number: Codable, Sendable, Equatable { let value: Int }
private struct Mishap: Error, CustomStringConvertible { let description = "the well was dry" }

private func kind(_ policy: JobPolicy = JobPolicy()) -> JobKind<Number> { JobKind("test.count", policy) }
private let quick = JobPolicy(retries: [.milliseconds(1), .milliseconds(1)])

/// What the queue promises, on every engine.
@Suite("Job queue contract") struct JobQueueContract {
    @Test("What was enqueued is done, with its payload, and leaves nothing behind", arguments: Ground.allCases)
    func done(ground: Ground) async throws {
        try await ground.withQueue { queue, _ in
            let diary = Diary<Int>()
            let handler = JobHandler(kind()) { number, _ in diary.note(number.value) }
            try await queue.working([handler]) { _ in
                for value in 1...20 { try await queue.enqueue(kind(), Number(value: value)) }
                try await eventually("all done") { try await queue.count() == 0 }
            }
            #expect(diary.entries.sorted() == Array(1...20))
            let workers = try await queue.workers()
            #expect(workers.isEmpty, "a worker that ended in order has left")
        }
    }

    @Test("A job exists if and only if its transaction went through", arguments: Ground.allCases)
    func transactional(ground: Ground) async throws {
        try await ground.withQueue { queue, _ in
            await #expect(throws: Mishap.self) {
                try await queue.database.write { tx in
                    try await queue.enqueue(kind(), Number(value: 1), in: tx)
                    throw Mishap()
                }
            }
            #expect(try await queue.count() == 0)
            try await queue.database.write { tx in
                _ = try await queue.enqueue(kind(), each: (1...1_200).map { Number(value: $0) }, in: tx)
            }
            #expect(try await queue.count(.ready) == 1_200)
        }
    }

    @Test("An equal unique job is not added while the first waits", arguments: Ground.allCases)
    func unique(ground: Ground) async throws {
        try await ground.withQueue { queue, _ in
            let first = try await queue.enqueue(kind(), Number(value: 1), unique: "a")
            let second = try await queue.enqueue(kind(), Number(value: 2), unique: "a")
            let third = try await queue.enqueue(kind(), Number(value: 3), unique: "b")
            #expect(first == second && third != first)
            #expect(try await queue.count() == 2)
        }
    }

    @Test("The urgent begin before the rest, and equals in the order they came", arguments: Ground.allCases)
    func priorities(ground: Ground) async throws {
        try await ground.withQueue { queue, _ in
            let diary = Diary<Int>()
            let narrow = kind(JobPolicy(width: 1))
            for (value, priority) in [(1, JobPriority.bulk), (2, .normal), (3, .normal), (4, .urgent)] {
                try await queue.enqueue(narrow, Number(value: value), priority: priority)
            }
            try await queue.working([JobHandler(narrow) { number, _ in diary.note(number.value) }]) { _ in
                try await eventually("all done") { try await queue.count() == 0 }
            }
            #expect(diary.entries == [4, 2, 3, 1])
        }
    }

    @Test("A kind runs no wider than it says", arguments: Ground.allCases)
    func width(ground: Ground) async throws {
        try await ground.withQueue { queue, _ in
            let (running, peaks) = (Level(), Diary<Int>())
            let narrow = kind(JobPolicy(width: 3))
            let handler = JobHandler(narrow) { _, _ in
                peaks.note(running.rise())
                try await Task.sleep(for: .milliseconds(5))
                running.fall()
            }
            try await queue.database.write { tx in
                _ = try await queue.enqueue(narrow, each: (1...30).map { Number(value: $0) }, in: tx)
            }
            try await queue.working([handler]) { _ in
                try await eventually("all done") { try await queue.count() == 0 }
            }
            #expect(peaks.entries.count == 30)
            #expect(try #require(peaks.entries.max()) <= 3)
        }
    }

    @Test(
        "A failed job is tried again, then dead with its cause, and can be retried or discarded",
        arguments: Ground.allCases
    )
    func dead(ground: Ground) async throws {
        try await ground.withQueue { queue, _ in
            let attempts = Diary<Int>()
            let isMended = Level()
            let handler = JobHandler(kind(quick)) { _, job in
                attempts.note(job.attempt)
                if isMended.value == 0 { throw Mishap() }
            }
            try await queue.working([handler]) { _ in
                let id = try await queue.enqueue(kind(quick), Number(value: 7))
                try await eventually("it is dead") { try await queue.count(.dead) == 1 }
                #expect(attempts.entries == [1, 2, 3])
                let dead = try await queue.dead(limit: 10).jobs
                #expect(
                    dead.map(\.id) == [id] && dead.map(\.cause) == ["the well was dry"] && dead.map(\.attempts) == [3]
                )
                #expect(try JSON.decode(Number.self, from: dead[0].payload) == Number(value: 7))
                _ = isMended.rise()
                try await queue.retry(id)
                try await eventually("it is done") { try await queue.count() == 0 }
                await #expect(throws: JobFault.unknown) { try await queue.retry(id) }
                await #expect(throws: JobFault.unknown) { try await queue.discard(id) }
            }
        }
    }

    @Test("A retry of a dead job with an equal one alive is refused", arguments: Ground.allCases)
    func deadTwin(ground: Ground) async throws {
        try await ground.withQueue { queue, _ in
            let once = kind(JobPolicy(retries: []))
            try await queue.working([JobHandler(once) { _, _ in throw Mishap() }]) { _ in
                try await queue.enqueue(once, Number(value: 1), unique: "a")
                try await eventually("it is dead") { try await queue.count(.dead) == 1 }
            }
            let dead = try await queue.dead(limit: 1).jobs[0].id
            try await queue.enqueue(once, Number(value: 2), unique: "a")
            await #expect(throws: JobFault.notUnique) { try await queue.retry(dead) }
            try await queue.discard(dead)
            #expect(try await queue.count() == 1)
        }
    }

    @Test("A payload that this version cannot read is dead at once", arguments: Ground.allCases)
    func hopeless(ground: Ground) async throws {
        struct Other: Codable, Sendable { let name: String }
        try await ground.withQueue { queue, _ in
            try await queue.enqueue(JobKind<Other>("test.count"), Other(name: "x"))
            try await queue.working([JobHandler(kind()) { _, _ in }]) { _ in
                try await eventually("it is dead") { try await queue.count(.dead) == 1 }
            }
            let dead = try await queue.dead(limit: 1).jobs
            #expect(dead.map(\.attempts) == [1])
        }
    }

    @Test("An attempt past its time is cancelled and counts as failed", arguments: Ground.allCases)
    func timeLimit(ground: Ground) async throws {
        try await ground.withQueue { queue, _ in
            let short = kind(JobPolicy(timeLimit: .milliseconds(50), retries: []))
            let handler = JobHandler(short) { _, _ in try await Task.sleep(for: .seconds(3_600)) }
            try await queue.working([handler]) { _ in
                try await queue.enqueue(short, Number(value: 1))
                try await eventually("it is dead") { try await queue.count(.dead) == 1 }
            }
            #expect(
                try await queue.dead(limit: 1).jobs.map(\.cause) == [
                    JobFault.tookTooLong(limit: .milliseconds(50)).description
                ]
            )
        }
    }

    @Test("A delayed job begins when its time has come", arguments: Ground.allCases)
    func delayed(ground: Ground) async throws {
        let time = Hands()
        try await ground.withQueue(clock: time.clock) { queue, _ in
            try await queue.enqueue(kind(), Number(value: 1), after: .seconds(3_600))
            try await queue.working([JobHandler(kind()) { _, _ in }]) { worker in
                try await Task.sleep(for: .milliseconds(300))
                #expect(try await queue.count(.delayed) == 1)
                time.advance(.seconds(3_600))
                try await eventually("it is done") { try await queue.count() == 0 }
            }
        }
    }

    @Test("Effects and the end of a job are one transaction", arguments: Ground.allCases)
    func finishInTransaction(ground: Ground) async throws {
        try await ground.withQueue { queue, _ in
            try await queue.database.execute(
                "CREATE TABLE effect (job \(queue.database.engine == .postgres ? "uuid" : "BLOB"))"
            )
            let handler = JobHandler(kind(quick)) { _, job in
                try await queue.database.write { tx in
                    try await tx.execute("INSERT INTO effect (job) VALUES ($1)", [.id(job.id)])
                    try await job.finish(in: tx)
                }
                // Comes after the end was written down, so it is not tried again.
                throw Mishap()
            }
            try await queue.working([handler]) { _ in
                for value in 1...5 { try await queue.enqueue(kind(quick), Number(value: value)) }
                try await eventually("all done") { try await queue.count() == 0 }
            }
            let effects: Int = try await queue.database.read { try await $0.value("SELECT count(*) FROM effect") }
            #expect(effects == 5)
        }
    }

    @Test("Many workers share the work, each job once", arguments: Ground.allCases)
    func sharing(ground: Ground) async throws {
        try await ground.withQueue { queue, _ in
            let diary = Diary<Int>()
            let handler = JobHandler(kind()) { number, _ in diary.note(number.value) }
            try await queue.database.write { tx in
                _ = try await queue.enqueue(kind(), each: (1...300).map { Number(value: $0) }, in: tx)
            }
            try await queue.working([handler]) { _ in
                try await queue.working([handler]) { _ in
                    try await queue.working([handler]) { _ in
                        try await eventually("all done") { try await queue.count() == 0 }
                    }
                }
            }
            #expect(diary.entries.sorted() == Array(1...300))
        }
    }

    @Test("A schedule fires once for all workers, and makes up for a time that was missed", arguments: Ground.allCases)
    func schedules(ground: Ground) async throws {
        let time = Hands()
        try await ground.withQueue(clock: time.clock) { queue, _ in
            let diary = Diary<Int>()
            let handler = JobHandler(kind()) { number, _ in diary.note(number.value) }
            let hourly = JobSchedule(kind(), at: "0 * * * *") { Number(value: 1) }
            try await queue.working([handler], schedules: [hourly], lease: .milliseconds(300)) { _ in
                try await queue.working([handler], schedules: [hourly], lease: .milliseconds(300)) { _ in
                    try await eventually("the schedule is known") {
                        try await queue.database.query("SELECT name FROM job_schedule").count == 1
                    }
                    #expect(diary.entries.isEmpty)
                    for round in 1...3 {
                        time.advance(.seconds(3_600))
                        try await eventually("it fired") { diary.entries.count >= round }
                    }
                    try await Task.sleep(for: .milliseconds(300))
                }
            }
            #expect(diary.entries.count == 3)
            time.advance(.seconds(10 * 3_600))
            try await queue.working([handler], schedules: [hourly], lease: .milliseconds(300)) { _ in
                try await eventually("it made up for it") { diary.entries.count == 4 }
                try await Task.sleep(for: .milliseconds(300))
            }
            #expect(diary.entries.count == 4, "ten hours that were missed are made up for once")
        }
    }

    @Test(
        "A clock that is set back holds up neither ready jobs, nor the jobs of the dead, nor schedules",
        arguments: Ground.allCases
    )
    func clockSetBack(ground: Ground) async throws {
        let time = Hands()
        try await ground.withQueue(clock: time.clock) { queue, _ in
            let (diary, hours) = (Diary<Int>(), Diary<Int>())
            let hourly = JobKind<Number>("test.hourly")
            let handlers = [
                JobHandler(kind()) { number, _ in diary.note(number.value) },
                JobHandler(hourly) { number, _ in hours.note(number.value) },
            ]
            let schedule = JobSchedule(hourly, at: "0 * * * *") { Number(value: 0) }
            try await queue.enqueue(kind(), Number(value: 1))
            // A worker that took it and died.
            try await queue.database.write { tx in
                let id = JobWorkerID.next()
                try await JobWorkerStore().register(id, host: "gone", process: 1, queues: "", at: .now(), in: tx)
                _ = try await queue.store.claim(kind().name, limit: 1, for: id, at: time.clock.now(), in: tx)
            }
            try await queue.working(handlers, schedules: [schedule], lease: .milliseconds(300)) { _ in
                try await eventually("the schedule is known") {
                    try await queue.database.query("SELECT name FROM job_schedule").count == 1
                }
                time.advance(.seconds(-5 * 3_600))
                try await queue.enqueue(kind(), Number(value: 2))
                try await eventually("both are done") { Set(diary.entries) == [1, 2] }
                // The old time is five hours away, the next full hour at most one.
                try await eventually("the schedule looks at the new time") {
                    let rows = try await queue.database.query("SELECT next_at FROM job_schedule")
                    return try rows[0]["next_at", as: Timestamp.self] <= time.clock.now() + .seconds(3_600)
                }
                time.advance(.seconds(3_600))
                try await eventually("it fires") { hours.entries.count == 1 }
            }
        }
    }
}
