/// A form whose parts have been collected, in order; a name may come several times.
package struct Form: Sendable {
    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    package struct File: Sendable, Hashable {
        /// The name of the field.
        package let name: String
        package let filename: String
        package let contentType: String?
        package let bytes: [UInt8]
    }

    package internal(set) var fields: [Field] = []
    package internal(set) var files: [File] = []

    package init() {}

    package func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
    package func files(_ name: String) -> [File] { files.filter { $0.name == name } }

    /// The only value of a field, or `nil` when there is none.
    ///
    /// - Throws: a 422 when there are several.
    package func value(_ name: String) throws -> String? {
        let values = values(name)
        guard values.count <= 1 else {
            throw Problem.unprocessable(["body", name], "is given \(values.count) times", type: "repeated")
        }
        return values.first
    }

    /// The one file of a form in which it may have any of these names.
    ///
    /// - Throws: a 422 when there is none, or more than one.
    package func file(_ names: String...) throws -> File {
        let found = files.filter { names.contains($0.name) }
        guard let file = found.first else {
            throw Problem.unprocessable(["body", names[0]], "is missing: send one file", type: "missing")
        }
        guard found.count == 1 else {
            throw Problem.unprocessable(
                ["body", file.name],
                "is given \(found.count) times: send one file",
                type: "repeated"
            )
        }
        return file
    }
}

extension Request {
    /// Reads the form, part by part, as it comes.
    ///
    /// `body` gets each part's head and its pieces; what it leaves unread is skipped.
    ///
    /// - Throws: a 400 when the body is no well-formed form or has more than `most` parts, or what `body` throws.
    package func multipart(
        most: Int = 256,
        _ read: (PartHead, inout PartReader) async throws -> Void
    ) async throws {
        var stream = try MultipartStream(contentType: headers["content-type"] ?? "", body: body, most: most)
        while let head = try await stream.nextPart() {
            var reader = PartReader(stream: stream)
            try await read(head, &reader)
            stream = reader.stream
            try await stream.skipPart()
        }
    }

    /// Collects the form within bounds.
    ///
    /// - Parameters:
    ///   - maxFiles: more are refused.
    ///   - maxFileBytes: of each; what the route takes when it is `nil`.
    ///   - maxFieldBytes: of each field that is no file.
    ///   - take: reads a file that is not to be collected in memory; what it returns stands for its bytes.
    /// - Returns: the form.
    /// - Throws: a 400 when the body is no form, a 413 when a file is too large, a 422 when there are too many.
    package func form(
        maxFiles: Int = 1,
        maxFileBytes: Int? = nil,
        maxFieldBytes: Int = 64 << 10,
        take: ((PartHead, inout PartReader) async throws -> [UInt8])? = nil
    ) async throws -> Form {
        var form = Form()
        let fileLimit = maxFileBytes ?? route.limits.body
        try await multipart { head, part in
            if let filename = head.filename {
                guard form.files.count < maxFiles else {
                    throw Problem.unprocessable(
                        ["body", head.name],
                        "is one file too many: at most \(maxFiles)",
                        type: "too_many"
                    )
                }
                let bytes =
                    if let take { try await take(head, &part) } else { try await part.collect(upTo: fileLimit) }
                form.files.append(
                    Form.File(name: head.name, filename: filename, contentType: head.contentType, bytes: bytes)
                )
            } else {
                guard !route.body.isFile(head.name) else {
                    throw Problem.unprocessable(
                        ["body", head.name],
                        "has no file name: send it as a file",
                        type: "no_file_name"
                    )
                }
                let bytes = try await part.collect(field: head.name, upTo: maxFieldBytes)
                guard let value = String(validating: bytes, as: UTF8.self) else {
                    throw Problem.unprocessable(["body", head.name], "is not UTF-8")
                }
                form.fields.append(Form.Field(name: head.name, value: value))
            }
        }
        return form
    }
}

/// The way to the content of one part.
package struct PartReader {
    var stream: MultipartStream

    /// The next piece; `nil` at the end of the part.
    package mutating func next() async throws -> [UInt8]? { try await stream.nextPiece() }

    /// The whole part.
    ///
    /// - Throws: a 413 when it is longer than `limit`.
    package mutating func collect(upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await next() {
            guard bytes.count + piece.count <= limit else { throw Problem.tooLarge(limit) }
            bytes += piece
        }
        return bytes
    }

    /// The whole of a field that is no file.
    ///
    /// - Throws: a 422 that names the field when it is longer than `limit`.
    package mutating func collect(field name: String, upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await next() {
            guard bytes.count + piece.count <= limit else {
                throw Problem.unprocessable(["body", name], "is longer than \(limit) bytes", type: "too_long")
            }
            bytes += piece
        }
        return bytes
    }
}

/// Feeds the parser from the body and queues its events.
struct MultipartStream {
    private var parser: MultipartParser
    private var pieces: RequestBody.AsyncIterator
    private var events: [MultipartParser.Event] = []
    private var position = 0
    private var isInPart = false

    init(contentType: String, body: RequestBody, most: Int) throws {
        do {
            parser = try MultipartParser(contentType: contentType, limits: .init(parts: most))
        } catch {
            throw Problem.badRequest("The form \(error.reason).")
        }
        pieces = body.makeAsyncIterator()
    }

    mutating func nextPart() async throws -> PartHead? {
        while let event = try await nextEvent() {
            if case .began(let head) = event {
                isInPart = true
                return head
            }
        }
        return nil
    }

    mutating func nextPiece() async throws -> [UInt8]? {
        guard isInPart else { return nil }
        while let event = try await nextEvent() {
            switch event {
            case .data(let bytes): return bytes
            case .ended:
                isInPart = false
                return nil
            case .began, .finished: break
            }
        }
        return nil
    }

    mutating func skipPart() async throws { while try await nextPiece() != nil {} }

    private mutating func nextEvent() async throws -> MultipartParser.Event? {
        while position == events.count {
            guard let piece = try await pieces.next() else {
                do { try parser.finish() } catch { throw Problem.badRequest("The form \(error.reason).") }
                return nil
            }
            do { events = try parser.feed(piece) } catch { throw Problem.badRequest("The form \(error.reason).") }
            position = 0
        }
        defer { position += 1 }
        return events[position]
    }
}
