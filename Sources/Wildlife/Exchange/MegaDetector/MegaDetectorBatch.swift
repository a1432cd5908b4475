import HTTPServer
import Core
import FoundationEssentials
import Inference

/// What stands around the pictures in a batch of MegaDetector (formats 1.0 to 1.5).
struct MegaDetectorHead: Sendable {
    struct Info: Decodable, Sendable {
        let detector: String?
        let formatVersion: String?

        enum CodingKeys: String, CodingKey {
            case detector
            case formatVersion = "format_version"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            detector = try? values.decode(String.self, forKey: .detector)
            // Old ones write a number.
            formatVersion =
                (try? values.decode(String.self, forKey: .formatVersion))
                ?? (try? values.decode(Double.self, forKey: .formatVersion)).map { "\($0)" }
        }
    }

    static let file = "megadetector.json"

    var info: Info?
    var categories: [String: String]?
    var species: [String: String] = [:]
    /// How many pictures there are; `nil` without a list of them.
    var count: Int?

    mutating func take(_ name: String, _ bytes: [UInt8]) {
        let decoder = JSONDecoder()
        switch name {
        case "info": info = try? decoder.decode(Info.self, from: Data(bytes))
        case "detection_categories": categories = try? decoder.decode([String: String].self, from: Data(bytes))
        case "classification_categories":
            species = (try? decoder.decode([String: String].self, from: Data(bytes))) ?? [:]
        default: break
        }
    }
}

/// A picture of a batch.
struct MegaDetectorImage: Decodable, Sendable {
    struct Detection: Decodable, Sendable {
        let category: String
        let conf: Double
        let bbox: [Double]
        let classifications: [Classification]?
    }

    /// A pair of a category's number and how sure it is.
    struct Classification: Decodable, Sendable {
        let category: String
        let conf: Double

        init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            category = try pair.decode(String.self)
            conf = try pair.decode(Double.self)
        }
    }

    let file: String
    let detections: [Detection]?
    let failure: String?
    let datetime: String?

    /// What of it is believed, and how many were not.
    func findings(
        _ head: MegaDetectorHead,
        by program: String,
        atLeast threshold: Double
    ) -> (found: [Finding], doubtful: Int, wrong: Int) {
        var found: [Finding] = []
        var (doubtful, wrong) = (0, 0)
        for detection in detections ?? [] {
            guard let name = (head.categories ?? Self.usual)[detection.category], (0...1).contains(detection.conf),
                let box = Finding.Box(clipped: detection.bbox)
            else {
                wrong += 1
                continue
            }
            guard detection.conf >= threshold else {
                doubtful += 1
                continue
            }
            let category = Finding.Category(of: name)
            let best = detection.classifications?.max { $0.conf < $1.conf }
            let species = best.flatMap { head.species[$0.category] }
            let isNamed = category == .animal && species != nil
            let lineage = isNamed ? species.flatMap { Lineage(speciesNet: PlainText.clean($0, limit: 400)) } : nil
            let shown = isNamed ? lineage?.name ?? species ?? name : name
            let sure = isNamed ? min(max(best?.conf ?? 0, 0), 1) : detection.conf
            found.append(
                Finding(
                    position: found.count,
                    category: category,
                    label: PlainText.clean(name, limit: 100),
                    confidence: detection.conf,
                    box: box,
                    species: PlainText.clean(shown, limit: 100).lowercased(),
                    speciesConfidence: sure,
                    source: .given,
                    model: program,
                    scores: lineage.map { [NameScore(lineage: $0, probability: sure)] } ?? []
                )
            )
            if found.count == Self.most { break }
        }
        return (found, doubtful, wrong)
    }

    static let usual = ["1": "animal", "2": "person", "3": "vehicle"]
    private static let most = 200
}
