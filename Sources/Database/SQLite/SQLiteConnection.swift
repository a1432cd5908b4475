import CSQLite
import Core
import Glibc

/// One SQLite handle with its prepared statements; owned by one actor and used on its queue only.
@safe final class SQLiteConnection {
    enum Mode { case readWrite, readOnly, memory }

    private let handle: OpaquePointer
    private var cache: [String: SQLiteStatement] = [:]
    private var oldestFirst: [String] = []
    private let cacheLimit = 200

    /// Opens the file, creating it for the owner alone when it is not there.
    init(path: String, mode: Mode, busyTimeout: Duration) throws {
        if mode == .readWrite { try Self.create(path) }
        let flags =
            switch mode {
            case .readWrite: SQLITE_OPEN_READWRITE
            case .readOnly: SQLITE_OPEN_READONLY
            case .memory: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY
            }
        var opened: OpaquePointer?
        let options = flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(mode == .memory ? ":memory:" : path, &opened, options, nil)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            let fault = unsafe Self.fault(code, opened)
            _ = unsafe sqlite3_close_v2(opened)
            throw fault
        }
        unsafe handle = opened
        _ = unsafe sqlite3_busy_timeout(handle, Int32(clamping: busyTimeout.microseconds / 1_000))
        do {
            try configure(mode)
        } catch {
            _ = unsafe sqlite3_close_v2(handle)
            throw error
        }
    }

    deinit {
        cache = [:]
        // The v2 form waits for statements that are still held elsewhere.
        _ = unsafe sqlite3_close_v2(handle)
    }

    /// The handle as a number, for `SQLiteInterrupter` alone.
    var address: UInt { UInt(bitPattern: unsafe handle) }

    /// `false` also after SQLite rolled back on its own, as it does when the disk is full.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }
    var totalChanges: Int64 { unsafe sqlite3_total_changes64(handle) }
    var latestChanges: Int64 { unsafe sqlite3_changes64(handle) }

    /// Whether a deferred foreign key is still open, which would make the common commit fail for everyone.
    var hasOpenForeignKeys: Bool {
        var current: Int32 = 0
        var highest: Int32 = 0
        _ = unsafe sqlite3_db_status(handle, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0)
        return current != 0
    }

    /// A statement ready to be bound, from the cache when it is there and not in use.
    func statement(_ sql: String) throws -> SQLiteStatement {
        if let known = cache[sql], !known.isLeased {
            known.take()
            return known
        }
        let statement = try prepare(sql)
        statement.take()
        if cache[sql] == nil {
            if cache.count >= cacheLimit { cache[oldestFirst.removeFirst()] = nil }
            oldestFirst.append(sql)
            cache[sql] = statement
        }
        return statement
    }

    /// Runs a statement without values, such as `COMMIT`.
    func run(_ sql: String) throws {
        let statement = try statement(sql)
        defer { statement.giveBack() }
        while try statement.step() {}
    }

    /// Runs several statements in order.
    func run(script: String) throws {
        var script = script
        try script.withUTF8 { text in
            var rest = unsafe UnsafeBufferPointer(rebasing: text[...])
            while true {
                let (raw, length) = try unsafe prepareFirst(rest)
                guard let raw = unsafe raw else {
                    if length == 0 || length >= rest.count { return }
                    unsafe rest = UnsafeBufferPointer(rebasing: rest[length...])
                    continue
                }
                let statement = try unsafe SQLiteStatement(sql: "", raw: raw)
                while try statement.step() {}
                unsafe rest = UnsafeBufferPointer(rebasing: rest[length...])
            }
        }
    }

    private func prepare(_ sql: String) throws -> SQLiteStatement {
        var sql = SQLText.resolvingCasts(sql, for: .sqlite)
        let raw = try sql.withUTF8 { text in
            let (raw, length) = try unsafe prepareFirst(text)
            let rest = unsafe String(decoding: text[min(length, text.count)...], as: UTF8.self)
            guard rest.allSatisfy({ $0.isWhitespace || $0 == ";" }) else {
                _ = unsafe sqlite3_finalize(raw)
                throw DatabaseFault(.statement, "one statement at a time")
            }
            guard let raw = unsafe raw else { throw DatabaseFault(.statement, "an empty statement") }
            return unsafe raw
        }
        return try unsafe SQLiteStatement(sql: sql, raw: raw)
    }

    private func prepareFirst(_ text: UnsafeBufferPointer<UInt8>) throws -> (OpaquePointer?, length: Int) {
        var raw: OpaquePointer?
        var length = 0
        let code = unsafe text.withMemoryRebound(to: CChar.self) { text in
            var tail: UnsafePointer<CChar>?
            let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
            let code = unsafe sqlite3_prepare_v3(handle, text.baseAddress, Int32(text.count), flags, &raw, &tail)
            if let start = text.baseAddress, let tail = unsafe tail { unsafe length = tail - start }
            return code
        }
        guard code == SQLITE_OK else { throw unsafe Self.fault(code, handle) }
        return unsafe (raw, length)
    }

    private func configure(_ mode: Mode) throws {
        let registered = unsafe SQLitePercentile.register(on: handle)
        if registered != SQLITE_OK { throw unsafe Self.fault(registered, handle) }
        for (option, value): (Int32, Int32) in [
            (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_ENABLE_FKEY, 1),
            (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0),
        ] {
            let code = unsafe csqlite_configure(handle, option, value)
            if code != SQLITE_OK { throw unsafe Self.fault(code, handle) }
        }
        switch mode {
        case .memory: break
        case .readOnly: try run("PRAGMA query_only = ON")
        case .readWrite:
            let statement = try statement("PRAGMA journal_mode = WAL")
            defer { statement.giveBack() }
            guard try statement.step(), statement.row().values.first == .text("wal") else {
                throw DatabaseFault(.unavailable, "the file system of the database does not support WAL")
            }
            // Every commit is on the disk before it is reported.
            try run("PRAGMA synchronous = FULL")
            try run("PRAGMA journal_size_limit = 67108864")
        }
        try run("PRAGMA cache_size = -8000")
        try run("PRAGMA cell_size_check = ON")
    }

    /// Exclusive creation only: opening and closing a file that SQLite has open would drop its locks.
    private static func create(_ path: String) throws {
        let descriptor = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            _ = Glibc.close(descriptor)
        } else if errno != EEXIST {
            let cause = unsafe String(cString: strerror(errno))
            throw DatabaseFault(errno == ENOSPC ? .full : .unavailable, "\(path): \(cause)")
        }
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw DatabaseFault(.unavailable, "\(path) is a folder")
        }
    }

    static func fault(_ code: Int32, _ handle: OpaquePointer?) -> DatabaseFault {
        guard let handle = unsafe handle else {
            return .sqlite(code, unsafe String(cString: sqlite3_errstr(code)))
        }
        let message = unsafe String(cString: sqlite3_errmsg(handle))
        return .sqlite(code, message, systemError: unsafe sqlite3_system_errno(handle))
    }
}
