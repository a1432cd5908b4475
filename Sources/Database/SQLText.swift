/// Reads a statement as far as every engine needs it: its parameters and its casts.
enum SQLText {
    /// The numbers of the parameters `$1`, `$2` …, outside of literals, quoted names and comments.
    static func parameters(in sql: String) -> Set<Int> {
        var numbers: Set<Int> = []
        var rest = Array(sql.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                rest = rest.drop { $0 != byte }.dropFirst()
            case UInt8(ascii: "-") where rest.first == UInt8(ascii: "-"):
                rest = rest.drop { $0 != UInt8(ascii: "\n") }
            case UInt8(ascii: "/") where rest.first == UInt8(ascii: "*"):
                rest.removeFirst()
                while let next = rest.popFirst(), next != UInt8(ascii: "*") || rest.first != UInt8(ascii: "/") {}
            case UInt8(ascii: "$"):
                let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                if let number = Int(String(decoding: digits, as: UTF8.self)) { numbers.insert(number) }
                rest = rest.dropFirst(digits.count)
            default: break
            }
        }
        return numbers
    }

    /// Turns `CAST(x AS UUID)` and its kin into the type by which the engine keeps that kind of value.
    static func resolvingCasts(_ sql: String, for engine: SQLEngine) -> String {
        guard sql.contains("CAST(") else { return sql }
        var sql = sql
        for (word, type) in engine.types { sql.replace(" AS \(word.uppercased()))", with: " AS \(type))") }
        return sql
    }
}
