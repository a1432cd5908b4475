import Core
import HTTPServer

extension Timestamp {
    /// Camera traps are younger than 1900, and so is everything that is dated by them.
    private static let plausible = Timestamp("1900-01-01T00:00:00Z"), late = Timestamp("2200-01-01T00:00:00Z")

    var isPlausible: Bool {
        guard let first = Self.plausible, let last = Self.late else { return true }
        return self >= first && self < last
    }

    /// - Throws: a 422 for a time that no camera can have had.
    func checked(_ location: [String]) throws -> Timestamp {
        guard isPlausible else { throw Problem.unprocessable(location, "is not between the years 1900 and 2200") }
        return self
    }
}
