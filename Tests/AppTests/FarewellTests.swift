import Core
import Foundation
import TestSupport
import Testing

@testable import App

struct FarewellTests {
    @Test func `what does not end is named, and the process ends without it`() async throws {
        try await withTemporaryDirectory { folder async throws in
            let path = folder + "/log"
            await #expect(processExitsWith: .exitCode(1)) { [path = path as String] in
                let sink = try DescriptorSink.file(path)
                let farewell = Farewell(log: Log(to: sink), limit: .milliseconds(100), flush: sink.flush)
                farewell.roll.enter("http")
                farewell.begin()
                await pause(.seconds(300))
            }
            let line = try String(contentsOfFile: path, encoding: .utf8)
            #expect(line.contains(#""waited_for":"http""#), "\(line)")
        }
    }
}
