import Core
import Foundation
import HTTPServer
import TestSupport
import Testing

/// `curl` speaks TLS for us.
private let hasCurl = FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")

@Suite(.enabled(if: hasCurl, "needs curl")) struct TLSTests {
    private func curl(_ arguments: [String]) async throws -> (status: Int32, text: String) {
        try await onThread {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/curl")
            process.arguments = ["--silent", "--insecure", "--max-time", "10"] + arguments
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let data = pipe.fileHandleForReading.readDataToEndOfFile()
            while process.isRunning { Thread.sleep(forTimeInterval: 0.005) }
            return (process.terminationStatus, String(decoding: data, as: UTF8.self))
        }
    }

    @Test func `TLS from 1.2 on, with HSTS`() async throws {
        let authority = try Certificate.authority(named: "Test")
        let certificate = try authority.serverCertificate(for: ["127.0.0.1"])
        let tls = ServerConfiguration.TLS(certificate: certificate.certificatePEM, key: certificate.keyPEM)
        let routes = [
            Route(.get, "/ok", summary: "ok") { .text("secure: \($0.isSecure)") },
            Route(.post, "/size", summary: "size", body: .bytes(["*/*"]), limits: .init(body: 50_000)) { request in
                .text("\(request.bytes.count)")
            },
        ]
        try await withServer(routes, configure: { $0.tls = tls }) { port in
            let address = "https://127.0.0.1:\(port)"
            let (status, text) = try await curl(["--include", "--tlsv1.2", "\(address)/ok"])
            #expect(status == 0)
            #expect(text.hasSuffix("secure: true"))
            #expect(text.contains("Strict-Transport-Security: max-age="))
            #expect(try await curl(["--tls-max", "1.1", "\(address)/ok"]).status == 35)
            let large = String(repeating: "a", count: 100_000)
            #expect(try await curl(["--data", large, "\(address)/size"]).text.contains("too-large"))
            #expect(try await curl(["--data", "abc", "\(address)/size"]).text == "3")
        }
    }

    @Test func `a broken certificate stops the start`() async throws {
        let tls = ServerConfiguration.TLS(certificate: "nonsense", key: "nonsense")
        let fault = await #expect(throws: ServerFault.self) {
            try await withServer([], configure: { $0.tls = tls }) { _ in }
        }
        #expect(fault?.cause == .certificate)
    }
}
