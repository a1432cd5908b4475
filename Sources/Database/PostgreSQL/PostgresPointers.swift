/// Gives `body` the texts as a list of C strings that ends with a null pointer.
func withCStrings<Value>(
    _ texts: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value
) -> Value {
    let bytes = texts.flatMap { $0.utf8CString }
    let starts = texts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.utf8.count + 1) }
    return unsafe bytes.withUnsafeBufferPointer { bytes in
        var list: [UnsafePointer<CChar>?] = unsafe starts.dropLast().map { start in
            unsafe bytes.baseAddress.map { base in unsafe base + start }
        }
        unsafe list.append(nil)
        return unsafe list.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
    }
}

/// Gives `body` what libpq wants of parameters: where each begins (null for NULL), its length, and 1 for binary.
func withPointers<Value>(
    to parameters: [PostgresParameter],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Value
) -> Value {
    // A byte after each, because libpq reads a text up to its NUL.
    let bytes = parameters.flatMap { ($0.bytes ?? []) + [0] }.map { CChar(bitPattern: $0) }
    let lengths = parameters.map { Int32($0.bytes?.count ?? 0) }
    let formats = parameters.map { $0.isText ? Int32(0) : 1 }
    return unsafe bytes.withUnsafeBufferPointer { bytes in
        var next = 0
        let list: [UnsafePointer<CChar>?] = unsafe parameters.map { parameter in
            defer { next += (parameter.bytes?.count ?? 0) + 1 }
            guard parameter.bytes != nil, let base = bytes.baseAddress else { return nil }
            return unsafe base + next
        }
        return unsafe list.withUnsafeBufferPointer { unsafe body($0.baseAddress, lengths, formats) }
    }
}
