package import Foundation
import Glibc
import Synchronization

/// The real program, started as a process of its own on a free port with a data folder of its own.
package final class ServerProcess: Sendable {
    package let port: Int
    package let dataFolder: String
    private let process: Mutex<Process>
    private let log: String

    /// Starts `hedgerow serve` and returns when it is ready; ended by `stop()` or when the value goes.
    package init(dataFolder: String, arguments: [String] = [], environment: [String: String] = [:]) async throws {
        self.dataFolder = dataFolder
        log = dataFolder + "/server.log"
        port = try Self.freePort()
        let own = ["serve", "--port", "\(port)", "--data-dir", dataFolder, "--log-file", log]
        let process = programProcess(own + arguments, environment)
        let console = dataFolder + "/console.log"
        _ = FileManager.default.createFile(atPath: console, contents: nil)
        process.standardError = try FileHandle(forWritingTo: URL(filePath: console))
        try process.run()
        endWithTests(process.processIdentifier)
        self.process = Mutex(process)
        try await waitUntilLive()
    }

    deinit { process.withLock { if $0.isRunning { kill($0.processIdentifier, SIGKILL) } } }

    /// The executable beside the test bundle, or the one named by `HEDGEROW_BIN`.
    package static let program: URL = {
        if let path = ProcessInfo.processInfo.environment["HEDGEROW_BIN"] { return URL(filePath: path) }
        let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: runner).deletingLastPathComponent().appending(path: "hedgerow")
    }()

    package var processIdentifier: Int32 { process.withLock { $0.processIdentifier } }
    package var isRunning: Bool { process.withLock { $0.isRunning } }
    /// What it said to whoever started it.
    package var console: String { (try? String(contentsOfFile: dataFolder + "/console.log", encoding: .utf8)) ?? "" }
    package var logText: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// Memory in use, in bytes.
    package var residentBytes: Int {
        let status = (try? String(contentsOfFile: "/proc/\(processIdentifier)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1024
    }

    /// What it has computed so far.
    package var processorSeconds: Double {
        let text = (try? String(contentsOfFile: "/proc/\(processIdentifier)/stat", encoding: .utf8)) ?? ""
        let fields = text.drop { $0 != ")" }.split(separator: " ").compactMap { Double($0) }
        // After the name and the state: user and system time are fields 14 and 15.
        return fields.count > 11 ? (fields[10] + fields[11]) / Double(sysconf(Int32(_SC_CLK_TCK))) : 0
    }

    /// Asks the server to finish, and returns its exit status.
    package func stop(_ signal: Int32 = SIGTERM) async -> Int32 {
        kill(processIdentifier, signal)
        while isRunning { try? await Task.sleep(for: .milliseconds(20)) }
        forget(processIdentifier)
        return process.withLock { $0.terminationStatus }
    }

    package func connect(timeout: TimeInterval = 180) throws -> LoopbackConnection {
        try LoopbackConnection(port: port, timeout: timeout)
    }

    /// One request on a connection of its own.
    package func request(
        _ method: String,
        _ target: String,
        headers: [String: String] = [:],
        body: [UInt8] = []
    ) throws -> LoopbackAnswer {
        let connection = try connect()
        var head = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if !body.isEmpty || method == "POST" { head += "Content-Length: \(body.count)\r\n" }
        try connection.send(Array((head + "\r\n").utf8) + body)
        return try connection.answer(toHead: method == "HEAD")
    }

    private func waitUntilLive() async throws {
        let deadline = Date(timeIntervalSinceNow: 180)
        while Date() < deadline {
            if let answer = try? request("GET", "/health/live"), answer.status == 200 { return }
            guard isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw LoopbackFault.failed("start \(Self.program.path): \(logText.suffix(2_000))")
    }

    package static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw LoopbackFault.failed("find a free port") }
        return Int(in_port_t(bigEndian: address.sin_port))
    }
}

/// Servers that a test left running, such as the one that all tests share, end with the test run.
private let leftovers = Mutex<[Int32]>([])

private let isWatchingExit: Bool = {
    atexit {
        for process in leftovers.withLock({ $0 }) { kill(process, SIGTERM) }
    }
    return true
}()

/// The process gets SIGTERM when the test run ends, unless it is forgotten before.
func endWithTests(_ process: Int32) {
    _ = isWatchingExit
    leftovers.withLock { $0.append(process) }
}

func forget(_ process: Int32) { leftovers.withLock { $0.removeAll { $0 == process } } }
