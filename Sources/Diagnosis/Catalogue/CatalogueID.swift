/// The name of an `Entry` in the catalogue, as its file is called: `tomato`, `tomato-late-blight`.
package struct CatalogueID<Entry>: Hashable, Sendable, Codable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension CatalogueID: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(rawValue: value) }
}

extension CatalogueID: LosslessStringConvertible {
    package init(_ description: String) { self.init(rawValue: description) }
    package var description: String { rawValue }
}

extension CatalogueID: Comparable {
    package static func < (a: CatalogueID, b: CatalogueID) -> Bool { a.rawValue < b.rawValue }
}

extension String {
    /// The text as it would stand in an address: `Corn (maize)` gives `corn-maize`.
    package var slug: String {
        lowercased()
            .split { !($0.isLetter || $0.isNumber) }
            .joined(separator: "-")
    }
}
