/// Where a row of the table of media says that its file lies.
struct CamtrapPath: Hashable {
    /// Within the package, in small letters; `nil` for an address.
    let inside: String?
    /// The last part, in small letters.
    let name: String

    init(_ text: String) {
        let text = text.replacing("\\", with: "/").lowercased()
        let isAddress = text.contains("://")
        let path = text.prefix { $0 != "?" && $0 != "#" || !isAddress }
        let parts = path.split(separator: "/").filter { $0 != "." }
        inside = isAddress || parts.isEmpty ? nil : parts.joined(separator: "/")
        name = parts.last.map(String.init) ?? ""
    }
}
