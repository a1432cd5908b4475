/// Why a workbook could not be written, in words that a caller can act on.
package struct SpreadsheetFault: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The folder cannot be written to, or its disk is full.
        case disk
        case other
    }

    package let code: Code
    /// For the operator's log.
    package let detail: String

    package var description: String {
        switch code {
        case .disk: "the workbook cannot be written to the disk"
        case .other: "the workbook could not be written"
        }
    }
}
