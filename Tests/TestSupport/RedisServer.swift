import Foundation
import Glibc
import Synchronization

/// A real Redis on a free port, with a folder of its own; it can be killed, stopped and started again.
package final class RedisServer: Sendable {
    package let port: Int
    private let folder: String
    private let password: String?
    private let process = Mutex<Process?>(nil)

    /// Debian's redis-tools holds the server under another name; it looks at the name that it is called by.
    private static let program = "/usr/bin/redis-check-rdb"

    private init(folder: String, password: String?) throws {
        port = try ServerProcess.freePort()
        self.folder = folder
        self.password = password
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/redis-server",
            withDestinationPath: Self.program
        )
    }

    deinit { kill() }

    /// Gives the body a server that answers, and ends it afterwards.
    package static func running<Value>(
        password: String? = nil,
        _ body: (RedisServer) async throws -> Value
    ) async throws -> Value {
        try await withTemporaryDirectory { folder in
            let server = try RedisServer(folder: folder, password: password)
            defer { server.kill() }
            try await server.start()
            return try await body(server)
        }
    }

    /// The same port again, with nothing of what was stored.
    package func start() async throws {
        let process = Process()
        process.executableURL = URL(filePath: folder + "/redis-server")
        process.arguments =
            ["--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"]
            + ["--enable-debug-command", "local", "--logfile", folder + "/redis.log"]
            + (password.map { ["--requirepass", $0] } ?? [])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        endWithTests(process.processIdentifier)
        self.process.withLock { $0 = process }
        let deadline = Date(timeIntervalSinceNow: 30)
        while Date() < deadline, process.isRunning {
            // Any line is an answer, also the one that asks for the password.
            let connection = try? LoopbackConnection(port: port, timeout: 1)
            if (try? connection?.send("PING\r\n")) != nil, (try? connection?.read(1)) != nil { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        let log = (try? String(contentsOfFile: folder + "/redis.log", encoding: .utf8)) ?? ""
        throw LoopbackFault.failed("start Redis: \(log.suffix(1_000))")
    }

    /// Ends the server without a word, as a power cut would.
    package func kill() {
        let process = process.withLock { process in
            defer { process = nil }
            return process
        }
        guard let process else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        while process.isRunning { Thread.sleep(forTimeInterval: 0.005) }
        forget(process.processIdentifier)
    }

    /// Holds the server still: connections stay, answers do not come.
    package func freeze() { signal(SIGSTOP) }
    package func thaw() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        process.withLock { if let process = $0 { _ = Glibc.kill(process.processIdentifier, number) } }
    }
}
