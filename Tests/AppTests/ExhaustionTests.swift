import Foundation
import TestSupport
import Testing

struct ExhaustionTests {
    @Test func `a server without descriptors to spare waits for some, and does not spin`() async throws {
        try await withTemporaryDirectory { folder async throws in
            let server = try await ServerProcess(dataFolder: folder)
            try await server.waitUntilReady()
            // What is still starting may open more, and ends the program when it cannot.
            var open = 0
            try await eventually("it opens nothing more") {
                let before = open
                try await Task.sleep(for: .seconds(1))
                let folder = "/proc/\(server.processIdentifier)/fd"
                open = try FileManager.default.contentsOfDirectory(atPath: folder).count
                return open == before
            }
            try await allow(open + 10, to: server.processIdentifier)
            var crowd = try (0..<40).map { _ in try server.connect() }
            try await Task.sleep(for: .milliseconds(300))
            let before = server.processorSeconds
            try await Task.sleep(for: .seconds(1))
            #expect(server.processorSeconds - before < 0.5)
            crowd.removeAll()
            let answer = try await onThread { try server.request("GET", "/health/live") }
            #expect(answer.status == 200)
            #expect(await server.stop() == 0)
        }
    }

    private func allow(_ descriptors: Int, to process: Int32) async throws {
        let prlimit = try Process.run(
            URL(filePath: "/usr/bin/prlimit"),
            arguments: ["--pid", "\(process)", "--nofile=\(descriptors):\(descriptors)"]
        )
        // Waiting for it as Foundation does can hang on a thread without a run loop.
        while prlimit.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        try #require(prlimit.terminationStatus == 0)
    }
}
