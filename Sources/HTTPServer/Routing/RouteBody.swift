/// What a route takes as its body.
package enum RouteBody: Sendable {
    case none
    /// A JSON document of this type, collected before the handler runs.
    case json(any APIValue.Type)
    /// A form, read by `request.form()` or piece by piece by `request.multipart`.
    case multipart([MultipartField])
    /// Whatever is in these media types, collected before the handler runs.
    case bytes([String])
    /// Whatever is in these media types, read by the handler as it comes.
    case stream([String])

    /// Any bytes, as they come.
    package static let stream = RouteBody.stream(["application/octet-stream"])

    var isNone: Bool { if case .none = self { true } else { false } }

    var isMultipart: Bool { if case .multipart = self { true } else { false } }

    /// Whether the form has a file of this name.
    func isFile(_ name: String) -> Bool {
        guard case .multipart(let fields) = self else { return false }
        return fields.contains { if case .file = $0.kind { $0.name == name } else { false } }
    }

    /// Whether the handler runs only when the body is whole.
    var isCollected: Bool {
        switch self {
        case .none, .json, .bytes: true
        case .multipart, .stream: false
        }
    }

    /// Complains about a body of another media type; `nil` when it may pass.
    func complaint(about contentType: String?) -> Problem? {
        let essence = contentType.map { MediaType.essence($0) }
        switch self {
        case .none: return nil
        case .json:
            if let essence, essence == MediaType.json || essence.hasSuffix("+json") { return nil }
            return .unsupportedType("The body must be JSON, with Content-Type: application/json.")
        case .multipart:
            if essence == "multipart/form-data" { return nil }
            return .unsupportedType("The body must be a form, with Content-Type: multipart/form-data.")
        case .bytes(let types), .stream(let types):
            if types.contains("*/*") || types.contains(essence ?? "application/octet-stream") { return nil }
            return .unsupportedType("The body must be \(types.joined(separator: " or ")).")
        }
    }
}

/// A field of a form.
package struct MultipartField: Sendable {
    package enum Kind: Sendable { case file(types: [String]), text }
    package let name: String
    package let summary: String
    package let kind: Kind
    package let isRequired: Bool
    /// Whether the field may come several times.
    package let isRepeated: Bool

    package static func file(
        _ name: String,
        _ summary: String,
        types: [String] = [],
        isRequired: Bool = true,
        isRepeated: Bool = false
    ) -> MultipartField {
        MultipartField(
            name: name,
            summary: summary,
            kind: .file(types: types),
            isRequired: isRequired,
            isRepeated: isRepeated
        )
    }

    package static func field(
        _ name: String,
        _ summary: String,
        isRequired: Bool = false,
        isRepeated: Bool = false
    ) -> MultipartField {
        MultipartField(name: name, summary: summary, kind: .text, isRequired: isRequired, isRepeated: isRepeated)
    }
}
