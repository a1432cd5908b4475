/// A file that goes with a mail.
package struct MailFile: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        /// Beside the text, to be opened or saved.
        case attached
        /// Within the HTML, which shows it as `cid:` and this name.
        case inline(id: String)
    }

    package let name: String
    /// A media type without parameters, such as `image/png`.
    package let type: String
    package let bytes: [UInt8]
    package let place: Place

    /// - Throws: `MailFormatFault` when the name has no place in a folder, or type or id are not written as such are.
    package init(
        _ name: String,
        type: String,
        bytes: [UInt8],
        place: Place = .attached
    ) throws(MailFormatFault) {
        try name.checkLine("the name of a file", limit: 200)
        guard !name.contains("/"), !name.contains("\\"), name != ".", name != ".." else {
            throw MailFormatFault("the name of a file", "is a path")
        }
        let halves = type.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2, type.utf8.count <= 100, halves.allSatisfy({ $0.isDotAtom(international: false) })
        else {
            throw MailFormatFault("the type of a file", "is not written as in image/png")
        }
        guard !["multipart", "message"].contains(halves[0].lowercased()) else {
            throw MailFormatFault("the type of a file", "is one that holds other parts")
        }
        if case .inline(let id) = place, id.utf8.count > 100 || !id.isDotAtom(international: false) {
            throw MailFormatFault("the id of a picture", "is not written as in leaf-1")
        }
        self.name = name
        self.type = type
        self.bytes = bytes
        self.place = place
    }
}
