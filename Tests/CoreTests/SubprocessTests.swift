import Core
import TestSupport
import Testing

@Suite("Other programs") struct SubprocessTests {
    private let run = Subprocess(pool: WorkPool(name: "programs", width: 4, depth: 16))

    private func limits(_ change: (inout Subprocess.Limits) -> Void = { _ in }) -> Subprocess.Limits {
        var limits = Subprocess.Limits(
            time: .seconds(20),
            processorSeconds: 10,
            addressSpace: 512 << 20,
            output: 1 << 20
        )
        change(&limits)
        return limits
    }

    @Test func `it gets its words as they are, and what it writes comes back`() async throws {
        let outcome = try await run("/usr/bin/printf", ["%s|", "a b", "$HOME", "; ls"], within: limits())
        #expect(outcome.end == .exit(0))
        #expect(String(decoding: outcome.output, as: UTF8.self) == "a b|$HOME|; ls|")
    }

    @Test func `it has nothing of our environment, no input and no open files`() async throws {
        let script = "env; cat; ls /proc/self/fd; echo wrong >&2; exit 3"
        let outcome = try await run("/bin/sh", ["-c", script], within: limits())
        #expect(outcome.end == .exit(3))
        #expect(outcome.complaint == "wrong\n")
        let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
        #expect(lines.contains("LC_ALL=C"))
        #expect(!lines.contains { $0.hasPrefix("HOME=") })
        // The fourth is the folder that is listed.
        #expect(Array(lines.suffix(4)) == ["0", "1", "2", "3"])
    }

    @Test func `what takes too long is ended, with what it started`() async throws {
        let begin = ContinuousClock.now
        let outcome = try await run("/bin/sh", ["-c", "sleep 60 & sleep 60"], within: limits { $0.time = .seconds(1) })
        #expect(outcome.end == .outOfTime)
        #expect(ContinuousClock.now - begin < .seconds(15))
    }

    @Test func `what writes too much, works too long or takes too much memory is ended`() async throws {
        let much = try await run("/usr/bin/yes", [], within: limits { $0.output = 1_000 })
        #expect(much.end == .tooMuchOutput)
        #expect(much.output.count == 1_000)
        let busy = try await run("/bin/sh", ["-c", "while :; do :; done"], within: limits { $0.processorSeconds = 1 })
        #expect(busy.end == .tooMuchWork)
        let large = try await run("/usr/bin/head", ["-c", "1G", "/dev/zero"], within: limits { $0.output = 100 })
        #expect(large.end == .tooMuchOutput)
        let file = try await run("/bin/sh", ["-c", "echo x > /tmp/hedgerow-no-such-file"], within: limits())
        #expect(file.end != .exit(0), "it may not write files")
    }

    @Test func `a caller that is cancelled ends it`() async throws {
        let begin = ContinuousClock.now
        let limits = limits()
        let work = Task { try await run("/bin/sleep", ["15"], within: limits) }
        try await Task.sleep(for: .milliseconds(300))
        work.cancel()
        await #expect(throws: CancellationError.self) { _ = try await work.value }
        #expect(ContinuousClock.now - begin < .seconds(10))
    }

    @Test func `a program that is not there is told by its end`() async throws {
        let outcome = try await run("/no/such/program", [], within: limits())
        #expect(outcome.end == .exit(127))
        #expect(Subprocess.find("sh", in: "/nowhere:/bin") == "/bin/sh")
        #expect(Subprocess.find("sh", in: "/nowhere") == nil)
    }
}
