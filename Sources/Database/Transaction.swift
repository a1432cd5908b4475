/// Reads and changes the database; its changes become durable together or not at all.
///
/// After a statement fails the transaction can only be rolled back, on every engine; to survive a failure, such as a
/// duplicate, run the statement in a `savepoint` or write `ON CONFLICT`.
package final class Transaction: DatabaseReader {
    typealias FollowUp = @Sendable () async -> Void

    /// What is to follow the commit, in the order in which it was said.
    private(set) var followUps: [FollowUp] = []
    private var named: [String: Int] = [:]

    /// Runs `action` after the commit, once for each name; for hints alone, since a crash in between loses it.
    ///
    /// It also runs when a savepoint around this call was undone but the transaction went through.
    package func afterCommit(_ name: String, _ action: @escaping @Sendable () async -> Void) {
        if let index = named[name] {
            followUps[index] = action
        } else {
            named[name] = followUps.count
            followUps.append(action)
        }
    }

    /// Runs `action` after the commit, each time anew.
    func afterCommit(_ action: @escaping FollowUp) { followUps.append(action) }

    /// Runs one statement and returns the number of rows it changed.
    @discardableResult
    package func execute(_ sql: String, _ values: [SQLValue] = []) async throws -> Int {
        try await session.execute(sql, values)
    }

    /// Waits until no other transaction holds this name, and holds it until this one ends.
    ///
    /// On PostgreSQL transactions run side by side: one that reads a value, decides, and writes takes a lock first, or
    /// says it all in one statement. On SQLite writers run one after another anyway.
    package func lock(_ name: String) async throws { try await session.lock(name) }

    /// Runs `body` so that its throw undoes only what it did itself; the error is passed on.
    @discardableResult
    package func savepoint<Value>(_ body: (Transaction) async throws -> Value) async throws -> Value {
        try await session.beginSavepoint()
        let value: Value
        do {
            value = try await body(self)
        } catch {
            try await session.rollBackSavepoint()
            throw error
        }
        try await session.releaseSavepoint()
        return value
    }
}
