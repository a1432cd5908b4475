/// The server's numbers for the types that we read and write.
enum PostgresType {
    static let unknown: UInt32 = 0
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let int8: UInt32 = 20
    static let text: UInt32 = 25
    static let float8: UInt32 = 701
    static let timestamptz: UInt32 = 1_184
    static let uuid: UInt32 = 2_950
    static let jsonb: UInt32 = 3_802

    // Only read.
    static let char: UInt32 = 18
    static let name: UInt32 = 19
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let oid: UInt32 = 26
    static let json: UInt32 = 114
    static let float4: UInt32 = 700
    static let unknownText: UInt32 = 705
    static let bpchar: UInt32 = 1_042
    static let varchar: UInt32 = 1_043
    static let timestamp: UInt32 = 1_114
    static let numeric: UInt32 = 1_700
    static let void: UInt32 = 2_278

    /// The array of each type that we write.
    static let arrays: [UInt32: UInt32] = [
        bool: 1_000, bytea: 1_001, int8: 1_016, text: 1_009, float8: 1_022, timestamptz: 1_185, uuid: 2_951,
        jsonb: 3_807,
    ]

    /// From 1970, our beginning of time, to 2000, the server's, in microseconds.
    static let epoch: Int64 = 946_684_800_000_000
}
