import Core

/// A camera trap: what it is, where it hangs, and when it was last heard of.
struct Camera: Hashable, Sendable {
    typealias ID = Identifier<Camera>

    let id: ID
    /// What its pictures, its folder and its account name it by.
    let code: String
    var name: String
    var site: Site.ID?
    var location: GeoPoint?
    /// How its clock runs.
    var zone: LocalZone
    var make: String?
    var model: String?
    var serial: String?
    let createdAt: Timestamp
    var lastContactAt: Timestamp?
    var lastImageAt: Timestamp?
    var imageCount: Int
    var condition = CameraCondition()

    /// Letters, digits and a few signs: it becomes part of paths and accounts.
    static func isCode(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.first.map { $0.isLetter || $0.isNumber } == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }

    /// A code made of what a camera says of itself; `nil` when nothing of it can be used.
    static func code(from words: String?...) -> String? {
        let text = words.compactMap(\.self).joined(separator: "-").lowercased()
        let plain = text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let whole = String(plain).split(separator: "-").joined(separator: "-")
        // What tells two cameras apart may stand at the end of a long name.
        let code =
            whole.utf8.count <= 64 ? whole : "\(whole.prefix(47))-\("\(SHA256(of: Array(whole.utf8)))".prefix(16))"
        return isCode(code) ? code : nil
    }
}
