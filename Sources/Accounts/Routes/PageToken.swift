import Database
import HTTPServer

extension PageOrder {
    /// The place that `after` names, `nil` for the beginning.
    ///
    /// - Throws: a 422 for a text that no page of this list gave out.
    func place(of token: String?) throws -> PagePlace? {
        try token.map { token in
            guard let place = place(from: token) else { throw Problem.badPage }
            return place
        }
    }
}
