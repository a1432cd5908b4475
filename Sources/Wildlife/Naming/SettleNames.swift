import Accounts
import Core
import Database
import HTTPServer
import JobQueue

/// Settles what names of models mean on this server, and has every picture named anew.
struct SettleNames: Sendable {
    let rules: SpeciesRuleStore
    let queue: JobQueue
    let audit: AuditLog

    /// Names are the same for all sites, so whoever sees some alone does not settle them.
    ///
    /// - Throws: a 403 for who does not see all sites, a 409 past the greatest number of rules.
    func put(_ rule: SpeciesRule, _ caller: WildlifeCaller) async throws {
        try await change(caller) { tx -> Bool in
            let before = try await rules.rule(rule.name, in: tx)
            if before == nil, try await rules.count(in: tx) >= SpeciesRuleStore.most {
                throw Problem.conflict("There are \(SpeciesRuleStore.most) settled names already; remove one first.")
            }
            try await rules.put(rule, in: tx)
            try await note("species.settled", rule.name, caller, old: before, new: rule, in: tx)
            return rule.names(otherwiseThan: before)
        }
    }

    /// - Throws: a 404 when nothing was settled about the name.
    func remove(_ name: String, _ caller: WildlifeCaller) async throws {
        try await change(caller) { tx -> Bool in
            guard let before = try await rules.rule(name, in: tx), try await rules.remove(name, in: tx) else {
                throw Problem.notFound("Nothing is settled about this name.")
            }
            try await note("species.unsettled", name, caller, old: before, new: nil, in: tx)
            return before.names(otherwiseThan: nil)
        }
    }

    /// `body` says whether pictures get other names by it.
    private func change(_ caller: WildlifeCaller, _ body: @Sendable (Transaction) async throws -> Bool) async throws {
        guard caller.reach.sites == nil else {
            throw Problem.forbidden("Names are the same for all sites: only who sees all of them settles one.")
        }
        try await rules.database.write { tx in
            try await tx.lock("species rules")
            guard try await body(tx) else { return }
            try await queue.enqueue(ReconsiderImages.kind, ReconsiderImages.Scope(), priority: .bulk, in: tx)
        }
    }

    private func note(
        _ action: String,
        _ name: String,
        _ caller: WildlifeCaller,
        old: SpeciesRule?,
        new: SpeciesRule?,
        in tx: Transaction
    ) async throws {
        let entry = AuditEntry(
            action,
            by: caller,
            on: "species \(name)",
            old: old?.words ?? [:],
            new: new?.words ?? [:]
        )
        try await audit.write(entry, in: tx)
    }
}

extension SpeciesRule {
    fileprivate var words: [String: String] {
        var words = ["lives_elsewhere": "\(livesElsewhere)", "is_sensitive": "\(isSensitive)"]
        words["becomes"] = becomes
        words["scientific_name"] = scientificName?.text
        words["taxon_rank"] = scientificName?.rank?.rawValue
        return words
    }

    /// A scientific name is for exports, which look it up.
    fileprivate func names(otherwiseThan other: SpeciesRule?) -> Bool {
        becomes != other?.becomes || livesElsewhere != other?.livesElsewhere ?? false
    }
}
