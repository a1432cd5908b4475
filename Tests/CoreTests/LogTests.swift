import Core
import Foundation
import Synchronization
import TestSupport
import Testing

private final class Lines: LogSink {
    let all = Mutex<[String]>([])
    func write(_ line: [UInt8]) { all.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
}

private func evaluated() -> String {
    Issue.record("a line that is not written was built")
    return ""
}

struct LogTests {
    @Test func `a line is one JSON object whatever the text holds`() throws {
        let lines = Lines()
        let log = Log(to: lines, fields: ["service": "web"])
        log.info("evil\n\"line\"\u{1}", ["user": "a\\b\u{7F}", "count": 3, "share": 0.5, "ok": true])
        let line = try #require(lines.all.withLock { $0 }.first)
        #expect(line.filter { $0 == "\n" }.count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["message"] as? String == "evil\n\"line\"\u{1}")
        #expect(object["user"] as? String == "a\\b\u{7F}")
        #expect(object["service"] as? String == "web")
        #expect(object["count"] as? Int == 3)
    }

    @Test func `lines below the minimum cost nothing and are not written`() {
        let lines = Lines()
        let log = Log(to: lines, minimum: .warning)
        log.info(evaluated())
        log.warning("seen")
        #expect(lines.all.withLock(\.count) == 1)
    }

    @Test func `a file is rotated at its limit and the oldest goes`() async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/hedgerow.log"
            let sink = try DescriptorSink.file(path, limit: 1_000, kept: 3)
            let log = Log(to: sink)
            for number in 0..<100 { log.info("line \(number)") }
            sink.flush()
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(files == ["hedgerow.log", "hedgerow.log.1", "hedgerow.log.2", "hedgerow.log.3"])
            for file in files {
                let size = try Data(contentsOf: URL(filePath: folder + "/" + file)).count
                #expect(size <= 1_000 && size > 0)
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8).contains("line 99"))
        }
    }
}
