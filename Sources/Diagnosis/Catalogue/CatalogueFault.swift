/// The catalogue's files cannot be used; every problem is named, so that one look mends all.
package struct CatalogueFault: Error, Hashable, CustomStringConvertible {
    package struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The file below the catalogue's folder, such as `plants/tomato.json`.
        package let file: String
        /// The place in the file, such as `care.ph.min`; empty when the file as a whole is meant.
        package let field: String
        package let reason: String

        package var description: String { field.isEmpty ? "\(file): \(reason)" : "\(file): \(field) \(reason)" }
    }

    package let problems: [Problem]

    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}

extension CatalogueFault.Problem {
    /// A problem found by the decoder, with the field as the file spells it.
    init(file: String, _ error: any Error) {
        let context: DecodingError.Context
        let path: [any CodingKey]
        let reason: String
        switch error {
        case DecodingError.keyNotFound(let key, let found):
            (context, path, reason) = (found, found.codingPath + [key], "is missing")
        case DecodingError.valueNotFound(_, let found):
            (context, path, reason) = (found, found.codingPath, "has no value")
        case DecodingError.typeMismatch(let type, let found):
            (context, path, reason) = (found, found.codingPath, "is not a \(type)")
        case DecodingError.dataCorrupted(let found):
            (context, path, reason) = (found, found.codingPath, "is not allowed: \(found.debugDescription)")
        default:
            self.init(file: file, field: "", reason: "cannot be read")
            return
        }
        let isWholeFile = path.isEmpty
        self.init(
            file: file,
            field: Self.spelling(of: path),
            reason: isWholeFile ? "is not JSON: \(context.debugDescription)" : reason
        )
    }

    private static func spelling(of path: [any CodingKey]) -> String {
        path.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue.snakeCased
            }
        }
    }
}

extension String {
    /// `bestMin` as the files spell it: `best_min`.
    fileprivate var snakeCased: String {
        reduce(into: "") { text, letter in
            text += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
        }
    }
}
