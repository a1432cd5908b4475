package import Foundation
import Synchronization

/// A server of `Tests/OutsideSupport`, as a process that ends with the test run, however that ends.
package final class PythonServer: Sendable {
    /// What it wrote once it listened: a line of JSON.
    package let greeting: Data
    private let process: Mutex<Process>
    /// The server lives for as long as this is open.
    private let lifeline: Pipe

    package init(_ script: String, _ arguments: [String] = []) throws {
        let python = SharedData.checkout + "/.deps/python/bin/python"
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw LoopbackFault.failed("find \(python); run Scripts/setup --tests")
        }
        let process = Process()
        let output = Pipe()
        lifeline = Pipe()
        process.executableURL = URL(filePath: python)
        process.arguments = [SharedData.checkout + "/Tests/OutsideSupport/\(script)"] + arguments
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")), case let more = output.fileHandleForReading.availableData,
            !more.isEmpty
        { line += more }
        greeting = line
        self.process = Mutex(process)
    }

    deinit { process.withLock { $0.terminate() } }
}
