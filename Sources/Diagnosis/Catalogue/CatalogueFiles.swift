internal import Core
import FoundationEssentials

extension Catalogue {
    /// Reads `plants/`, `conditions/` and `growth-stages/` below `folder` and checks them whole.
    ///
    /// Blocks; meant for start-up.
    ///
    /// - Throws: `CatalogueFault`, which names every file and field that is wrong.
    package static func load(folder: String) throws(CatalogueFault) -> Catalogue {
        var reader = CatalogueReader(folder: folder)
        let plants = reader.entries(Plant.self, in: "plants", id: \.id.rawValue)
        let conditions = reader.entries(Condition.self, in: "conditions", id: \.id.rawValue)
        let stages = reader.entries(GrowthStages.self, in: "growth-stages", id: \.plantType.rawValue)
        guard reader.problems.isEmpty else { throw CatalogueFault(problems: reader.problems) }
        return try Catalogue(plants: plants, conditions: conditions, growthStages: stages)
    }
}

/// Reads one folder of JSON files after the other and keeps what is wrong with them.
private struct CatalogueReader {
    let folder: String
    private(set) var problems: [CatalogueFault.Problem] = []

    private static let largestFile = 256 << 10
    private static let mostFiles = 2000

    init(folder: String) { self.folder = folder }

    mutating func entries<Entry: Decodable>(
        _ type: Entry.Type,
        in name: String,
        id: (Entry) -> String
    ) -> [Entry] {
        let files: [String]
        do {
            files = try FileManager.default.contentsOfDirectory(atPath: folder + "/" + name)
                .filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
                .sorted()
        } catch {
            note(name, "cannot be listed; is \(folder) the catalogue?")
            return []
        }
        guard (1...Self.mostFiles).contains(files.count) else {
            note(name, "holds \(files.count) files; 1 to \(Self.mostFiles) are allowed")
            return []
        }
        return files.compactMap { entry(type, file: name + "/" + $0, id: id) }
    }

    private mutating func entry<Entry: Decodable>(
        _ type: Entry.Type,
        file: String,
        id: (Entry) -> String
    ) -> Entry? {
        guard let bytes = FileManager.default.contents(atPath: folder + "/" + file) else {
            note(file, "cannot be read")
            return nil
        }
        guard bytes.count <= Self.largestFile else {
            note(file, "is larger than \(Self.largestFile >> 10) kB")
            return nil
        }
        do {
            let entry = try JSON.decode(type, from: bytes)
            let stem = file.split(separator: "/").last.map { $0.dropLast(".json".count) } ?? ""
            if id(entry) != stem { note(file, "holds \(id(entry)); name and id must match") }
            return entry
        } catch {
            problems.append(.init(file: file, error))
            return nil
        }
    }

    private mutating func note(_ file: String, _ reason: String) {
        problems.append(.init(file: file, field: "", reason: reason))
    }
}
