package import Database
package import HTTPServer

/// How lists are read page by page.
package enum Paging {
    package static let after = Parameter<String?>.query("after", "The `next` of the page before.")
    package static let limit = Parameter<Int>.query("limit", "Most entries to list.", default: 50, in: 1...200)
}

extension PageOrder {
    /// The place that `after` names, `nil` for the beginning.
    ///
    /// - Throws: a 422 for a text that no page of this list gave out.
    package func place(of token: String?) throws -> PagePlace? {
        try token.map { token in
            guard let place = place(from: token) else { throw Problem.badPage }
            return place
        }
    }
}
