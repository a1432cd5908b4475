import CSQLite
import Glibc

extension DatabaseFault {
    /// Maps SQLite's extended result code; the only place that knows the codes.
    static func sqlite(_ code: Int32, _ message: String, systemError: Int32 = 0) -> DatabaseFault {
        DatabaseFault(Code(sqlite: code, message, systemError), "SQLite \(code): \(message)")
    }
}

extension DatabaseFault.Code {
    init(sqlite code: Int32, _ message: String, _ systemError: Int32) {
        self =
            switch code & 0xFF {
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
            case SQLITE_FULL: .full
            case SQLITE_IOERR where systemError == ENOSPC || systemError == EDQUOT: .full
            case SQLITE_CONSTRAINT: .constraint(DatabaseFault.Constraint(sqlite: code, message))
            case SQLITE_READONLY where code == SQLITE_READONLY | (4 << 8): .lost
            case SQLITE_READONLY, SQLITE_PERM: .readOnly
            case SQLITE_CANTOPEN: .unavailable
            case SQLITE_ERROR, SQLITE_MISUSE, SQLITE_RANGE, SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_AUTH, SQLITE_SCHEMA:
                .statement
            default: .other
            }
    }
}

extension DatabaseFault.Constraint {
    init(sqlite code: Int32, _ message: String) {
        kind =
            switch code {
            case SQLITE_CONSTRAINT | (8 << 8), SQLITE_CONSTRAINT | (6 << 8), SQLITE_CONSTRAINT | (10 << 8): .unique
            case SQLITE_CONSTRAINT | (3 << 8): .foreignKey
            case SQLITE_CONSTRAINT | (1 << 8): .check
            case SQLITE_CONSTRAINT | (5 << 8): .notNull
            default: .other
            }
        // "UNIQUE constraint failed: plants.owner, plants.name"
        name = message.firstRange(of: "failed: ").map { String(message[$0.upperBound...]) }
    }
}
