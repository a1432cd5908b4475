package import Foundation

/// What a command of the program wrote, and how it ended.
package struct ProgramOutcome: Sendable {
    package let status: Int32
    /// Standard output.
    package let answer: String
    /// Standard error.
    package let complaint: String
}

/// Runs a command of the program to its end, with none of this process's settings.
package func runProgram(_ arguments: [String], environment: [String: String] = [:]) async throws -> ProgramOutcome {
    try await onThread {
        let process = programProcess(arguments, environment)
        let (answer, complaint) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = answer
        process.standardError = complaint
        try process.run()
        let said = answer.fileHandleForReading.readDataToEndOfFile()
        let complained = complaint.fileHandleForReading.readDataToEndOfFile()
        while process.isRunning { Thread.sleep(forTimeInterval: 0.005) }
        return ProgramOutcome(
            status: process.terminationStatus,
            answer: String(decoding: said, as: UTF8.self),
            complaint: String(decoding: complained, as: UTF8.self)
        )
    }
}

/// A process of the program that is not started, with none of this process's settings and without limits of calls.
package func programProcess(_ arguments: [String], _ environment: [String: String]) -> Process {
    let process = Process()
    process.executableURL = ServerProcess.program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HEDGEROW_") }
        .merging(["HEDGEROW_LIMITS": "off"]) { $1 }.merging(environment) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    return process
}
