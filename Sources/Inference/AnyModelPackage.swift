internal import FoundationEssentials

/// What a package is for.
package enum ModelKind: String, CaseIterable, Codable, Sendable { case classifier, detector }

/// A model as it lies on disk, of either kind.
package enum AnyModelPackage: Sendable {
    case classifier(ModelPackage)
    case detector(DetectorPackage)

    /// Reads `model.json` of a folder; what says no kind is a classifier.
    package static func read(folder: String) throws(ModelFault) -> AnyModelPackage {
        struct Head: Decodable { let kind: String? }
        let bytes = try? Data(contentsOf: URL(filePath: folder + "/model.json"))
        let head = bytes.flatMap { try? JSONDecoder().decode(Head.self, from: $0) }
        switch head?.kind.flatMap(ModelKind.init) ?? .classifier {
        case .classifier: return .classifier(try ModelPackage.read(folder: folder))
        case .detector: return .detector(try DetectorPackage.read(folder: folder))
        }
    }

    package var kind: ModelKind {
        switch self {
        case .classifier: .classifier
        case .detector: .detector
        }
    }

    package var identity: ModelIdentity {
        switch self {
        case .classifier(let package): package.identity
        case .detector(let package): package.identity
        }
    }

    package var licence: String {
        switch self {
        case .classifier(let package): package.licence
        case .detector(let package): package.licence
        }
    }

    package var labelCount: Int {
        switch self {
        case .classifier(let package): package.classes.count
        case .detector(let package): package.labels.count
        }
    }

    /// The files that `model.json` names.
    package var files: [ModelPackage.File] {
        switch self {
        case .classifier(let package): [package.float, package.int8].compactMap(\.self)
        case .detector(let package): [package.file]
        }
    }
}
