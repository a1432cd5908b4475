internal import Core

/// Conditions and ranges of requests (RFC 9110, 13 and 14), for answers that would be 200.
enum Conditional {
    /// Says of a file what conditions can be about.
    static func describe(_ file: OpenFile, _ answer: inout FinishedAnswer) {
        if !answer.headers.contains(where: { $0.name.asciiLowercased() == "etag" }) {
            let tag = [UInt64(file.size), UInt64(bitPattern: Int64(file.modified)), file.inode]
                .map { String($0, radix: 36) }.joined(separator: "-")
            answer.headers.append(("ETag", "\"\(tag)\""))
        }
        answer.headers.append(("Last-Modified", HTTPDate.text(file.modified)))
    }

    static func apply(to answer: inout FinishedAnswer, _ headers: Headers) {
        let tag = answer.headers.first { $0.name.asciiLowercased() == "etag" }?.value
        let modified = answer.headers.first { $0.name == "Last-Modified" }.flatMap { HTTPDate.seconds($0.value) }
        if isUnchanged(tag, modified, headers) {
            answer.status = 304
            answer.content = .none
            answer.headers.removeAll { $0.name == "Content-Type" }
            return
        }
        guard let size = wholeLength(answer.content) else { return }
        guard tag != nil || modified != nil else { return }
        answer.headers.append(("Accept-Ranges", "bytes"))
        guard let field = headers["range"], rangeStands(headers["if-range"], tag, modified) else { return }
        switch ByteRange.parse(field, size: size) {
        case .whole: return
        case .part(let range):
            answer.status = 206
            answer.headers.append(("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"))
            switch answer.content {
            case .bytes(let bytes): answer.content = .bytes(Array(bytes[range]))
            case .file(let file, _, _):
                answer.content = .file(file, offset: range.lowerBound, length: range.count)
            case .none, .stream, .upgrade: return
            }
        case .unsatisfiable:
            answer.status = 416
            answer.content = .none
            answer.headers.append(("Content-Range", "bytes */\(size)"))
        }
    }

    private static func wholeLength(_ content: FinishedAnswer.Content) -> Int? {
        switch content {
        case .bytes(let bytes): bytes.count
        case .file(_, _, let length): length
        case .none, .stream, .upgrade: nil
        }
    }

    private static func isUnchanged(_ tag: String?, _ modified: Int?, _ headers: Headers) -> Bool {
        let wanted = headers.all("if-none-match")
        if !wanted.isEmpty {
            guard let tag else { return false }
            return wanted.flatMap { $0.split(separator: ",") }.map { $0.trimmingBlanks() }
                .contains { $0 == "*" || opaque($0) == opaque(tag[...]) }
        }
        guard let modified, let since = headers["if-modified-since"].flatMap({ HTTPDate.seconds($0) }) else {
            return false
        }
        return modified <= since
    }

    /// Weak and strong tags compare equal where only freshness is asked.
    private static func opaque(_ tag: Substring) -> Substring { tag.hasPrefix("W/") ? tag.dropFirst(2) : tag }

    private static func rangeStands(_ condition: String?, _ tag: String?, _ modified: Int?) -> Bool {
        guard let condition else { return true }
        if condition.hasPrefix("\"") { return condition == tag && tag?.hasPrefix("W/") == false }
        guard let modified, let date = HTTPDate.seconds(condition) else { return false }
        return date == modified
    }
}

/// One range of bytes of a request; several at once get the whole.
enum ByteRange: Hashable {
    case whole
    case part(Range<Int>)
    case unsatisfiable

    static func parse(_ field: String, size: Int) -> ByteRange {
        guard field.hasPrefix("bytes="), !field.contains(",") else { return .whole }
        let parts = field.dropFirst(6).trimmingBlanks().split(
            separator: "-",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard parts.count == 2,
            parts.allSatisfy({ $0.utf8.count <= 18 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return .whole }
        switch (Int(parts[0]), Int(parts[1])) {
        case (let first?, let last?):
            guard first <= last else { return .whole }
            return first < size ? .part(first..<min(last + 1, size)) : .unsatisfiable
        case (let first?, nil): return first < size ? .part(first..<size) : .unsatisfiable
        case (nil, let count?):
            return count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .unsatisfiable
        case (nil, nil): return .whole
        }
    }
}
