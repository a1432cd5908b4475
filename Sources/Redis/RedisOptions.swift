/// How the client uses its connections.
package struct RedisOptions: Sendable {
    /// Connections for ordinary commands.
    package var connections = 4
    /// Connections for commands that wait for something to happen, such as a blocking read.
    package var waiters = 8
    /// Commands that may wait for a connection.
    package var depth = 10_000
    package var connectTimeout: Duration = .seconds(2)
    /// From sending a batch of commands to its last reply; a command that waits by itself gets this on top.
    package var commandTimeout: Duration = .seconds(3)
    /// Between tries to reach Redis: from the first to the longest, with jitter.
    package var firstPause: Duration = .milliseconds(100)
    package var longestPause: Duration = .seconds(5)

    package init() {}
}
