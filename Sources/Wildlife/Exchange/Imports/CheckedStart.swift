import HTTPServer

/// A body whose first bytes are looked at before any of it is kept.
struct CheckedStart: AsyncSequence {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let body: RequestBody
    let kind: ImportRun.Kind

    func makeAsyncIterator() -> Iterator { Iterator(pieces: body.makeAsyncIterator(), kind: kind) }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error

        let pieces: RequestBody.AsyncIterator
        let kind: ImportRun.Kind
        var start: [UInt8]? = []

        mutating func next() async throws -> [UInt8]? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            guard var start else { return try await pieces.next() }
            while start.count < 4, let piece = try await pieces.next() { start += piece }
            self.start = nil
            guard kind.mayBegin(with: start) else {
                throw Problem.badRequest("The body is no \(kind.fileName): send the file as it is, and not as a form.")
            }
            return start
        }
    }
}

extension ImportRun.Kind {
    fileprivate var fileName: String {
        switch self {
        case .camtrapDP: "zip archive"
        case .megaDetector: "JSON object"
        }
    }

    fileprivate func mayBegin(with bytes: [UInt8]) -> Bool {
        switch self {
        case .camtrapDP: bytes.starts(with: [0x50, 0x4B])
        case .megaDetector:
            bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) } == UInt8(ascii: "{")
        }
    }
}
