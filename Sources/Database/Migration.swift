/// One step in the growth of a feature's tables; once released it is never edited, only followed by another.
package struct Migration: Hashable, Sendable {
    package let feature: String
    /// Counts from 1 within the feature, without gaps.
    package let number: Int
    package let name: String
    package let up: SQLScript
    /// `nil` when the step cannot be taken back.
    package let down: SQLScript?

    package init(feature: String, number: Int, name: String, up: SQLScript, down: SQLScript?) {
        self.feature = feature
        self.number = number
        self.name = name
        self.up = up
        self.down = down
    }

    /// Changes when anybody edits the step.
    package var checksum: String { up.checksum }
}

/// Where a migration stands in one database.
package struct MigrationStatus: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        case pending, applied
        /// Applied from another text than this program has.
        case changed
        /// Applied by another version of the program; this one does not have it.
        case unknown
    }

    package let feature: String
    package let number: Int
    package let name: String
    package let state: State
}

/// Why the tables cannot be brought to the wanted form.
package enum MigrationFault: Error, Hashable, Sendable, CustomStringConvertible {
    case changed(String)
    case unknown(String)
    case pending(String)
    case notReversible(String)
    case failed(String, DatabaseFault)
    /// Rows were being copied into the database, and not all are there.
    case halfCopied

    package var description: String {
        switch self {
        case .changed(let step):
            "migration \(step) was applied in another form than this version has: install the version that applied it, "
                + "or restore a backup"
        case .unknown(let step):
            "the database has migration \(step), which this version does not know: install the newer version that "
                + "applied it, or restore a backup"
        case .pending(let step): "the database lacks the migration \(step): run hedgerow migrate up first"
        case .notReversible(let step): "migration \(step) cannot be taken back: restore a backup instead"
        case .halfCopied:
            "rows were being copied into this database and not all are there: run hedgerow migrate copy again, which goes on "
                + "where it stopped"
        case .failed(let step, let fault):
            "migration \(step) failed and was undone: \(fault.detail)"
                + (fault.isMendable ? ". Cure: \(fault.cure)" : "")
        }
    }
}
