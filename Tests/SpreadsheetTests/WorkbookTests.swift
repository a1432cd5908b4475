import Core
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Spreadsheet

@Suite("Workbooks") struct WorkbookTests {
    private final class Bytes: Sendable {
        private let pieces = Mutex<[UInt8]>([])
        var all: [UInt8] { pieces.withLock { $0 } }
        func add(_ more: [UInt8]) { pieces.withLock { $0 += more } }
    }

    /// The parts of a workbook, by name.
    private static func part(_ name: String, of bytes: [UInt8], in folder: String) async throws -> String {
        try Data(bytes).write(to: URL(filePath: folder + "/read.zip"))
        return try await onThread {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/unzip")
            process.arguments = ["-p", folder + "/read.zip", name]
            let answer = Pipe()
            process.standardOutput = answer
            try process.run()
            return String(decoding: answer.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        }
    }

    @Test func `dates and numbers are real, and text is no formula`() async throws {
        try await withTemporaryDirectory { folder in
            let workbook = WorkbookWriter(in: folder, sheet: "Observations", columns: ["a", "b", "c", "d", "e"])
            try await workbook.append([
                [.text("=1+1"), .integer(7), .number(0.5), .moment(Timestamp(microseconds: 86_400_000_000)), .empty],
                [
                    .text("<ü & \"x\">"), .text(nil), .integer(-1), .wall(Timestamp(microseconds: 43_200_500_000)),
                    .text("@x"),
                ],
            ])
            let bytes = Bytes()
            try await workbook.finish()
            while let piece = try await workbook.read() { bytes.add(piece) }
            let sheet = try await Self.part("xl/worksheets/sheet1.xml", of: bytes.all, in: folder)
            #expect(!sheet.contains("<f>"))
            #expect(sheet.contains("=1+1") && sheet.contains("&lt;ü &amp;"))
            #expect(sheet.contains("<v>7</v>") && sheet.contains("<v>0.5</v>") && sheet.contains("<v>-1</v>"))
            // Days since the end of 1899.
            #expect(sheet.contains("<v>25570</v>") && sheet.contains("<v>25569.5</v>"))
            let book = try await Self.part("xl/workbook.xml", of: bytes.all, in: folder)
            #expect(book.contains("name=\"Observations\""))
        }
    }

    @Test func `nothing stays on the disk, whether it was read or not`() async throws {
        try await withTemporaryDirectory { folder in
            do {
                let read = WorkbookWriter(in: folder, sheet: "a", columns: ["a"])
                try await read.finish()
                while try await read.read() != nil {}
                let left = WorkbookWriter(in: folder, sheet: "a", columns: ["a"])
                try await left.append([[.text("x")]])
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test func `a disk that cannot be written to is a fault`() async {
        let workbook = WorkbookWriter(in: "/proc/nowhere", sheet: "a", columns: ["a"])
        await #expect(throws: SpreadsheetFault.self) {
            try await workbook.append([[.text("x")]])
            try await workbook.finish()
        }
    }
}
