import Core
import Imaging
import Inference

/// Asks a classifier of which species the animals on a picture are, each by a square around its box.
struct ClassifyAnimals: Sendable {
    let models: ModelRegistry
    /// The classifier on duty.
    let model: String
    let decoding: WorkPool

    /// On a picture with more animals the surest are asked about.
    private static let mostAnimals = 24
    private static let mostScores = 12
    private static let leastProbability = 0.005

    var isReady: Bool { (try? models.classifier(named: model)) != nil }

    /// - Parameters:
    ///   - found: what the detector found.
    ///   - picture: the picture that it looked at.
    ///   - bytes: the file, for animals that are small on that picture.
    /// - Returns: the findings, animals with what the classifier holds possible.
    /// - Throws: `ModelFault` when no classifier is on duty.
    func callAsFunction(_ found: [Finding], on picture: Picture, of bytes: [UInt8]) async throws -> [Finding] {
        let classifier = try models.classifier(named: model)
        let animals = found.indices.filter { found[$0].category == .animal }.prefix(Self.mostAnimals)
        guard !animals.isEmpty else { return found }
        let squares = animals.compactMap { index in
            found[index].box.region.map { (index, Crop.square(around: $0)) }
        }
        let tensors = try await decoding.run {
            let package = classifier.package
            let side = max(package.input.width, package.input.height)
            let detailed = try picture.detailed(in: squares.map(\.1), side: side, from: bytes)
            return squares.map { index, square in (index, package.tensor(of: detailed, crop: square)) }
        }
        var named = found
        for (index, tensor) in tensors {
            let answer = try await classifier.classify(tensor)
            named[index].scores = Self.scores(answer, of: classifier.package)
            named[index].model = "\(found[index].model) + \(classifier.identity)"
        }
        return named
    }

    /// The class that says “none of mine” speaks for no name.
    private static func scores(_ answer: Classification, of package: ModelPackage) -> [NameScore] {
        answer.ranked().lazy.filter { $0 != package.rejectIndex }.prefix(mostScores).compactMap { index in
            let probability = Double(answer.probabilities[index])
            guard probability >= leastProbability else { return nil }
            return NameScore(lineage: Lineage(package.classes[index]), probability: probability)
        }
    }
}

extension Lineage {
    /// Ranks that the package leaves out stay as gaps.
    init(_ label: ModelPackage.Label) {
        guard let taxa = label.taxonomy else {
            self = Lineage(speciesNet: label.id) ?? Lineage(name: label.id.lowercased(), above: [])
            return
        }
        self.init(
            name: (taxa.species ?? label.id).lowercased(),
            above: [taxa.genus, taxa.family, taxa.order, taxa.class].map { ($0 ?? "").lowercased() }
        )
    }
}
