import CSQLite

/// The aggregate `percentile(value, share)`, which SQLite lacks; the same as PostgreSQL's `percentile_cont`.
enum SQLitePercentile {
    private final class Values {
        var numbers: [Double] = []
        var share = 0.0

        /// Linear between the two values beside the place.
        var percentile: Double? {
            guard !numbers.isEmpty else { return nil }
            let sorted = numbers.sorted()
            let place = share * Double(sorted.count - 1)
            let below = Int(place)
            let above = min(below + 1, sorted.count - 1)
            return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
        }
    }

    static func register(on handle: OpaquePointer) -> Int32 {
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY
        return unsafe sqlite3_create_function_v2(handle, "percentile", 2, flags, nil, nil, step, final, nil)
    }

    private static let step: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void = {
        context,
        _,
        arguments in
        guard let arguments = unsafe arguments, unsafe sqlite3_value_type(arguments[0]) != SQLITE_NULL else { return }
        guard let slot = unsafe slot(of: context, size: MemoryLayout<UInt>.size) else {
            unsafe sqlite3_result_error_nomem(context)
            return
        }
        if unsafe slot.pointee == nil { unsafe slot.pointee = Unmanaged.passRetained(Values()).toOpaque() }
        guard let owner = unsafe slot.pointee else { return }
        let values = unsafe Unmanaged<Values>.fromOpaque(owner).takeUnretainedValue()
        values.numbers.append(unsafe sqlite3_value_double(arguments[0]))
        values.share = unsafe sqlite3_value_double(arguments[1])
    }

    /// SQLite calls it once for each group, also when the statement is given up.
    private static let final: @convention(c) (OpaquePointer?) -> Void = { context in
        guard let slot = unsafe slot(of: context, size: 0), let owner = unsafe slot.pointee else {
            unsafe sqlite3_result_null(context)
            return
        }
        let values = unsafe Unmanaged<Values>.fromOpaque(owner).takeRetainedValue()
        if let percentile = values.percentile {
            unsafe sqlite3_result_double(context, percentile)
        } else {
            unsafe sqlite3_result_null(context)
        }
    }

    /// Where the group keeps its values: zeroed by SQLite at first; `nil` with size 0 when there was no row.
    private static func slot(of context: OpaquePointer?, size: Int) -> UnsafeMutablePointer<UnsafeMutableRawPointer?>? {
        unsafe sqlite3_aggregate_context(context, Int32(size))?
            .assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
    }
}
