import Core
import Testing

@testable import Database

@Suite("Values on their way to PostgreSQL") struct PostgresValueTests {
    @Test(
        "Exact numbers are integers when they are whole and fit, else real",
        arguments: [
            ([0, 0, 0, 0], .integer(0)), ([1, 0, 0, 0, 7], .integer(7)), ([2, 1, 0x4000, 0, 1, 2], .integer(-10_002)),
            ([1, 1, 0, 0, 3], .integer(30_000)), ([2, 0, 0, 2, 12, 3_400], .real(12.34)),
            ([1, -1, 0, 1, 5_000], .real(0.5)),
            ([1, -2, 0, 8, 1], .real(1e-8)), ([1, 5, 0, 0, 1], .real(1e20)), ([0, 0, 0xD000, 0], .real(.infinity)),
        ] as [([Int], SQLValue)]
    )
    func numeric(words: [Int], expected: SQLValue) {
        let bytes = words.flatMap { Int16(truncatingIfNeeded: $0).bigEndianBytes }
        #expect(PostgresNumeric(bytes)?.value == expected)
    }

    @Test("A truncated number is refused") func truncated() {
        #expect(PostgresNumeric([0, 1, 0, 0]) == nil)
        #expect(Int32(bigEndian: [1, 2, 3]) == nil)
    }

    @Test(
        "Times before and after 2000, and past the ends of what can be said",
        arguments: [(0, -946_684_800_000_000), (946_684_800_000_000, 0), (Int64.min, .min)] as [(Int64, Int64)]
    )
    func time(microseconds: Int64, sent: Int64) throws {
        let parameter = try PostgresParameter(.timestamp(Timestamp(microseconds: microseconds)), number: 1)
        #expect(parameter.bytes == sent.bigEndianBytes)
    }

    @Test("Parameters are found outside of literals, names and comments")
    func parameters() {
        let sql = "SELECT '$1''$2', \"$3\" -- $4\n, $5 /* $6 */ FROM t WHERE a = $12 AND b=$5::int"
        #expect(SQLText.parameters(in: sql) == [5, 12])
        #expect(SQLText.parameters(in: "SELECT 'open $1") == [])
    }

    @Test("Casts name the kind of value and become the engine's type")
    func casts() {
        let sql = "SELECT CAST($1 AS INTEGER), CAST(a AS UUID), count(*) AS real FROM t AS text"
        #expect(
            SQLText.resolvingCasts(sql, for: .postgres)
                == "SELECT CAST($1 AS bigint), CAST(a AS uuid), count(*) AS real FROM t AS text"
        )
        #expect(SQLText.resolvingCasts("CAST(a AS UUID)", for: .sqlite) == "CAST(a AS BLOB)")
    }

    @Test(
        "A fault has the code of its class, and never the datum in its message",
        arguments: [
            ("23505", .constraint(.init(kind: .unique, name: nil))),
            ("23503", .constraint(.init(kind: .foreignKey, name: nil))),
            ("40001", .serialization), ("40P01", .serialization), ("55P03", .busy), ("53100", .full),
            ("57P01", .unavailable),
            ("08006", .unavailable), ("42P01", .statement), ("22P02", .statement), ("XX001", .corrupt),
            ("42501", .readOnly),
            ("F0000", .other),
        ] as [(String, DatabaseFault.Code)]
    )
    func faults(state: String, code: DatabaseFault.Code) {
        #expect(DatabaseFault.postgres(state, "something").code == code)
        let shown = DatabaseFault.postgres("22P02", "invalid input syntax for type integer: \"secret\"").detail
        #expect(shown == "PostgreSQL 22P02: invalid input syntax for type integer")
    }
}
