import Core
import Testing

@testable import Database

@Suite("Rows in one form") struct TableValueTests {
    @Test(
        "JSON of one meaning has one form",
        arguments: [
            (#"{"b":1,"a":[ ]}"#, #"{"a" : [],"b" : 1.0}"#, true), ("1e2", "100", true), ("-0.0", "0", true),
            ("0.10", "1e-1", true), ("1.5", "15", false), (#""\u0041\/""#, #""A/""#, true),
            (#"{"a":1,"a":2}"#, #"{"a":2}"#, true),
            ("[1,2]", "[2,1]", false), ("[12]", "[1,2]", false), (#""1""#, "1", false), ("tru", "true", false),
            (#""\ud83c\udf33""#, "\"🌳\"", true), ("null", "false", false),
        ]
    ) func json(a: String, b: String, areEqual: Bool) {
        #expect((JSONMeaning.canonical(Array(a.utf8)) == JSONMeaning.canonical(Array(b.utf8))) == areEqual)
    }

    @Test(
        "What is no JSON, or nested without end, is compared by its bytes",
        arguments: [
            "", "{", "[1,]", "{\"a\"}", "\"open", "1.", "-", "[1 2]", #""\ud83c""#, #""\u12""#, "1e",
            String(repeating: "[", count: 100_000),
        ]
    ) func noJSON(text: String) {
        #expect(JSONMeaning.canonical(Array(text.utf8)) == Array(text.utf8))
    }

    @Test("A row's bytes give the row back, and cut or strange bytes give none") func coding() {
        let row: [SQLValue] = [
            .null, .integer(.min), .real(-1.5), .text("Ähre"), .blob([0, 255]), .uuid(.next()), .timestamp(.now()),
            .json(Array("[1]".utf8)), .boolean(true), .boolean(false), .text(""), .blob([]),
        ]
        let bytes = RowCoding.encode(row)
        #expect(RowCoding.decode(bytes) == row)
        #expect(RowCoding.decode([]) == [])
        #expect(RowCoding.decode([9]) == nil)
        #expect(RowCoding.decode(Array(RowCoding.encode([.text("abc")]).dropLast())) == nil)
        #expect(RowCoding.decode(Array(RowCoding.encode([.integer(1)]).dropLast())) == nil)
        #expect(RowCoding.decode([3, 255, 255, 255, 255, 1]) == nil)
    }

    @Test("The bytes of a row are the same in every version, because backups are made of them") func frozenForm() throws
    {
        let id = try #require(UUIDv7("01970000-0000-7000-8000-000000000001"))
        let row: [SQLValue] = [
            .null, .integer(-2), .real(1.5), .text("é"), .blob([0xAB]), .uuid(id),
            .timestamp(Timestamp(microseconds: 1)), .json(Array("[1]".utf8)), .boolean(true),
        ]
        let form =
            "00" + "01fffffffffffffffe" + "023ff8000000000000" + "0300000002c3a9" + "0400000001ab"
            + "0501970000000070008000000000000001" + "060000000000000001" + "07000000035b315d" + "0801"
        #expect(RowCoding.encode(row).hexadecimal == form)
        #expect(RowCoding.frame([.null]).hexadecimal == "0000000100")
        var checksum = TableChecksum()
        checksum.add(row)
        #expect(
            checksum.text
                == SHA256(of: RowCoding.encode(Array(row.dropLast(2)) + [.json(Array("[1e0]".utf8)), .boolean(true)]))
                .description
        )
    }

    @Test("A checksum heeds rows and their number, and no order") func checksum() {
        let rows: [[SQLValue]] = (0..<100).map { [.integer($0), .text("row \($0)")] }
        func sum(_ rows: [[SQLValue]]) -> TableChecksum { rows.reduce(into: TableChecksum()) { $0.add($1) } }
        #expect(sum(rows) == sum(rows.reversed()))
        #expect(sum(rows).text.count == 64 && sum(rows).text != sum([]).text)
        #expect(sum(rows).text != sum(Array(rows.dropLast())).text)
        #expect(sum([[.real(-0.0)]]) == sum([[.real(0)]]))
        #expect(sum([[.text("a"), .text("b")]]).text != sum([[.text("ab"), .text("")]]).text)
    }

    @Test("Rows that refer to nothing are found, with their column") func brokenReferences() async throws {
        let declared = Migration(
            feature: "f",
            number: 1,
            name: "n",
            up: """
                CREATE TABLE parent (a {integer}, b {integer}, PRIMARY KEY (b, a));
                CREATE TABLE child (id {integer} PRIMARY KEY, x {integer}, y {integer}, FOREIGN KEY (x, y) REFERENCES parent)
                """,
            down: nil
        )
        let schema = try await TableSchema(migrations: [declared], indexes: [])
        #expect(schema.tables.map(\.name) == ["parent", "child"])
        let database = try await Database.open("sqlite::memory:")
        try await database.write { tx in
            try await tx.execute("CREATE TABLE parent (a INTEGER, b INTEGER)")
            try await tx.execute("CREATE TABLE child (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER)")
            try await tx.execute("INSERT INTO parent VALUES (1, 2)")
            try await tx.execute("INSERT INTO child VALUES (1, 2, 1), (2, 1, 2), (3, NULL, 7)")
        }
        let broken = try await database.read { try await $0.brokenReferences(of: schema.tables[1]) }
        #expect(broken == ["child.x+y: 1"])
        await database.close()
    }

    @Test(
        "Tables that cannot be copied are refused when the program is tested",
        arguments: [
            ("CREATE TABLE a (b {text})", "no primary key"),
            ("CREATE TABLE a (b varchar PRIMARY KEY)", "none of the words"),
            (
                "CREATE TABLE a (b {uuid} PRIMARY KEY REFERENCES c (b)); CREATE TABLE c (b {uuid} PRIMARY KEY REFERENCES a (b))",
                "refer to one another"
            ),
            ("CREATE VIRTUAL TABLE w USING fts5(x)", "does not list"),
        ]
    ) func unfit(sql: String, complaint: String) async {
        let migration = Migration(feature: "f", number: 1, name: "n", up: SQLScript(sql), down: nil)
        let fault = await databaseFault { try await TableSchema(migrations: [migration], indexes: []) }
        #expect(fault?.detail.contains(complaint) == true, "\(fault?.detail ?? "no fault")")
    }
}
