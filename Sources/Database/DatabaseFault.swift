/// What went wrong with the database, in words that a caller can act on; never shows a stored or bound value.
package struct DatabaseFault: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// Somebody else holds the database for longer than we wait: try again.
        case busy
        /// Two transactions got in each other's way and this one was undone: run it again from its beginning.
        case serialization
        /// The file is damaged or is no database: restore a backup.
        case corrupt
        /// The disk is full: make room, then try again.
        case full
        /// The row breaks a rule of the schema.
        case constraint(Constraint)
        /// The database cannot be written (permissions, a read-only disk).
        case readOnly
        /// The database cannot be reached or opened, or has been closed.
        case unavailable
        /// The file was removed or replaced while it was open: what is written now is lost.
        case lost
        /// The statement is wrong: a bug of ours.
        case statement
        /// A row does not have the column or the kind that was asked for: a bug of ours.
        case row
        /// An earlier statement of this transaction failed, so it can only be rolled back.
        case aborted
        case other
    }

    /// Which rule a row broke.
    ///
    /// Act on `kind`; `name` differs between engines and is for logs.
    package struct Constraint: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable { case unique, foreignKey, check, notNull, other }
        package let kind: Kind
        package let name: String?
    }

    package let code: Code
    /// What the engine said, for the operator's log: identifiers and statement text, no bound values.
    package let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// `nil` unless a constraint was broken.
    package var constraint: Constraint? {
        if case .constraint(let constraint) = code { constraint } else { nil }
    }

    /// Whether the operator, rather than whoever writes the program, can do something about it.
    package var isMendable: Bool {
        switch code {
        case .busy, .corrupt, .full, .readOnly, .unavailable, .lost: true
        case .serialization, .constraint, .statement, .row, .aborted, .other: false
        }
    }

    /// What the operator can do, for health pages and start-up messages.
    package var cure: String {
        switch code {
        case .busy: "another process holds the database; stop it or try again"
        case .serialization: "try again"
        case .corrupt: "the database file is damaged or is no database; move it away and restore a backup"
        case .full: "the disk is full; make room"
        case .readOnly: "the database cannot be written; check the permissions of its file and folder, or of its user"
        case .unavailable: "the database cannot be opened; check its address, its server or folder, and the permissions"
        case .lost: "stop the server, put the file or a backup in its place, and start the server again"
        case .constraint, .statement, .row, .aborted, .other: "see the log"
        }
    }
}

extension DatabaseFault: CustomStringConvertible {
    package var description: String {
        switch code {
        case .busy: "the database is busy"
        case .serialization: "another transaction got in the way"
        case .corrupt: "the database is damaged or is no database"
        case .full: "the disk of the database is full"
        case .constraint(let constraint): "a \(constraint.kind.rawValue) rule of the database forbids this"
        case .readOnly: "the database is read-only"
        case .unavailable: "the database is unavailable"
        case .lost: "the file of the database was removed or replaced while the server ran"
        case .statement: "a database statement is wrong"
        case .row: "a database row has an unexpected shape"
        case .aborted: "the transaction has already failed"
        case .other: "the database failed"
        }
    }
}
