package import Archive
package import Core
package import Database

/// What one feature keeps about people: it can hand it over, count it and erase it.
///
/// Every table with a column for a person belongs to one of these; a test fails for one that does not.
package protocol PersonalData: Sendable {
    /// The feature in a word.
    var name: String { get }
    /// The tables that hold something of somebody, with the column that says whose it is.
    var tables: [PersonalTable] { get }
    /// What the files of `export` hold, for whoever opens the archive.
    var contents: [(file: String, meaning: String)] { get }

    /// Adds all that is kept about somebody to an archive, a page of rows at a time; never what would open a door.
    func export(_ user: User.ID, into archive: inout ZipWriter) async throws

    /// Erases a bounded part of what is kept about somebody; called again, each time in a transaction of its own, until it
    /// says that it is done.
    func erase(_ user: User.ID, in tx: Transaction) async throws -> Erased

    /// How much is kept about somebody.
    func usage(of user: User.ID) async throws -> [DataUse]
}

/// A table that holds something of people.
package struct PersonalTable: Hashable, Sendable {
    package let name: String
    package let column: String

    package init(_ name: String, _ column: String) {
        self.name = name
        self.column = column
    }
}

/// What one step of an erasure removed.
package struct Erased: Sendable {
    /// Rows by what they were, such as `analyses`.
    package var counts: [String: Int]
    /// Objects that no row refers to any more.
    package var objects: [String]
    package var isDone: Bool

    package init(counts: [String: Int] = [:], objects: [String] = [], isDone: Bool) {
        self.counts = counts
        self.objects = objects
        self.isDone = isDone
    }
}

/// How much of one sort is kept about somebody, and what for.
package struct DataUse: Sendable {
    /// Such as `pictures`.
    package let what: String
    package let purpose: ConsentPurpose
    package let count: Int
    package let lastUsedAt: Timestamp?

    package init(_ what: String, for purpose: ConsentPurpose, count: Int, lastUsedAt: Timestamp?) {
        self.what = what
        self.purpose = purpose
        self.count = count
        self.lastUsedAt = lastUsedAt
    }
}
