import Core

/// Brings the keys of new jobs to one worker each, quicker than workers look for them, and without waking all of them.
///
/// It may lose any of them: the table is the truth, and every worker looks at it now and then.
package protocol JobCourier: Sendable {
    func announce(_ jobs: [Job.ID], on queue: String) async

    /// Waits for keys of jobs on these queues; returns how many came, `limit` at most on each.
    ///
    /// - Throws: when it cannot be reached.
    func receive(on queues: [String], limit: Int, as consumer: String) async throws -> Int
}
