import Core
import Database

/// Gives the findings of a picture their names, and marks those that masks cover, by what models said of them.
///
/// The same for a picture that was just read and for one that is looked at anew.
struct NameFindings: Sendable {
    let findings: FindingStore
    let rules: SpeciesRuleStore
    let masks: MaskStore
    let bursts: Bursts
    let threshold: Double

    /// So many pictures to either side have a say; a burst may be as long as a cow stands in front of the camera.
    private static let neighbours = 6

    struct Outcome: Sendable {
        let findings: [Finding]
        /// Pictures of the same burst that may get other names by this one.
        let neighbours: [TrapImage.ID]
    }

    func callAsFunction(_ found: [Finding], of image: TrapImage, in tx: Transaction) async throws -> Outcome {
        let sifted = try await sift(found, of: image, in: tx)
        let name = NameAnimals(rules: try await rules.all(in: tx), threshold: threshold)
        let burst = try await bursts.burst(of: image, within: Self.neighbours, in: tx).map(\.id).filter {
            $0 != image.id
        }
        let others = burst.isEmpty ? [:] : try await findings.findings(of: burst, in: tx)
        let votes = (Array(others.values.joined()) + sifted.filter { $0.ignored == nil })
            .filter { $0.category == .animal && $0.source != .given }.map { name($0) }
        let smooth = SmoothBurst()
        let winner = smooth.winner(of: votes)
        let named = sifted.map { finding in
            // What another program said stands.
            guard finding.source != .given else { return finding }
            var finding = finding
            let own = name(finding)
            let given = finding.category == .animal && finding.ignored == nil ? smooth(own, in: winner) : own
            finding.species = given.species
            finding.speciesConfidence = given.confidence
            finding.source = given.source
            return finding
        }
        // Where all agree, nobody else's name changes.
        let isSettled = Set(votes.map(\.species)).count < 2
        return Outcome(findings: named, neighbours: isSettled ? [] : others.keys.sorted())
    }

    private func sift(_ found: [Finding], of image: TrapImage, in tx: Transaction) async throws -> [Finding] {
        guard let camera = image.camera else { return found }
        return try await masks.masks(of: camera, in: tx).sift(found)
    }
}
