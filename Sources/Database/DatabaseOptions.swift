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

    /// The connection over which signals come is asked for a sign of life after so long without a word; it has half of that
    /// for its answer.
    package var signalSilence = Duration.seconds(20)

    /// Connections to a PostgreSQL server.
    package var pool = PoolOptions()

    package init() {}
}

/// How many connections to a server there are and how long they live; the address may say otherwise.
package struct PoolOptions: Hashable, Sendable {
    /// Opened at the start and kept.
    package var minimum = 5
    package var maximum = 20
    /// Tasks that may wait for one; more are refused.
    package var depth = 10_000
    /// How long a task waits for one, trying to connect included.
    package var patience = Duration.seconds(10)
    /// How long one attempt to connect may take.
    package var connectLimit = Duration.seconds(10)
    /// One that was idle for longer is asked for a sign of life before it is lent.
    package var pingAfter = Duration.seconds(15)
    /// One that is not needed is closed after so long.
    package var idleLimit = Duration.seconds(300)
    /// One is replaced at this age, give or take a tenth.
    package var recycleAfter = Duration.seconds(1_800)

    package init() {}
}
