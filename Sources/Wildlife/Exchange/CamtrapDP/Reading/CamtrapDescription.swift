/// What `datapackage.json` says of a package that comes in.
struct CamtrapDescription: Decodable {
    struct Resource: Decodable {
        let name: String?
        let path: Path?
    }

    /// One path, or several for a table in parts.
    enum Path: Decodable {
        case one(String)
        case other

        init(from decoder: any Decoder) throws {
            let text = try? decoder.singleValueContainer().decode(String.self)
            self = text.map { .one($0) } ?? .other
        }
    }

    let id: String?
    let name: String?
    let resources: [Resource]?
    /// What it says of itself, once it is known that the rest can be read.
    let origin: PackageOrigin

    /// How many of a list could not be read, by its name.
    let unread: [String: Int]

    private enum CodingKeys: String, CodingKey { case id, name, resources, contributors, licenses }

    private struct Anything: Decodable {
        init(from decoder: any Decoder) {}
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decodeIfPresent(String.self, forKey: .id)
        name = try values.decodeIfPresent(String.self, forKey: .name)
        resources = try values.decodeIfPresent([Resource].self, forKey: .resources)
        let origin = try PackageOrigin(from: decoder)
        func missing(_ key: CodingKeys, _ kept: Int) -> Int {
            ((try? values.decode([Anything].self, forKey: key))?.count ?? 0) - kept
        }
        unread = [
            "contributors": missing(.contributors, origin.contributors.count),
            "licenses": missing(.licenses, origin.licenses.count),
        ].filter { $0.value > 0 }
        self.origin = origin
    }

    /// What of it deviates.
    func tell(_ report: inout ImportReport) {
        let file = "datapackage.json"
        for (list, count) in unread {
            report.tell(file, 0, list, "\(count) of them are not as the standard demands", "they were left out")
        }
        guard !origin.licenses.isEmpty, !origin.hasAllLicenses else { return }
        report.tell(
            file,
            0,
            "scope",
            "there is no licence of the data or none of the media, and the standard demands both",
            "what there is was kept, and exports tell none"
        )
    }

    func path(of table: CamtrapTable.Name) -> String? {
        guard case .one(let path)? = resources?.first(where: { $0.name == table.rawValue })?.path else {
            return nil
        }
        return path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    }
}
