internal import Core
import FoundationEssentials

/// A picture to try the program with: where it comes from, whose it is, and how to know it is the right one.
package struct Sample: Hashable, Sendable, Codable {
    package typealias ID = CatalogueID<Sample>

    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// One leaf on a plain ground.
        case leaf
        /// A leaf outdoors, of a plant that the leaf model does not know.
        case field
        case cameraTrap = "camera_trap"
    }

    package let id: ID
    package let title: String
    package let kind: Kind
    package let plantID: Plant.ID?
    package let conditionID: Condition.ID?
    /// Where exactly this file can be fetched; `nil` when no public copy with this digest is known.
    package let url: String?
    /// 64 hexadecimal digits.
    package let sha256: String
    package let bytes: Int
    /// Where the file lies below a folder of samples.
    package let pathHint: String
    package let licence: String
    package let author: String
    package let source: String
    package let origin: Origin

    /// The public picture that the file was made from.
    package struct Origin: Hashable, Sendable, Codable {
        package let repository: String
        package let commit: String?
        package let path: String?
    }

    // The JSON strategy makes `plantId` of `plant_id`.
    private enum CodingKeys: String, CodingKey {
        case id, title, kind, plantID = "plantId", conditionID = "conditionId", url, sha256, bytes, pathHint
        case licence, author, source, origin
    }
}

extension Sample {
    /// Whether `content` is this picture, byte for byte.
    package func isWhole(_ content: [UInt8]) -> Bool {
        content.count == bytes && SHA256(of: content).description == sha256
    }
}

/// The pictures of `Samples/samples.json`.
package struct SampleCatalogue: Sendable {
    package let samples: [Sample]

    /// Reads and checks the file.
    ///
    /// Blocks; meant for start-up and the command line.
    ///
    /// - Throws: `CatalogueFault` with every problem found.
    package static func load(file path: String, catalogue: Catalogue) throws(CatalogueFault) -> SampleCatalogue {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let bytes = FileManager.default.contents(atPath: path), bytes.count <= 1 << 20 else {
            throw CatalogueFault(problems: [.init(file: name, field: "", reason: "cannot be read or exceeds 1 MB")])
        }
        let file: File
        do {
            file = try JSON.decode(File.self, from: bytes)
        } catch {
            throw CatalogueFault(problems: [.init(file: name, error)])
        }
        let problems = file.samples.flatMap { sample in
            sample.faults(in: catalogue).map { fault in
                CatalogueFault.Problem(file: name, field: "\(sample.id).\(fault.field)", reason: fault.reason)
            }
        }
        let doubled = Set(file.samples.map(\.id)).count != file.samples.count
        let once = doubled ? [CatalogueFault.Problem(file: name, field: "samples", reason: "use an id twice")] : []
        guard (problems + once).isEmpty else { throw CatalogueFault(problems: problems + once) }
        return SampleCatalogue(samples: file.samples)
    }

    private struct File: Decodable { let samples: [Sample] }
}

extension Sample {
    fileprivate func faults(in catalogue: Catalogue) -> [(field: String, reason: String)] {
        var faults: [(field: String, reason: String)] = []
        let texts = [
            ("id", id.rawValue), ("title", title), ("licence", licence), ("author", author), ("source", source),
            ("origin.repository", origin.repository),
        ]
        for (field, value) in texts where value.isEmpty { faults.append((field, "is empty")) }
        if SHA256(hexadecimal: sha256)?.description != sha256 {
            faults.append(("sha256", "is not 64 lower-case digits"))
        }
        if !(1...32 << 20).contains(bytes) { faults.append(("bytes", "is not between 1 and 32 MB")) }
        if !pathHint.staysBelow { faults.append(("path_hint", "leaves its folder")) }
        if let url, !url.hasPrefix("https://") { faults.append(("url", "is no https address")) }
        let plant = plantID.map { catalogue.plant($0.rawValue) }
        if case .some(nil) = plant { faults.append(("plant_id", "names no plant")) }
        if let conditionID, catalogue.condition(conditionID.rawValue)?.plantID != plantID {
            faults.append(("condition_id", "is no condition of its plant"))
        }
        return faults
    }
}

extension String {
    /// Whether a path from outside stays below the folder that it is joined to.
    fileprivate var staysBelow: Bool {
        let parts = split(separator: "/", omittingEmptySubsequences: false)
        return !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." } && !utf8.contains { $0 < 0x20 || $0 == 0x5C }
    }
}
