import CSpawn
import Glibc
import Synchronization

/// Runs another program to its end: without a shell, with nothing of our environment or open files, and within limits.
///
/// What it is given to read may be hostile, so the limits hold from its first instruction, it gains no rights, and it
/// does not outlive this process.
package struct Subprocess: Sendable {
    package struct Limits: Sendable {
        /// Of waiting for it; then it is killed.
        package var time: Duration
        /// Of its own work.
        package var processorSeconds: Int
        package var addressSpace: Int
        /// Of what it writes to its output; one that writes more is killed.
        package var output: Int
        /// Of each file that it writes.
        package var fileSize = 0

        package init(time: Duration, processorSeconds: Int, addressSpace: Int, output: Int) {
            self.time = time
            self.processorSeconds = processorSeconds
            self.addressSpace = addressSpace
            self.output = output
        }
    }

    package enum End: Hashable, Sendable {
        case exit(Int32)
        case signal(Int32)
        /// Waiting for it took too long, which may be this machine's fault.
        case outOfTime
        /// It worked for longer than it may, which is what it was given to read.
        case tooMuchWork
        case tooMuchOutput
    }

    package struct Outcome: Sendable {
        package let end: End
        package let output: [UInt8]
        /// The beginning of what it complained of.
        package let complaint: String
    }

    private static let mostComplaint = 4_096
    private let pool: WorkPool

    /// Each run holds a thread of the pool until the program has ended.
    package init(pool: WorkPool) { self.pool = pool }

    /// Where a program lies, as the search path of this process has it.
    package static func find(_ name: String, in path: String?) -> String? {
        (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").lazy.map { "\($0)/\(name)" }.first {
            unsafe access($0, X_OK) == 0
        }
    }

    /// - Parameters:
    ///   - program: its path.
    ///   - arguments: what it is told, each as one word.
    ///   - limits: what it may use.
    /// - Returns: how it ended and what it wrote.
    /// - Throws: `SystemFault` when it cannot be started; `CancellationError` when the caller is cancelled, which ends it.
    package func callAsFunction(
        _ program: String,
        _ arguments: [String],
        within limits: Limits
    ) async throws -> Outcome {
        let child = Child()
        let words = Self.words(program, arguments, limits)
        return try await withTaskCancellationHandler {
            let outcome = try await pool.run { try child.run(words, within: limits) }
            try Task.checkCancellation()
            return outcome
        } onCancel: {
            child.kill()
        }
    }

    /// The programs that set the limits replace themselves by the next one, so all of it is one process.
    private static func words(_ program: String, _ arguments: [String], _ limits: Limits) -> [String] {
        [
            "/usr/bin/setpriv", "--no-new-privs", "--pdeathsig", "KILL", "--", "/usr/bin/prlimit", "--core=0",
            "--cpu=\(limits.processorSeconds):\(limits.processorSeconds + 1)", "--as=\(limits.addressSpace)",
            "--fsize=\(limits.fileSize)",
            "--nofile=64", "--", "/usr/bin/nice", "-n", "10", program,
        ] + arguments
    }

    /// One program while it runs.
    private final class Child: Sendable {
        private struct State {
            var process: pid_t?
            var isCancelled = false
        }

        private let state = Mutex(State())

        func kill() {
            state.withLock { state in
                state.isCancelled = true
                // Not after it was waited for: its number may belong to another by then.
                if let process = state.process { _ = Glibc.kill(-process, SIGKILL) }
            }
        }

        func run(_ words: [String], within limits: Limits) throws -> Outcome {
            var output = try Stream(limit: limits.output)
            var complaint = try Stream(limit: mostComplaint)
            try start(words, output.takeEnd(), complaint.takeEnd())
            let deadline = ContinuousClock.now + limits.time
            var verdict: End?
            while verdict == nil, !(output.hasEnded && complaint.hasEnded) {
                let left = deadline - .now
                guard left > .zero else {
                    verdict = .outOfTime
                    break
                }
                Self.wait(for: output, complaint, at: left)
                output.drain()
                complaint.drain()
                if output.isTooMuch { verdict = .tooMuchOutput }
            }
            if verdict != nil { kill() }
            let end = end(before: deadline)
            return Outcome(
                end: verdict ?? end,
                output: output.bytes,
                complaint: String(decoding: complaint.bytes, as: UTF8.self)
            )
        }

        private func start(
            _ words: [String],
            _ output: consuming FileDescriptor,
            _ complaint: consuming FileDescriptor
        )
            throws
        {
            let (outputEnd, complaintEnd) = (output.number, complaint.number)
            try state.withLock { state in
                guard !state.isCancelled else { throw CancellationError() }
                state.process = try Self.spawn(words, outputEnd, complaintEnd)
            }
            _ = consume output
            _ = consume complaint
        }

        private static func spawn(_ words: [String], _ output: Int32, _ complaint: Int32) throws -> pid_t {
            var files = unsafe posix_spawn_file_actions_t()
            unsafe posix_spawn_file_actions_init(&files)
            defer { unsafe posix_spawn_file_actions_destroy(&files) }
            unsafe posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
            unsafe posix_spawn_file_actions_adddup2(&files, output, 1)
            unsafe posix_spawn_file_actions_adddup2(&files, complaint, 2)
            unsafe cspawn_close_the_rest(&files)
            var attributes = posix_spawnattr_t()
            unsafe posix_spawnattr_init(&attributes)
            defer { unsafe posix_spawnattr_destroy(&attributes) }
            var signals = sigset_t()
            unsafe sigemptyset(&signals)
            unsafe posix_spawnattr_setsigmask(&attributes, &signals)
            unsafe sigfillset(&signals)
            unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
            let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
            unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
            let arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
            let environment: [UnsafeMutablePointer<CChar>?] = unsafe [
                strdup("PATH=/usr/bin:/bin"), strdup("LC_ALL=C"), nil,
            ]
            defer { unsafe (arguments + environment).forEach { unsafe free($0) } }
            var process = pid_t()
            let code = unsafe posix_spawn(&process, words[0], &files, &attributes, arguments, environment)
            guard code == 0 else { throw SystemFault(path: words[0], number: code) }
            return process
        }

        private static func wait(for output: borrowing Stream, _ complaint: borrowing Stream, at most: Duration) {
            var events = [
                pollfd(fd: output.hasEnded ? -1 : output.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: complaint.hasEnded ? -1 : complaint.number, events: Int16(POLLIN), revents: 0),
            ]
            let milliseconds = Int32(clamping: most.components.seconds * 1_000 + 10)
            _ = unsafe poll(&events, 2, min(milliseconds, 1_000))
        }

        /// It may close its output and go on.
        private func end(before deadline: ContinuousClock.Instant) -> End {
            var isLate = false
            while true {
                var status: Int32 = 0
                let hasEnded = state.withLock { state in
                    guard let process = state.process else { return true }
                    guard unsafe waitpid(process, &status, WNOHANG) != 0 else { return false }
                    state.process = nil
                    return true
                }
                if hasEnded {
                    if isLate { return .outOfTime }
                    let signal = status & 0x7F
                    switch signal {
                    case 0: return .exit((status >> 8) & 0xFF)
                    case SIGXCPU: return .tooMuchWork
                    default: return .signal(signal)
                    }
                }
                if !isLate, .now >= deadline {
                    isLate = true
                    kill()
                }
                usleep(1_000)
            }
        }
    }

    /// What a program writes to one of its ends.
    private struct Stream: ~Copyable {
        private let reading: FileDescriptor
        private var writing: FileDescriptor?
        private let limit: Int
        private(set) var bytes: [UInt8] = []
        private(set) var hasEnded = false
        private(set) var isTooMuch = false

        var number: Int32 { reading.number }

        init(limit: Int) throws {
            var (ours, theirs): (Int32, Int32) = (-1, -1)
            guard unsafe cspawn_pipe(&ours, &theirs) == 0, let reading = FileDescriptor(owning: ours) else {
                throw SystemFault(path: "pipe", number: errno)
            }
            self.reading = reading
            writing = FileDescriptor(owning: theirs)
            self.limit = limit
            _ = fcntl(ours, F_SETFL, O_NONBLOCK)
        }

        /// The end that the program writes to; it is ours to close once the program has it.
        mutating func takeEnd() throws -> FileDescriptor {
            guard let end = writing.take() else { throw SystemFault(path: "pipe", number: EBADF) }
            return end
        }

        /// Takes what is there; of what is too much only the beginning is kept.
        mutating func drain() {
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            while !hasEnded {
                let count = unsafe read(reading.number, &buffer, buffer.count)
                if count < 0 && errno == EINTR { continue }
                if count < 0 && errno == EAGAIN { return }
                guard count > 0 else {
                    hasEnded = true
                    return
                }
                let room = limit - bytes.count
                bytes += buffer.prefix(min(count, room))
                if count > room { isTooMuch = true }
                if isTooMuch && bytes.count >= limit { return }
            }
        }
    }
}
