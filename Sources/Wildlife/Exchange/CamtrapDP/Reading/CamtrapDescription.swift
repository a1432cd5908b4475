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

    private enum CodingKeys: String, CodingKey { case id, name, resources }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decodeIfPresent(String.self, forKey: .id)
        name = try values.decodeIfPresent(String.self, forKey: .name)
        resources = try values.decodeIfPresent([Resource].self, forKey: .resources)
        origin = try PackageOrigin(from: decoder)
    }

    func path(of table: CamtrapTable.Name) -> String? {
        guard case .one(let path)? = resources?.first(where: { $0.name == table.rawValue })?.path else {
            return nil
        }
        return path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    }
}
