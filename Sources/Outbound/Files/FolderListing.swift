/// What lies in a folder of another server.
package struct RemoteEntry: Hashable, Sendable {
    package let name: String
    package let isFolder: Bool
    package let size: Int64
    /// As the server writes it: it tells whether the file is still the same.
    package let modified: String

    package init(name: String, isFolder: Bool, size: Int64, modified: String) {
        self.name = name
        self.isFolder = isFolder
        self.size = size
        self.modified = modified
    }
}

/// Reads what servers answer to `MLSD`, and lines as `ls -l` writes them.
enum FolderListing {
    static let longestName = 255

    /// Lines that are no file and no folder are passed over.
    static func entries(_ text: String) -> [RemoteEntry] {
        text.split(whereSeparator: \.isNewline).compactMap { facts($0) ?? long($0) }
    }

    /// A line of facts, such as `type=file;size=1204;modify=20260524210503; IMG_0001.JPG`.
    private static func facts(_ line: Substring) -> RemoteEntry? {
        guard let space = line.firstIndex(of: " "), line[..<space].hasSuffix(";") else { return nil }
        var facts: [String: Substring] = [:]
        for fact in line[..<space].split(separator: ";") {
            guard let sign = fact.firstIndex(of: "=") else { return nil }
            facts[fact[..<sign].lowercased()] = fact[fact.index(after: sign)...]
        }
        let name = String(line[line.index(after: space)...])
        let type = facts["type"]?.lowercased()
        guard isName(name), type == "file" || type == "dir" else { return nil }
        return RemoteEntry(
            name: name,
            isFolder: type == "dir",
            size: facts["size"].flatMap { Int64($0) } ?? 0,
            modified: facts["modify"].map { String($0.prefix(40)) } ?? ""
        )
    }

    /// A long line, such as `-rw-r--r--  1 owner group  1204 May 24 21:05 IMG_0001.JPG`.
    private static func long(_ line: Substring) -> RemoteEntry? {
        guard let kind = line.first, kind == "-" || kind == "d" else { return nil }
        var rest = line
        var words: [Substring] = []
        while words.count < 8 {
            rest = rest.drop { $0 == " " }
            let word = rest.prefix { $0 != " " }
            guard !word.isEmpty else { return nil }
            words.append(word)
            rest = rest.dropFirst(word.count)
        }
        // One space, and the name, which may begin with another.
        let name = String(rest.dropFirst())
        guard words[0].utf8.count >= 10, let size = Int64(words[4]), size >= 0, isName(name) else { return nil }
        return RemoteEntry(
            name: name,
            isFolder: kind == "d",
            size: size,
            modified: words[5...7].joined(separator: " ")
        )
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".." && text.utf8.count <= longestName
            && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "/") }
    }
}
