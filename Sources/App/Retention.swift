import Core

/// Removes what is over, rule by rule: every night, and when somebody says so.
package struct Retention: Sendable {
    /// What became of one rule.
    package struct Rule: Codable, Sendable {
        package let name: String
        package let rule: String
        package let expired: Int
        /// `nil` when it was only looked at, or failed.
        package var removed: Int?
    }

    package struct Outcome: Sendable {
        package fileprivate(set) var rules: [Rule] = []
        /// The first rule that failed; the others were carried out all the same.
        package fileprivate(set) var fault: (any Error)?
    }

    private let retained: [any Retainable]
    private let clock: WallClock

    init(_ retained: [any Retainable], clock: WallClock = .system) {
        self.retained = retained
        self.clock = clock
    }

    /// Only looks.
    package func look() async -> Outcome { await run(isDry: true) }

    package func carryOut() async -> Outcome { await run(isDry: false) }

    private func run(isDry: Bool) async -> Outcome {
        var outcome = Outcome()
        let now = clock.now()
        for one in retained {
            do {
                var rule = Rule(name: one.name, rule: one.rule, expired: try await one.expired(at: now), removed: nil)
                if !isDry { rule.removed = try await one.removeAll(at: now) }
                outcome.rules.append(rule)
            } catch {
                outcome.fault = outcome.fault ?? error
            }
        }
        return outcome
    }

    /// Gives `body` the rules of what the configuration names, for use beside a running server or without one.
    package static func with<Value: Sendable>(
        _ configuration: Configuration,
        _ body: (Retention) async throws -> Value
    ) async throws -> Value {
        let kit = try await Kit.open(configuration, log: .silent)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(Retention(Features.retained(kit))))
        } catch {
            result = .failure(error)
        }
        await kit.close()
        return try result.get()
    }
}
