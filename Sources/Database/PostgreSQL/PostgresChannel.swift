import Core

/// A link with the statements that were prepared on it.
final class PostgresChannel {
    private let link: PostgresLink
    private var known: [Key: Prepared] = [:]
    private var clock = 0
    private let limit = 200

    /// The types belong to it: a NULL leaves its own open, and the server may then understand the text differently.
    private struct Key: Hashable {
        let sql: String
        let types: [UInt32]
    }

    private struct Prepared {
        let name: String
        var usedAt: Int
    }

    init(_ address: PostgresAddress, canceller: PostgresCanceller, patience: Duration) throws {
        link = try PostgresLink.connect(address, canceller: canceller)
        guard link.serverVersion >= 140_000 else {
            throw PostgresRefusal(
                fault: DatabaseFault(.unavailable, "PostgreSQL 14 or later is needed"),
                isPassing: false,
                isFromServer: true
            )
        }
        link.patience = address.pool.connectLimit
        defer { link.patience = nil }
        // Our statements are short: compiling one takes longer than it saves.
        let outcome = try link.run(
            script: """
                SET jit = off; SET default_transaction_read_only = on; SET cursor_tuple_fraction = 1; SET TimeZone = 'UTC';
                SET lock_timeout = \(max(1, patience.microseconds / 1_000))
                """
        )
        if let failure = outcome.failure { throw failure.fault }
    }

    var isAlive: Bool { link.isAlive }
    var isInTransaction: Bool { link.isInTransaction }

    /// Whether the server answers in this time, after a round trip.
    func isAnswering(within limit: Duration) -> Bool {
        link.patience = limit
        defer { link.patience = nil }
        return (try? send(["SELECT 1"])) != nil
    }

    /// Runs one statement after others without values, in one round trip; prepared when it came before.
    func ask(_ sql: String, _ values: [SQLValue], after prelude: [String] = []) throws -> PostgresResult {
        let parameters = try Self.parameters(sql, values)
        let key = Key(sql: sql, types: parameters.map(\.type))
        clock += 1
        var commands = prelude.map { PostgresLink.Command.text($0) }
        let name: String
        let isNew: Bool
        if let prepared = known[key] {
            (name, isNew) = (prepared.name, false)
            known[key]?.usedAt = clock
        } else {
            (name, isNew) = ("s\(clock)", true)
            try Self.check(sql, values)
            if let oldest = evicted() { commands.append(.text("DEALLOCATE \(oldest)")) }
            let text = SQLText.resolvingCasts(sql, for: .postgres)
            commands.append(.prepare(name: name, sql: text, types: key.types))
        }
        commands.append(.execute(name: name, parameters))
        let outcome = try link.run(commands)
        // A statement stays prepared even when the transaction in which that was done is rolled back.
        if isNew, outcome.results.count >= commands.count - 1 { known[key] = Prepared(name: name, usedAt: clock) }
        guard let failure = outcome.failure else { return try Self.last(of: outcome) }
        if failure.state == PostgresState.stalePlan { known[key] = nil }
        throw PostgresFailure(state: failure.state, fault: failure.fault)
    }

    /// Declares a cursor and fetches its first rows, after others without values, in one round trip.
    func declare(
        _ cursor: String,
        _ sql: String,
        _ values: [SQLValue],
        fetching count: Int,
        after prelude: [String]
    ) throws -> PostgresResult {
        try Self.check(sql, values)
        let text = "DECLARE \(cursor) NO SCROLL CURSOR FOR " + SQLText.resolvingCasts(sql, for: .postgres)
        let parameters = try Self.parameters(sql, values)
        let fetch = PostgresLink.Command.text("FETCH \(count) FROM \(cursor)")
        return try Self.last(of: link.run(prelude.map { .text($0) } + [.ask(text, parameters), fetch]))
    }

    /// Runs statements without values in one round trip; the answer to the last one.
    @discardableResult
    func send(_ texts: [String]) throws -> PostgresResult { try Self.last(of: link.run(texts.map { .text($0) })) }

    /// Runs several statements in one text; what was prepared may not fit the schema any more.
    func run(script: String) throws {
        let outcome = try link.run(script: script)
        if let failure = outcome.failure { throw PostgresFailure(state: failure.state, fault: failure.fault) }
    }

    private func evicted() -> String? {
        guard known.count >= limit, let oldest = known.min(by: { $0.value.usedAt < $1.value.usedAt }) else {
            return nil
        }
        known[oldest.key] = nil
        return oldest.value.name
    }

    private static func last(of outcome: PostgresLink.Outcome) throws -> PostgresResult {
        if let failure = outcome.failure { throw PostgresFailure(state: failure.state, fault: failure.fault) }
        guard let result = outcome.results.last else { throw DatabaseFault.lost("an answer is missing") }
        return result
    }

    private static func parameters(_ sql: String, _ values: [SQLValue]) throws -> [PostgresParameter] {
        try values.enumerated().map { try PostgresParameter($1, number: $0 + 1) }
    }

    /// Refuses what the other engine refuses, in the same words.
    private static func check(_ sql: String, _ values: [SQLValue]) throws {
        let numbers = SQLText.parameters(in: sql)
        let highest = numbers.max() ?? 0
        guard numbers.count == highest, !numbers.contains(0) else {
            throw DatabaseFault(.statement, "the parameters have a gap below $\(highest)")
        }
        guard values.count == highest, highest <= UInt16.max else {
            throw DatabaseFault(.statement, "the statement has \(highest) parameters, \(values.count) given")
        }
        for (index, value) in values.enumerated() {
            guard case .array = value else { continue }
            let number = index + 1
            let rest = sql.replacing("= ANY($\(number))", with: "").replacing("<> ALL($\(number))", with: "")
            guard !SQLText.parameters(in: rest).contains(number) else {
                throw DatabaseFault(.statement, "$\(number) is an array: use = ANY($n) or <> ALL($n)")
            }
        }
    }
}

/// A failure that the server reported, with its code.
struct PostgresFailure: Error {
    let state: String
    let fault: DatabaseFault
}
