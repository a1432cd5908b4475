import Foundation
import Synchronization
import TestSupport
import Testing

/// Ten thousand wrong passwords from ten thousand addresses, as a proxy tells them.
@Suite("Failed sign-ins") struct FailedSignInTests {
    private static let environment = ["HEDGEROW_TRUSTED_PROXIES": "127.0.0.1"]
    private static let attempts = 10_000
    private static let senders = 8

    /// One try on a connection that stays open: what came back, and how long it took.
    private static func attempt(
        _ connection: LoopbackConnection,
        _ email: String,
        from address: String
    ) throws -> (status: Int, time: Duration) {
        let body = #"{"email": "\#(email)", "password": "not the password 1"}"#
        let head = """
            POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
            X-Forwarded-For: \(address)\r\nContent-Length: \(body.utf8.count)\r\n\r\n
            """
        let begin = ContinuousClock.now
        try connection.send(Array((head + body).utf8))
        let status = try connection.answer(toHead: false).status
        return (status, ContinuousClock.now - begin)
    }

    private static func address(_ number: Int) -> String {
        "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    }

    private func device(_ people: People, _ name: String) throws -> String {
        let answer = try people.call(
            "POST",
            "/api/v1/auth/login",
            as: ["Origin": "http://127.0.0.1:\(people.server.port)"],
            #"{"email": "\#(People.address(of: name))", "password": "\#(People.password)", "session": "browser"}"#
        )
        let fields = answer.headers.filter { $0.name == "set-cookie" && $0.value.hasPrefix("device=") }
        return String(try #require(fields.first?.value.prefix { $0 != ";" }, "\(answer.text)"))
    }

    @Test func `ten thousand are refused without work for most, and the owner gets in where they were before`()
        async throws
    {
        try await People.with(environment: Self.environment) { people in
            _ = try await people.join("ada", role: "grower")
            let device = try device(people, "ada")
            let before = people.server.residentBytes
            let counts = Counts()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sender in 0..<Self.senders {
                    group.addTask {
                        try await onThread {
                            let connection = try people.server.connect()
                            for number in stride(from: sender, to: Self.attempts, by: Self.senders) {
                                // A few are for addresses that have no account.
                                let name = number % 100 == 0 ? "nobody-\(number)" : "ada"
                                let email = People.address(of: name)
                                let (status, _) = try Self.attempt(connection, email, from: Self.address(number))
                                counts.add(status)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let found = counts.all
            #expect(found.values.reduce(0, +) == Self.attempts)
            #expect(Set(found.keys).isSubset(of: [401, 429, 503]), "\(found)")
            // Some for the account that there is, one for each that there is not.
            #expect(found[401, default: 0] <= 20 + Self.attempts / 100, "\(found)")
            #expect(people.server.residentBytes - before < 150 << 20)
            let stranger = try people.logIn("ada", as: ["X-Forwarded-For": "192.0.2.77"])
            #expect(stranger.status == 429, "the account's tries of strangers are used up")
            let owner = try people.logIn("ada", as: ["X-Forwarded-For": "192.0.2.78", "Cookie": device])
            #expect(owner.status == 200, "\(owner.text)")
            let other = try people.call("GET", "/api/v1/species")
            #expect(other.status == 200)
        }
    }

    @Test func `an unknown address takes as long as a wrong password`() async throws {
        try await People.with(environment: Self.environment) { people in
            for number in 0..<4 { _ = try await people.join("known-\(number)", role: "grower") }
            let (known, unknown) = try await onThread {
                let connection = try people.server.connect()
                var times: (known: [Duration], unknown: [Duration]) = ([], [])
                for number in 0..<64 {
                    let first = try Self.attempt(
                        connection,
                        People.address(of: "known-\(number % 4)"),
                        from: Self.address(2 * number)
                    )
                    let second = try Self.attempt(
                        connection,
                        People.address(of: "stranger-\(number % 4)"),
                        from: Self.address(2 * number + 1)
                    )
                    #expect(first.status == 401 && second.status == 401)
                    times.known.append(first.time)
                    times.unknown.append(second.time)
                }
                return (times.known.sorted()[32], times.unknown.sorted()[32])
            }
            print("wrong password: \(known); unknown address: \(unknown)")
            // Without a hash an unknown address would be answered in a twentieth of the time.
            #expect(unknown > known * 0.6 && known > unknown * 0.6, "\(known) and \(unknown)")
        }
    }
}

/// How often each status came.
private final class Counts: Sendable {
    private let counts = Mutex<[Int: Int]>([:])
    var all: [Int: Int] { counts.withLock { $0 } }
    func add(_ status: Int) { counts.withLock { $0[status, default: 0] += 1 } }
}
