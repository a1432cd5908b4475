import Core
import TestSupport
import Testing

@testable import Outbound

@Suite("Which servers of files may be visited") struct RemoteReachTests {
    private func fault(
        _ kind: RemoteServer.Kind,
        _ host: String,
        _ port: Int,
        _ reach: HTTPClient.Reach,
        fingerprint: Bool = true
    ) async -> OutboundFault? {
        let server = RemoteServer(
            kind,
            host: host,
            port: port,
            account: "field",
            secret: .password("secret"),
            fingerprint: fingerprint ? RemoteServer.Fingerprint(String(repeating: "A", count: 43)) : nil
        )
        let files = RemoteFiles(server, reach: reach)
        defer { files.close() }
        return await #expect(throws: OutboundFault.self) { _ = try await files.list([]) }
    }

    @Test(
        "A private address is refused in the same words whether or not anybody listens there, and hears nothing",
        arguments: RemoteServer.Kind.allCases,
        ["127.0.0.1", "localhost", "::1"]
    )
    func refused(kind: RemoteServer.Kind, host: String) async throws {
        try await withResponder({ _ in .stall }) { server async throws in
            for fingerprint in [true, false] {
                let open = await fault(kind, host, Int(server.port), .publicOnly, fingerprint: fingerprint)
                let closed = await fault(kind, host, 9, .publicOnly, fingerprint: fingerprint)
                #expect(open?.code == .refusedAddress)
                #expect(open == closed, "the answers tell an open port from a closed one")
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("Networks that are named are reached, and no other") func named() async throws {
        let list = HTTPClient.Reach.publicAnd(try AddressList(["127.0.0.1", "192.168.7.0/24"]))
        let reached = await fault(.sftp, "127.0.0.1", 9, list)
        #expect(reached?.code == .unreachable)
        let beside = await fault(.sftp, "127.0.0.2", 9, list)
        #expect(beside?.code == .refusedAddress)
        let mapped = await fault(.ftps, "::ffff:127.0.0.2", 9, list)
        #expect(mapped?.code == .refusedAddress)
    }
}
