/// Which names an entry may have: relative, of plain components, the same on every system.
enum ZipName {
    /// Of a whole name, in bytes of UTF-8.
    static let longest = 1_024
    /// Of one component: what file systems allow.
    static let longestComponent = 255

    /// The name without the slash that marks a folder.
    ///
    /// - Throws: `unsafeName`.
    static func checked(_ name: String) throws(ZipFault) -> String {
        let bytes = name.utf8
        guard bytes.count <= longest else { throw ZipFault(.unsafeName, "a name of \(bytes.count) bytes") }
        let path = name.hasSuffix("/") ? String(name.dropLast()) : name
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }), !hasDrive(path) else {
            throw ZipFault(.unsafeName, name.debugDescription)
        }
        for part in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard !part.isEmpty, part.count <= longestComponent, !part.elementsEqual(".".utf8),
                !part.elementsEqual("..".utf8)
            else { throw ZipFault(.unsafeName, name.debugDescription) }
        }
        return path
    }

    /// `C:` would leave the folder on Windows.
    private static func hasDrive(_ path: String) -> Bool {
        let start = Array(path.utf8.prefix(2))
        return start.count == 2 && start[1] == UInt8(ascii: ":") && (start[0] | 0x20) >= UInt8(ascii: "a")
            && (start[0] | 0x20) <= UInt8(ascii: "z")
    }
}
