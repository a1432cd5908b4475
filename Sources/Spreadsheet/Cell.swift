package import Core

/// What stands in a cell of a table.
package enum Cell: Hashable, Sendable {
    case empty
    /// Shown as it is; never a formula.
    case text(String)
    case integer(Int)
    case number(Double)
    /// A moment in UTC.
    case moment(Timestamp)
    /// What a clock showed, as though it were UTC.
    case wall(Timestamp)

    /// Nothing for `nil`.
    package static func text(_ text: String?) -> Cell { text.map { .text($0) } ?? .empty }
}
