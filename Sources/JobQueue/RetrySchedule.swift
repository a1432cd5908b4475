import Core

extension JobPolicy {
    /// Attempts in all before a job is dead.
    var attempts: Int { retries.count + 1 }

    /// The pause after a failed attempt, a tenth shorter or longer so that many do not come back at once; `nil` after the last.
    func pause(afterAttempt attempt: Int) -> Duration? {
        guard attempt >= 1, attempt <= retries.count else { return nil }
        return retries[attempt - 1] * Double.random(in: 0.9...1.1)
    }
}
