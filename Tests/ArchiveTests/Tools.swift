import Archive
import Core
import Foundation
import Synchronization
import TestSupport
import Testing

/// What another program said, and how it ended.
struct ToolOutcome: Sendable {
    let status: Int32
    let text: String
}

func runTool(_ path: String, _ arguments: [String]) async throws -> ToolOutcome {
    try await onThread {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        var variables = ProcessInfo.processInfo.environment
        variables["LC_ALL"] = "C.UTF-8"
        process.environment = variables
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        while process.isRunning { Thread.sleep(forTimeInterval: 0.005) }
        return ToolOutcome(status: process.terminationStatus, text: String(decoding: said, as: UTF8.self))
    }
}

/// Runs a script of Python, an implementation of zip that shares nothing with ours, and returns what it prints.
func python(
    _ script: String,
    _ arguments: String...,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws
    -> String
{
    let outcome = try await runTool("/usr/bin/python3", ["-c", script] + arguments)
    #expect(outcome.status == 0, "\(outcome.text)", sourceLocation: sourceLocation)
    return outcome.text
}

/// A sink that appends to a file and knows how large its pieces were.
final class FileSink: Sendable {
    private let state: Mutex<(file: FileHandle, largest: Int, total: Int)>

    init(_ path: String) throws {
        try Data().write(to: URL(filePath: path))
        state = Mutex((try FileHandle(forWritingTo: URL(filePath: path)), 0, 0))
    }

    func take(_ bytes: [UInt8]) throws {
        try state.withLock { state in
            try state.file.write(contentsOf: bytes)
            state.largest = max(state.largest, bytes.count)
            state.total += bytes.count
        }
    }

    var largest: Int { state.withLock { $0.largest } }
    var total: Int { state.withLock { $0.total } }
}

/// The same bytes again and again, made as they are asked for.
struct Repeated: AsyncSequence, Sendable {
    let piece: [UInt8]
    let count: Int

    func makeAsyncIterator() -> Iterator { Iterator(piece: piece, left: count) }

    struct Iterator: AsyncIteratorProtocol {
        let piece: [UInt8]
        var left: Int

        mutating func next() async throws -> [UInt8]? {
            guard left > 0 else { return nil }
            left -= 1
            return piece
        }
    }
}

/// The bytes of a file in small pieces.
func pieces(of bytes: [UInt8], _ size: Int = 1_000) -> AsyncThrowingStream<[UInt8], any Error> {
    AsyncThrowingStream { continuation in
        for start in stride(from: 0, to: bytes.count, by: size) {
            continuation.yield(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        continuation.finish()
    }
}

/// What this process holds of the memory, in bytes.
var residentBytes: Int {
    let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return (fields.dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
}

/// How many files within a folder this process has open, also those that have no name any more.
func openFiles(in folder: String) -> Int {
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return numbers.count { number in
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)"))?.hasPrefix(folder)
            ?? false
    }
}

/// Every entry with its content, read to the end.
func contents(of reader: ZipReader) async throws -> [(entry: ZipEntry, bytes: [UInt8])] {
    var found: [(entry: ZipEntry, bytes: [UInt8])] = []
    while let entry = try await reader.next() {
        var bytes: [UInt8] = []
        for try await piece in reader.pieces(of: entry) { bytes += piece }
        found.append((entry, bytes))
    }
    return found
}

let isFull = ProcessInfo.processInfo.environment["HEDGEROW_TEST_FULL"] == "1"

/// As `Scripts/test` starts suites that were built with a sanitizer.
let isSanitized = ["ASAN_OPTIONS", "TBB_ENABLE_SANITIZERS"].contains {
    ProcessInfo.processInfo.environment[$0] != nil
}
