import Glibc

/// All files below a folder, whatever somebody put there: what cannot be looked at is told and does not hide the rest.
package struct FolderWalk: Sendable {
    package struct File: Hashable, Sendable {
        /// Below the folder.
        package let path: String
        package let status: FileStatus

        package init(path: String, status: FileStatus) {
            self.path = path
            self.status = status
        }
    }

    package private(set) var files: [File] = []
    /// What was passed over, with the reason.
    package private(set) var passedOver: [(path: String, reason: String)] = []

    private static let deepest = 12
    private static let longestPath = 2_000

    /// Files alone, not what links lead to; what begins with a dot is its owner's business.
    ///
    /// It blocks.
    ///
    /// - Throws: `SystemFault` when the folder itself cannot be read.
    package init(of root: String) throws(SystemFault) {
        guard let names = Self.names(in: root) else { throw SystemFault(path: root, number: errno) }
        var waiting = names.map { ($0, 1) }
        while let (name, depth) = waiting.popLast() {
            guard let path = name.text else {
                passedOver.append((name.shown, "its name is not written in UTF-8"))
                continue
            }
            let whole = root + "/" + path
            guard whole.utf8.count <= Self.longestPath, depth <= Self.deepest else {
                passedOver.append((String(path.prefix(100)), "it lies too deep"))
                continue
            }
            guard let status = try? FileStatus(of: whole) else { continue }
            if status.isRegular { files.append(File(path: path, status: status)) }
            guard status.isFolder else { continue }
            guard let inner = Self.names(in: whole) else {
                passedOver.append((path, SystemFault(path: path, number: errno).description))
                continue
            }
            waiting += inner.map { (Name(path + "/", $0), depth + 1) }
        }
        files.sort { $0.path < $1.path }
    }

    private struct Name {
        /// `nil` for bytes that are no text.
        let text: String?
        let shown: String
        init(text: String?, shown: String) {
            self.text = text
            self.shown = shown
        }
        init(_ folder: String, _ name: Name) {
            text = name.text.map { folder + $0 }
            shown = folder + name.shown
        }
    }

    /// `nil` when the folder cannot be read.
    private static func names(in folder: String) -> [Name]? {
        guard let stream = unsafe opendir(folder) else { return nil }
        defer { unsafe closedir(stream) }
        var names: [Name] = []
        while let entry = unsafe readdir(stream) {
            let bytes = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            guard bytes.first != UInt8(ascii: ".") else { continue }
            names.append(
                Name(text: String(validating: bytes, as: UTF8.self), shown: String(decoding: bytes, as: UTF8.self))
            )
        }
        return names
    }
}
