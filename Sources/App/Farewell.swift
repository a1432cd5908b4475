import Core
import Dispatch
import Glibc

/// Sees to it that stopping ends: what has not ended in time is named in the log, and the process ends without it.
///
/// Nothing acknowledged is lost by that: it was on the disk, or with the database, before it was acknowledged.
final class Farewell: Sendable {
    /// From the signal until jobs that still run are cancelled.
    static let workLimit = Duration.seconds(25)

    let roll = ServiceRoll()
    private let log: Log
    private let flush: @Sendable () -> Void
    private let limit: Duration
    private let queue = DispatchQueue(label: "farewell")

    /// `limit` is from the signal to the end of the process.
    init(log: Log, limit: Duration = .seconds(30), flush: @escaping @Sendable () -> Void) {
        self.log = log
        self.limit = limit
        self.flush = flush
    }

    /// Starts the time; a second call changes nothing that matters.
    func begin() {
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(limit.seconds * 1_000))) { [self] in
            log.error(
                "the program ends without what did not stop in time",
                ["waited_for": .string(roll.names.joined(separator: ", ")), "limit": "\(limit)"]
            )
            flush()
            _exit(1)
        }
    }

    /// Puts down what is open, under a name of its own.
    func closing(_ kit: Kit) async {
        roll.enter("database")
        await kit.close()
        roll.leave("database")
    }
}
