import Foundation
import Glibc
import Synchronization

/// A real PostgreSQL server on a free loopback port with a folder of its own, run by a user without rights.
///
/// A guardian process ends it and removes the folder when this process is gone, however that came about.
package final class PostgresServer: Sendable {
    package let port: Int
    package let folder: String
    private let server = Mutex<Process?>(nil)
    private let guardian: Process
    /// The guardian waits for its end.
    private let lifeline = Pipe()

    package static let user = "hedgerow"
    package static let password = "p@ss word/%"

    /// Of the newest version that is installed, as Debian lays them out.
    private static let programs: String = {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        return "/usr/lib/postgresql/\(versions.compactMap { Int($0) }.max() ?? 15)/bin"
    }()
    package static let isInstalled = FileManager.default.isExecutableFile(atPath: programs + "/initdb")

    /// The one that tests share; each takes a database of its own in it.
    private static let sharedServer = Mutex<Result<PostgresServer, any Error>?>(nil)

    package static func shared() async throws -> PostgresServer {
        try await onThread {
            try sharedServer.withLock { known in
                let result = known ?? Result { try PostgresServer() }
                known = result
                return try result.get()
            }
        }
    }

    /// Gives `body` a server of its own, which it may end and start.
    package static func running<Value>(
        settings: [String] = [],
        files: [String: String] = [:],
        _ body: (PostgresServer) async throws -> Value
    ) async throws -> Value {
        try await lend(body) { try PostgresServer(settings: settings, files: files) }
    }

    /// Gives `body` a server that follows this one.
    package func followed<Value>(_ body: (PostgresServer) async throws -> Value) async throws -> Value {
        try await Self.lend(body) { try PostgresServer(following: self) }
    }

    private static func lend<Value>(
        _ body: (PostgresServer) async throws -> Value,
        make: @escaping @Sendable () throws -> PostgresServer
    ) async throws -> Value {
        let server = try await onThread(make)
        let result: Result<Value, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        try await onThread { server.end() }
        return try result.get()
    }

    /// Makes a server, with `files` in its data folder, starts it and returns when it answers; blocks.
    package convenience init(settings: [String] = [], files: [String: String] = [:]) throws {
        try self.init(settings: settings, files: files) { folder in
            let secret = folder + "/password"
            try Self.password.write(toFile: secret, atomically: false, encoding: .utf8)
            Self.giveAway(secret)
            try Self.run(
                "initdb",
                [
                    "--pgdata", folder + "/data", "--username", Self.user, "--pwfile", secret,
                    "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
                ]
            )
        }
    }

    /// Makes a server that follows `first` by streaming replication and answers reads; blocks.
    package convenience init(following first: PostgresServer) throws {
        let source = first.url()
        try self.init(settings: ["wal_retrieve_retry_interval = '100ms'"], files: [:]) { folder in
            try Self.run(
                "pg_basebackup",
                [
                    "--pgdata", folder + "/data", "--dbname", source, "--write-recovery-conf", "--checkpoint", "fast",
                    "--no-sync",
                ]
            )
        }
    }

    private init(settings: [String], files: [String: String], fill: (_ folder: String) throws -> Void) throws {
        folder =
            FileManager.default.temporaryDirectory.appending(path: "hedgerow-pg-\(UUID().uuidString.prefix(8))").path
        port = try ServerProcess.freePort()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        Self.giveAway(folder)
        let script = """
            cat >/dev/null
            kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")"
            while kill -0 "$(head -n 1 "$0/data/postmaster.pid")"; do sleep 0.1; done
            rm -rf "$0"
            """
        guardian = Self.process("/bin/sh", ["-c", script, folder])
        guardian.standardInput = lifeline
        let writing = lifeline.fileHandleForWriting.fileDescriptor
        _ = fcntl(writing, F_SETFD, FD_CLOEXEC)
        try guardian.run()
        try fill(folder)
        for (name, text) in files {
            let path = "\(folder)/data/\(name)"
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            chmod(path, 0o600)
            Self.giveAway(path)
        }
        let own = [
            "listen_addresses = '127.0.0.1'", "port = \(port)", "unix_socket_directories = '\(folder)'",
            "max_connections = 300", "shared_buffers = '64MB'", "fsync = on", "lc_messages = 'C'",
        ]
        let file = try FileHandle(forWritingTo: URL(filePath: folder + "/data/postgresql.conf"))
        try file.seekToEnd()
        try file.write(contentsOf: Data((own + settings).map { "\n" + $0 }.joined().utf8))
        try file.close()
        try start()
    }

    /// Where the database `name` is; over the socket's folder, or over loopback.
    package func url(_ name: String = "postgres", overSocket: Bool = false, options: String = "") -> String {
        let secret = Self.password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let query = [overSocket ? "host=\(folder)&port=\(port)" : "", options].filter { !$0.isEmpty }
        return "postgres://\(Self.user):\(secret)@\(overSocket ? "" : "127.0.0.1:\(port)")/\(name)"
            + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    /// Gives `body` the address of a new, empty database, and drops it afterwards.
    package func withDatabase<Value>(options: String = "", _ body: (String) async throws -> Value) async throws -> Value
    {
        let name = "t" + UUID().uuidString.lowercased().filter { $0 != "-" }
        try await onThread { try self.ask("CREATE DATABASE \(name)") }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(url(name, options: options)))
        } catch {
            result = .failure(error)
        }
        try await onThread { try self.ask("DROP DATABASE IF EXISTS \(name) WITH (FORCE)") }
        return try result.get()
    }

    /// Runs one statement from outside; blocks.
    package func ask(_ sql: String, in database: String = "postgres") throws {
        try Self.run("psql", ["--no-psqlrc", "--quiet", "--dbname", url(database), "-c", sql])
    }

    /// Lets a server that follows another one take writes, for good; blocks.
    package func promote() throws { try ask("SELECT pg_promote()") }

    /// Starts the server on its folder and returns when it answers; blocks.
    package func start() throws {
        let process = Self.process(Self.programs + "/postgres", ["-D", folder + "/data"])
        process.standardError = FileHandle(forWritingAtPath: try Self.emptyFile(folder + "/log"))
        try process.run()
        server.withLock { $0 = process }
        let deadline = Date(timeIntervalSinceNow: 60)
        while Date() < deadline, process.isRunning {
            if (try? Self.run("pg_isready", ["-q", "-h", "127.0.0.1", "-p", "\(port)"])) != nil { return }
            usleep(20_000)
        }
        let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
        throw LoopbackFault.failed("start PostgreSQL: \(log.suffix(2_000))")
    }

    /// Ends the server and returns when it is gone: SIGINT disconnects everybody, SIGQUIT is a crash; blocks.
    package func stop(_ signal: Int32 = SIGINT) {
        let process = server.withLock { $0 }
        guard let process, process.isRunning else { return }
        thaw()
        kill(process.processIdentifier, signal)
        while process.isRunning { usleep(10_000) }
    }

    /// Stops all its processes where they stand, as a machine without memory or disk does, until `thaw`.
    package func freeze() { signalAll(SIGSTOP) }
    package func thaw() { signalAll(SIGCONT) }

    private func signalAll(_ signal: Int32) {
        guard let main = server.withLock({ $0?.processIdentifier }) else { return }
        let children = (try? String(contentsOfFile: "/proc/\(main)/task/\(main)/children", encoding: .utf8)) ?? ""
        for process in [main] + children.split(separator: " ").compactMap({ Int32($0) }) { kill(process, signal) }
    }

    /// Ends the server for good; blocks.
    package func end() {
        stop(SIGQUIT)
        try? lifeline.fileHandleForWriting.close()
        while guardian.isRunning { usleep(10_000) }
    }

    /// To the user that runs the server.
    package static func giveAway(_ path: String) {
        if getuid() == 0, let nobody = getpwnam("nobody") {
            chown(path, nobody.pointee.pw_uid, nobody.pointee.pw_gid)
        }
    }

    private static func emptyFile(_ path: String) throws -> String {
        try Data().write(to: URL(filePath: path))
        return path
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Self.process(programs + "/" + program, arguments)
        let output = Pipe()
        process.standardError = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        while process.isRunning { usleep(1_000) }
        guard process.terminationStatus == 0 else {
            throw LoopbackFault.failed("run \(program): \(String(decoding: said, as: UTF8.self))")
        }
    }

    /// As `nobody` where this is root, because PostgreSQL refuses to run with rights.
    private static func process(_ program: String, _ arguments: [String]) -> Process {
        let process = Process()
        let isServerProgram = program.hasPrefix(programs)
        let isRoot = getuid() == 0 && isServerProgram
        let drop = ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", program]
        process.executableURL = URL(filePath: isRoot ? "/usr/bin/setpriv" : program)
        process.arguments = (isRoot ? drop : []) + arguments
        process.currentDirectoryURL = URL(filePath: "/")
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return process
    }
}
