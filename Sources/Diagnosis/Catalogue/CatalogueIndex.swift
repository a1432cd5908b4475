/// Finds an entry by its id, by any case of it, or by a name that is its alone.
struct CatalogueIndex<Entry: Sendable>: Sendable {
    private let entries: [CatalogueID<Entry>: Entry]
    /// Slugs of ids and names; a name that two entries share leads to neither.
    private let ids: [String: CatalogueID<Entry>]

    init(_ entries: [(id: CatalogueID<Entry>, entry: Entry, names: [String])]) {
        self.entries = Dictionary(entries.map { ($0.id, $0.entry) }) { first, _ in first }
        var owners: [String: Set<CatalogueID<Entry>>] = [:]
        for (id, _, names) in entries {
            for name in names { owners[name.slug, default: []].insert(id) }
        }
        var ids = owners.compactMapValues { $0.count == 1 ? $0.first : nil }
        for (id, _, _) in entries { ids[id.rawValue] = id }
        self.ids = ids
    }

    subscript(name: String) -> Entry? {
        guard name.utf8.count <= Self.longestName else { return nil }
        return ids[name.slug].flatMap { entries[$0] }
    }

    func holds(_ id: CatalogueID<Entry>) -> Bool { entries[id] != nil }

    func near(_ name: String) -> [CatalogueID<Entry>] {
        guard name.utf8.count <= Self.longestName else { return [] }
        let wanted = name.slug
        guard !wanted.isEmpty else { return [] }
        var best: [CatalogueID<Entry>: Int] = [:]
        for (slug, id) in ids {
            guard let distance = Self.distance(from: wanted, to: slug) else { continue }
            best[id] = min(best[id] ?? .max, distance)
        }
        return best.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(5).map(\.key)
    }

    /// How far apart two slugs are, or `nil` when nobody would mistake one for the other.
    private static func distance(from wanted: String, to slug: String) -> Int? {
        let edits = wanted.edits(to: slug)
        if edits <= max(1, wanted.count / 3) { return edits }
        let words = Set(wanted.split(separator: "-"))
        let shared = words.intersection(slug.split(separator: "-")).count
        return shared > 0 ? 10 * (words.count - shared + 1) + edits : nil
    }

    private static var longestName: Int { 100 }
}

extension String {
    /// The number of letters to insert, delete or replace on the way to `other`.
    fileprivate func edits(to other: String) -> Int {
        let (from, to) = (Array(utf8), Array(other.utf8))
        var row = Array(0...to.count)
        for (i, letter) in from.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, target) in to.enumerated() {
                let replaced = diagonal + (letter == target ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = Swift.min(replaced, diagonal + 1, row[j] + 1)
            }
        }
        return row[to.count]
    }
}
