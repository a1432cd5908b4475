/// Something that is kept for a while and then goes by itself, by a rule that anybody may read.
package protocol Retainable: Sendable {
    /// In a few words, such as `anonymous-analyses`.
    var name: String { get }
    /// What goes, and when, in a sentence.
    var rule: String { get }

    /// How much of it is over at this moment.
    func expired(at now: Timestamp) async throws -> Int

    /// Removes a bounded part of what is over, and says how much that was: 0 when nothing is left to remove.
    func removeSome(at now: Timestamp) async throws -> Int
}

extension Retainable {
    /// Removes all that is over, in steps.
    package func removeAll(at now: Timestamp) async throws -> Int {
        var removed = 0
        while true {
            try Task.checkCancellation()
            let some = try await removeSome(at: now)
            guard some > 0 else { return removed }
            removed += some
        }
    }
}
