/// A reference work against which an entry can be checked; the entry's words are our own.
package struct Source: Hashable, Sendable, Codable {
    package let title: String
    package let publisher: String
    package let year: Int?

    package init(title: String, publisher: String, year: Int? = nil) {
        self.title = title
        self.publisher = publisher
        self.year = year
    }
}

/// From one value to another, such as a soil's pH.
package struct Span: Hashable, Sendable, Codable {
    package let min: Double
    package let max: Double
}
