import Core
import Database
import JobQueue
import Observations

/// Raises alerts of animals that somebody wanted to be told of.
struct NoticeAnimals: Sendable {
    static let kind = JobKind<AnimalsSeen>(
        "alerts.notice-animals",
        JobPolicy(
            queue: "alerts",
            width: 4,
            timeLimit: .seconds(60),
            retries: [.seconds(5), .seconds(60), .seconds(300)]
        )
    )

    let rules: RuleStore
    let authority: RuleAuthority
    let raise: RaiseAlert
    let clock: WallClock

    private var database: Database { rules.database }

    func callAsFunction(_ seen: AnimalsSeen, _ job: JobContext) async throws {
        // Most pictures concern no rule, and then nothing is written.
        let matches = try await database.read { try await self.matches(seen, in: $0) }
        guard !matches.isEmpty else { return }
        try await database.write { tx in
            try await notice(seen, in: tx)
            try await job.finish(in: tx)
        }
    }

    private struct Match {
        let rule: Rule
        let species: [AnimalsSeen.Species]
    }

    private func matches(_ seen: AnimalsSeen, in reader: DatabaseReader) async throws -> [Match] {
        try await rules.enabled(.speciesSeen, in: reader)
            .filter { $0.covers(site: seen.site, camera: seen.camera?.id) }
            .map { rule in Match(rule: rule, species: seen.species.filter(rule.condition.accepts)) }
            .filter { !$0.species.isEmpty }
    }

    /// Told twice it comes to the same.
    func notice(_ seen: AnimalsSeen, in tx: Transaction) async throws {
        for match in try await matches(seen, in: tx) {
            guard try await authority.holds(match.rule, at: seen.site, in: tx) else { continue }
            try await tx.lock("alert rule \(match.rule.id)")
            for species in match.species { try await notice(species, seen, match.rule, in: tx) }
        }
    }

    private func notice(
        _ species: AnimalsSeen.Species,
        _ seen: AnimalsSeen,
        _ rule: Rule,
        in tx: Transaction
    ) async throws {
        let now = clock.now()
        let subject = "camera \(seen.camera?.id.description ?? "unknown") species \(species.name)"
        let quiet = Duration.seconds(rule.quietMinutes * 60)
        guard try await !raise.alerts.wasRaised(rule.id, subject, since: now - quiet, in: tx) else { return }
        let name = species.name.prefix(1).uppercased() + species.name.dropFirst()
        try await raise(
            Alert(
                id: .next(at: now),
                rule: rule.id,
                kind: .speciesSeen,
                severity: .info,
                subject: subject,
                openKey: nil,
                site: seen.site,
                camera: seen.camera?.id,
                image: seen.image,
                place: seen.camera?.place,
                title: seen.camera.map { "\(name) at \($0.title)" } ?? name,
                details: details(of: species, seen),
                happenedAt: seen.capturedAt,
                raisedAt: now
            ),
            telling: [rule],
            in: tx
        )
    }

    private func details(of species: AnimalsSeen.Species, _ seen: AnimalsSeen) -> String {
        let count = species.individuals == 1 ? "One animal" : "\(species.individuals) animals"
        // A model is never that sure.
        let isSaid = species.confidence >= 1
        let certainty = isSaid ? "as a person said" : "\(Int((species.confidence * 100).rounded()))% sure"
        let taken = "Taken \(raise.zone.words(seen.capturedAt))."
        let veiled = seen.showsBystanders ? " People or vehicles are on the picture: they are veiled." : ""
        return "\(count), \(certainty). \(taken)\(veiled)"
    }
}
