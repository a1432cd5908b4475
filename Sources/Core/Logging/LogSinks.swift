import Dispatch
import Glibc
import Synchronization

/// Writes log lines to standard output or to a file that is rotated, on a queue of its own.
///
/// At most `backlog` lines wait; when the reader of the pipe stalls, further lines are dropped and counted in the next one.
package final class DescriptorSink: LogSink {
    private let queue = DispatchQueue(label: "log", qos: .utility)
    private let waiting = Mutex<(lines: Int, dropped: Int)>((0, 0))
    private let backlog: Int
    private let output: Mutex<Output>

    private init(_ output: Output, backlog: Int) {
        self.output = Mutex(output)
        self.backlog = backlog
    }

    /// Standard output, where service managers and containers read.
    package static func standardOutput(backlog: Int = 10_000) -> DescriptorSink {
        DescriptorSink(Output(path: nil, descriptor: STDOUT_FILENO, size: 0, limit: .max, kept: 0), backlog: backlog)
    }

    /// A file that moves to `path.1` … `path.<kept>` whenever it would outgrow `limit` bytes.
    package static func file(
        _ path: String,
        limit: Int = 10_000_000,
        kept: Int = 5,
        backlog: Int = 10_000
    ) throws -> DescriptorSink {
        var output = Output(path: path, descriptor: -1, size: 0, limit: limit, kept: kept)
        try output.open()
        return DescriptorSink(output, backlog: backlog)
    }

    package func write(_ line: [UInt8]) {
        let dropped: Int? = waiting.withLock { waiting in
            guard waiting.lines < backlog else {
                waiting.dropped += 1
                return nil
            }
            waiting.lines += 1
            defer { waiting.dropped = 0 }
            return waiting.dropped
        }
        guard let dropped else { return }
        queue.async { [self] in
            output.withLock { output in
                if dropped > 0 {
                    let notice = #"{"level":"warning","message":"log lines dropped","count":\#(dropped)}"# + "\n"
                    output.write(Array(notice.utf8))
                }
                output.write(line)
            }
            waiting.withLock { $0.lines -= 1 }
        }
    }

    /// Returns when all lines so far are written; call it before the program ends.
    package func flush() { queue.sync {} }

    private struct Output {
        let path: String?
        var descriptor: Int32
        var size: Int
        let limit: Int
        let kept: Int

        mutating func open() throws {
            guard let path else { return }
            descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
            guard descriptor >= 0 else { throw SystemError("open \(path)") }
            size = Int(max(0, lseek(descriptor, 0, SEEK_END)))
        }

        mutating func write(_ line: [UInt8]) {
            if size + line.count > limit, size > 0 { rotate() }
            var rest = line[...]
            while !rest.isEmpty {
                let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { return }
                rest = rest.dropFirst(written)
            }
            size += line.count
        }

        private mutating func rotate() {
            guard let path else { return }
            for index in stride(from: kept - 1, through: 1, by: -1) {
                _ = unsafe rename("\(path).\(index)", "\(path).\(index + 1)")
            }
            _ = unsafe rename(path, "\(path).1")
            close(descriptor)
            do { try open() } catch { descriptor = STDOUT_FILENO }
        }
    }
}

/// A system call failed.
package struct SystemError: Error, CustomStringConvertible {
    package let operation: String
    package let code: Int32

    /// Takes `errno` as it stands.
    package init(_ operation: String, code: Int32 = errno) {
        self.operation = operation
        self.code = code
    }

    package var description: String { unsafe "\(operation): \(String(cString: strerror(code)))" }
}
