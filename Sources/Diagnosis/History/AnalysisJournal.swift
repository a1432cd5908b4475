package import Core
package import Observations
import Synchronization

/// Writes anonymous predictions behind, many in one transaction, within half a second.
///
/// It promises nothing: a crash loses the last half second, and when the database cannot keep up the oldest waiting
/// records are kept and new ones are counted and dropped. Whoever signs in is written before the answer instead.
package final class AnalysisJournal: Service {
    package let name = "analysis journal"
    private let store: AnalysisStore
    private let log: Log
    private let capacity: Int
    private let dropped: Counter
    private let waiting = Mutex<[Analysis.ID: AnalysisRecord]>([:])

    package init(store: AnalysisStore, log: Log, metrics: Metrics, capacity: Int = 20_000) {
        self.store = store
        self.log = log
        self.capacity = capacity
        dropped = metrics.counter("analysis_journal_dropped_total", "Anonymous analyses not stored for want of room.")
    }

    package func append(_ record: AnalysisRecord) {
        let isKept = waiting.withLock { waiting in
            guard waiting.count < capacity else { return false }
            waiting[record.analysis.id] = record
            return true
        }
        if !isKept { dropped.add() }
    }

    /// A record that is not yet in the database.
    package func pending(_ id: Analysis.ID) -> AnalysisRecord? { waiting.withLock { $0[id] } }

    package func run() async throws {
        while true {
            try await Task.sleep(for: .milliseconds(500))
            await flush()
        }
    }

    package func finish() async { await flush() }

    private func flush() async {
        let batch = waiting.withLock { Array($0.values) }.sorted { $0.analysis.id < $1.analysis.id }
        for start in stride(from: 0, to: batch.count, by: 1_000) {
            let records = Array(batch[start..<min(start + 1_000, batch.count)])
            do {
                try await store.save(records)
            } catch {
                log.error("anonymous analyses were not stored", ["count": .integer(Int64(records.count))])
                dropped.add(Double(records.count))
            }
            waiting.withLock { waiting in
                for record in records { waiting[record.analysis.id] = nil }
            }
        }
    }
}
