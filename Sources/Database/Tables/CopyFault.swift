/// Why rows cannot be copied, or are not the same in both databases; says what to do.
package enum CopyFault: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Role: String, Hashable, Sendable { case source, target }

    case unfit(Role, MigrationFault)
    case notEmpty(table: String)
    case ofAnotherSource
    case refused(table: String, rows: ClosedRange<Int>, DatabaseFault)
    case otherCount(table: String, source: Int, target: Int)
    case otherContent(table: String)
    case brokenReferences([String])

    package var description: String {
        switch self {
        case .unfit(let role, let fault): "the \(role.rawValue): \(fault)"
        case .notEmpty(let table):
            "the target is not empty, its table \(table) has rows or belongs to something else: name an empty database"
        case .ofAnotherSource:
            "the target holds the unfinished copy of another database: name that one as source, or say --anew to delete it"
        case .refused(let table, let rows, let fault):
            "the target refuses a row of \(table) among those from \(rows.lowerBound) to \(rows.upperBound) in the order of "
                + "the key: \(fault.detail). Correct it in the source, then run the same command again"
        case .otherCount(let table, let source, let target):
            "\(table) has \(source) rows in the source and \(target) in the target: \(Self.again)"
        case .otherContent(let table): "the rows of \(table) are not the same in both databases: \(Self.again)"
        case .brokenReferences(let references):
            "rows of the target refer to rows that are not there (\(references.joined(separator: ", "))): \(Self.again)"
        }
    }

    private static let again =
        "something wrote to one of them meanwhile, or it is damaged. Stop what writes, and copy again with --anew"
}
