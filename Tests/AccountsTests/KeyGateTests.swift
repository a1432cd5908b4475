import Testing

@testable import Accounts
@testable import HTTPServer

struct KeyGateTests {
    private func admitted(_ access: Access, key: String?, from client: String, gate: KeyGate) async throws -> Int {
        let route = Route(.get, "/x", summary: "Test.", access: access) { _ in .noContent }
        let headers = Headers(key.map { [("x-api-key", $0)] } ?? [])
        let request = Request(
            method: .get,
            target: try Target(parsing: "/x"),
            headers: headers,
            id: "1",
            trace: nil,
            client: ClientAddress(text: client),
            isLocal: ClientAddress(text: client).isLoopback,
            isSecure: false,
            route: route,
            body: RequestBody(source: WholeBody(bytes: []))
        )
        do {
            return try await gate.admit(access, request).principal == nil ? 0 : 1
        } catch {
            return (error as? Problem)?.status ?? -1
        }
    }

    @Test(
        "Who may pass: 0 as anyone, 1 as the holder of the key, else the refusal",
        arguments: [
            (Access.anyone, String?.none, 0), (.predict, nil, 0), (.signedIn, nil, 401), (.signedIn, "right", 1),
            (.predict, "right", 1), (.anyone, "wrong", 401), (.anyone, "", 401), (.scope("write"), nil, 401),
        ]
    )
    func open(access: Access, key: String?, outcome: Int) async throws {
        let gate = KeyGate(key: "right", allowsAnonymousPrediction: true)
        #expect(try await admitted(access, key: key, from: "10.0.0.9", gate: gate) == outcome)
    }

    @Test func `closed prediction asks for the key`() async throws {
        let gate = KeyGate(key: "right", allowsAnonymousPrediction: false)
        #expect(try await admitted(.predict, key: nil, from: "10.0.0.9", gate: gate) == 401)
        #expect(try await admitted(.predict, key: "right", from: "10.0.0.9", gate: gate) == 1)
    }

    @Test func `without a key in the settings nobody is signed in`() async throws {
        let gate = KeyGate(key: nil, allowsAnonymousPrediction: true)
        #expect(try await admitted(.signedIn, key: "", from: "127.0.0.1", gate: gate) == 401)
    }

    @Test(arguments: [("127.0.0.1", 0), ("::1", 0), ("192.168.1.7", 403)])
    func `metrics stay on the machine`(client: String, outcome: Int) async throws {
        let gate = KeyGate(key: nil, allowsAnonymousPrediction: true)
        #expect(try await admitted(.loopback, key: nil, from: client, gate: gate) == outcome)
    }
}
