/// Walks the folders of a store in the order of the keys, holding one level of names at a time.
struct ObjectListing {
    let root: String
    let prefix: String
    let after: String?
    let limit: Int
    private var found: [ObjectSummary] = []

    init(root: String, prefix: String, after: String?, limit: Int) {
        self.root = root
        self.prefix = prefix
        self.after = after
        self.limit = limit
    }

    mutating func run() throws -> [ObjectSummary] {
        try walk("")
        return found
    }

    /// `parent` is empty or ends with a slash.
    private mutating func walk(_ parent: String) throws {
        var entries: [(key: String, fan: String?)] = []
        let folder = "\(root)/\(parent)"
        for name in try Folder.names(in: folder) {
            if name.hasPrefix("~") {
                for inner in try Folder.names(in: folder + name) { entries.append((parent + inner, name)) }
            } else {
                entries.append((parent + name + "/", nil))
            }
        }
        entries.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (key, fan) in entries where mayHold(key, isFolder: fan == nil) {
            if found.count >= limit { return }
            guard let fan else {
                try walk(key)
                continue
            }
            let name = key.dropFirst(parent.count)
            // An object may be deleted while we walk, and a stray file is no object.
            guard let checked = try? ObjectKey(key),
                let summary = try? OpenFile.open("\(folder)\(fan)/\(name)", key: checked).summary
            else { continue }
            found.append(summary)
        }
    }

    private func mayHold(_ key: String, isFolder: Bool) -> Bool {
        let isInPrefix = key.hasPrefix(prefix) || isFolder && prefix.hasPrefix(key)
        guard isInPrefix else { return false }
        guard let after else { return true }
        return after.utf8.lexicographicallyPrecedes(key.utf8) || isFolder && after.hasPrefix(key)
    }
}
