/// What an operator may tune about the database.
package struct DatabaseOptions: Sendable {
    /// Connections that read at the same time.
    package var readers = 4
    /// Reads that may wait for one of them; more are refused.
    package var readersDepth = 10_000
    /// How long one attempt waits for another process.
    package var busyTimeout = Duration.seconds(5)
    /// How long a write keeps trying, in all, before it gives up as busy.
    package var patience = Duration.seconds(30)
    /// Writes that may wait for their turn; more are refused.
    package var writersDepth = 10_000
    /// Statements that take as long are named in the log.
    package var slowQuery = Duration.milliseconds(500)

    package init() {}
}
