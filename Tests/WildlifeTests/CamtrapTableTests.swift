import Archive
import Core
import Database
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Wildlife

@Suite("Tables of others are read") struct CamtrapTableTests {
    private static func read(_ text: String, pieces: Int = 7) -> [[String]] {
        var reader = CSVReader()
        let bytes = Array(text.utf8)
        var records: [CSVReader.Record] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            records += reader.feed(Array(bytes[start..<min(start + pieces, bytes.count)]))
        }
        return (records + reader.finish()).map(\.fields)
    }

    @Test(arguments: [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]), ("\u{FEFF}a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
        ("a,b\r1,\r", [["a", "b"], ["1", ""]]),
        ("a,b\n\"x, \"\"y\"\"\n z\",2\n", [["a", "b"], ["x, \"y\"\n z", "2"]]),
        ("a;b\n1;2,5\n", [["a", "b"], ["1", "2,5"]]),
        ("a\tb\n1\t2\n\n3\t4\n", [["a", "b"], ["1", "2"], ["3", "4"]]),
        ("", []), ("a\n5\" wide\n", [["a"], ["5\" wide"]]),
    ])
    func `a table is taken apart, whoever wrote it`(text: String, rows: [[String]]) {
        for pieces in [1, 3, 1_000] { #expect(Self.read(text, pieces: pieces) == rows) }
    }

    @Test func `a quotation mark that is never closed costs no more than its own rows`() {
        var reader = CSVReader()
        let records =
            reader.feed(Array("a,b\n1,\"2\n".utf8)) + reader.feed(Array(String(repeating: "x", count: 300_000).utf8))
            + reader.feed(Array("\n3,4\n".utf8)) + reader.finish()
        #expect(records.map(\.fields) == [["a", "b"], [], ["3", "4"]])
        #expect(records[1].problem == "a quotation mark is not closed")
    }

    @Test func `letters of an old system are kept`() {
        var reader = CSVReader()
        let records = reader.feed(Array("a\n".utf8) + [0x4D, 0xFC, 0x6C, 0x0A]) + reader.finish()
        #expect(records.last?.fields == ["Mül"])
        #expect(records.last?.problem == "it is not written in UTF-8")
    }

    @Test(arguments: [
        ("timestamp", "2020-05-30T04:57:37+02:00", "2020-05-30T04:57:37+02:00", false),
        ("timestamp", "2020-05-30T04:57:37", "2020-05-30T04:57:37+02:00", true),
        ("timestamp", "2020/05/30 4:57", "2020-05-30T04:57:00+02:00", true),
        ("timestamp", "2020:05:30 04:57:37", "2020-05-30T04:57:37+02:00", true),
        ("timestamp", "2020-05-30T04:57:37.25-0330", "2020-05-30T04:57:37-03:30", true),
        ("timestamp", "2020-01-30", "2020-01-30T00:00:00+01:00", true), ("timestamp", "30.05.2020", nil, true),
        ("timestamp", "NA", nil, false), ("favorite", "TRUE", "true", true), ("favorite", "maybe", nil, true),
        ("captureMethod", "Activity detection", "activityDetection", true),
        ("captureMethod", "timeLapse", "timeLapse", false),
        ("captureMethod", "by hand", nil, true), ("mediaID", "  m1 ", "m1", false),
    ])
    func `a cell is mended where its meaning is plain`(
        column: String,
        text: String,
        value: String?,
        isTold: Bool
    ) throws {
        let zone = try #require(LocalZone("Europe/Berlin"))
        let column = try #require(CamtrapTables.media.first { $0.name == column })
        let cell = column.read(text, zone: zone)
        #expect(cell.value == value)
        #expect((cell.problem != nil) == isTold)
    }

    @Test(arguments: [
        ("latitude", "51,496", "51.496"), ("latitude", "151", nil), ("latitude", "north", nil),
        ("coordinateUncertainty", "187.0", "187"), ("coordinateUncertainty", "1.5", nil), ("latitude", "0x10", nil),
    ])
    func `a number is mended or told`(column: String, text: String, value: String?) throws {
        let column = try #require(CamtrapTables.deployments.first { $0.name == column })
        let cell = column.read(text, zone: .utc)
        #expect(cell.value == value)
        #expect(cell.problem != nil)
    }
}
