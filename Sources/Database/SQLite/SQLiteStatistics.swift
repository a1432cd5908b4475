import Synchronization

/// What SQLite knows of the tables' contents when it chooses indexes.
///
/// It looks only when it is told to, and each connection keeps what it read at first.
final class SQLiteStatistics: Sendable {
    /// So many entries of each index are looked at: enough to tell a camera from a kind of content, and milliseconds of work.
    static let script = "PRAGMA analysis_limit = 20000; ANALYZE"

    private let state = Mutex<(pages: Int, edition: Int)>((0, 0))

    /// Goes up each time that there is something new to read.
    var edition: Int { state.withLock { $0.edition } }

    /// Choices hold until the file has doubled.
    func isOutgrown(by pages: Int) -> Bool { state.withLock { pages >= 2 * $0.pages } }

    func renew(for pages: Int) { state.withLock { $0 = (pages, $0.edition + 1) } }
}
