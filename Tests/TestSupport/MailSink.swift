package import Foundation
import Glibc
import Synchronization

/// A mail server of a test's own, which delivers nothing: what it takes can be read, as Python's parser understood it.
///
/// `Tests/OutsideSupport/mailsink.py` says which addresses it refuses, and how.
package final class MailSink: Sendable {
    private struct Ready: Decodable {
        let plain: Int
        let starttls: Int
        let smtps: Int
        let user: String
        let password: String
        let authority: String
        let sizeLimit: Int
    }

    private struct Running {
        let process: Process
        /// The server lives for as long as this is open.
        let lifeline: Pipe
        let ready: Ready
    }

    private let folder: String
    private let state: Mutex<Running>

    private init(folder: String) throws {
        self.folder = folder
        state = Mutex(try Self.start(in: folder, port: 0))
    }

    deinit { kill() }

    /// One server for tests that look for mail to an address of their own: starting it takes a second.
    package static var shared: MailSink { get async throws { try await starting.value } }
    private static let starting = Task {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hedgerow-mail-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try await onThread { try MailSink(folder: folder) }
    }

    /// Gives the body a server of its own and ends it afterwards.
    package static func running<Value>(_ body: (MailSink) async throws -> Value) async throws -> Value {
        try await withTemporaryDirectory { folder in
            let sink = try await onThread { try MailSink(folder: folder) }
            defer { sink.kill() }
            return try await body(sink)
        }
    }

    private var ready: Ready { state.withLock { $0.ready } }

    /// Lets everybody in, without TLS.
    package var url: String { "smtp://127.0.0.1:\(ready.plain)" }
    /// Lets nobody in without STARTTLS and the password; its certificate is for `localhost`.
    package var guardedURL: String { url("smtp", ready.starttls, credentials, "?tls=required&ca=\(ready.authority)") }
    /// TLS from the first byte, and the password.
    package var secureURL: String { url("smtps", ready.smtps, credentials, "?ca=\(ready.authority)") }

    package var port: Int { ready.plain }
    package var guardedPort: Int { ready.starttls }
    package var securePort: Int { ready.smtps }
    package var user: String { ready.user }
    package var password: String { ready.password }
    /// A PEM file.
    package var authority: String { ready.authority }
    /// Of the largest mail taken, in bytes.
    package var sizeLimit: Int { ready.sizeLimit }

    /// All mail so far, or that for one recipient, in the order in which it came.
    package func mails(to recipient: String? = nil) throws -> [ReceivedMail] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        let numbers = files.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.compactMap { Int($0.dropLast(5)) }
        return try numbers.sorted().map { number in
            let path = URL(filePath: folder).appending(path: "\(number)")
            let told = try Data(contentsOf: path.appendingPathExtension("json"))
            var mail = try JSONDecoder().decode(ReceivedMail.self, from: told)
            mail.bytes = Array(try Data(contentsOf: path.appendingPathExtension("eml")))
            return mail
        }
        .filter { recipient == nil || $0.recipients.contains(recipient ?? "") }
    }

    /// How many mails began to arrive.
    package var beginnings: Int { count(".begun") }
    /// How many connections have ended.
    package var endings: Int { count(".ended") }

    private func count(_ ending: String) -> Int {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).count { $0.hasSuffix(ending) }
    }

    /// Lets the server read what comes for `slow@…`.
    package func readOn() { _ = FileManager.default.createFile(atPath: folder + "/go", contents: nil) }

    /// Ends the server without a word.
    package func kill() {
        let process = state.withLock { $0.process }
        guard process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        while process.isRunning { Thread.sleep(forTimeInterval: 0.005) }
    }

    private var credentials: String {
        let allowed = CharacterSet.alphanumerics
        let (user, password) = (ready.user, ready.password)
        return [user, password].map { $0.addingPercentEncoding(withAllowedCharacters: allowed) ?? "" }
            .joined(separator: ":") + "@"
    }

    private func url(_ scheme: String, _ port: Int, _ credentials: String, _ query: String) -> String {
        "\(scheme)://\(credentials)localhost:\(port)\(query)"
    }

    private static func start(in folder: String, port: Int) throws -> Running {
        let python = SharedData.checkout + "/.deps/python/bin/python"
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw LoopbackFault.failed("find \(python); run Scripts/setup --tests")
        }
        let process = Process()
        let (output, lifeline) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: python)
        process.arguments = [SharedData.checkout + "/Tests/OutsideSupport/mailsink.py", folder, "\(port)"]
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")), case let more = output.fileHandleForReading.availableData,
            !more.isEmpty
        { line += more }
        return Running(process: process, lifeline: lifeline, ready: try JSONDecoder().decode(Ready.self, from: line))
    }
}

/// A mail as the sink took it and Python's `email` reads it.
package struct ReceivedMail: Decodable, Sendable {
    package struct Part: Decodable, Sendable {
        package let type: String
        package let charset: String?
        package let encoding: String
        package let disposition: String?
        package let name: String?
        package let id: String?
        /// Decoded.
        package let content: Data

        package var text: String { String(decoding: content, as: UTF8.self) }
    }

    /// As the server was told, apart from the mail.
    package let sender: String
    package let recipients: [String]
    package let options: [String]
    package let greeting: String
    package let isSecure: Bool
    package let isSignedIn: Bool

    /// In bytes, without its end.
    package let longestLine: Int
    package let isASCII: Bool
    package let hasBareLineEnds: Bool
    package let headers: [[String]]
    /// Name and address of each, by header.
    package let addresses: [String: [[String]]]
    /// Such as `multipart/alternative(text/plain, text/html)`.
    package let structure: String
    package let parts: [Part]
    /// What the parser found wrong.
    package let defects: [String]
    /// As they came.
    package fileprivate(set) var bytes: [UInt8] = []

    private enum CodingKeys: CodingKey {
        case sender, recipients, options, greeting, isSecure, isSignedIn, longestLine, isASCII, hasBareLineEnds
        case headers, addresses, structure, parts, defects
    }

    /// The only header of that name; `nil` when there is none or more than one.
    package func header(_ name: String) -> String? {
        let found = headers.filter { $0.first?.lowercased() == name.lowercased() }
        return found.count == 1 ? found[0].last : nil
    }

    package var text: String? { parts.first { $0.type == "text/plain" && $0.disposition == nil }?.text }
    package var html: String? { parts.first { $0.type == "text/html" && $0.disposition == nil }?.text }
    package var files: [Part] { parts.filter { $0.disposition != nil } }
}
