import Core

/// The form of an encrypted file: a head, then chunks of 64 KiB, each a little longer than its content.
enum SealedFile {
    static let magic = Array("HEDGESEAL1".utf8)
    static let chunk = 64 << 10
    static let headSize = magic.count + SecretKey.saltSize + 3 + 8 + SecretStreamReader.headerSize

    struct Head {
        let salt: [UInt8]
        let cost: SecretKey.Cost
        let check: [UInt8]
        let header: [UInt8]

        /// `nil` for a file that is not encrypted.
        init?(_ bytes: [UInt8]) {
            guard bytes.count >= headSize, bytes.starts(with: magic) else { return nil }
            var rest = bytes[magic.count...]
            func take(_ count: Int) -> [UInt8] {
                defer { rest = rest.dropFirst(count) }
                return Array(rest.prefix(count))
            }
            salt = take(SecretKey.saltSize)
            let figures = take(3)
            cost = SecretKey.Cost(passes: Int(figures[0]), megabytes: Int(figures[1]) << 8 | Int(figures[2]))
            check = take(8)
            header = take(SecretStreamReader.headerSize)
        }

        /// Whether making the key costs no more than an honest file asks for.
        var isHonest: Bool { (1...10).contains(cost.passes) && (8...1_024).contains(cost.megabytes) }
    }

    /// Encrypts what it is given.
    final class Sealing {
        private var writer: SecretStreamWriter
        private var rest: [UInt8] = []
        private var head: [UInt8]?

        init(_ seal: Seal) {
            writer = SecretStreamWriter(key: seal.key)
            let cost = [seal.cost.passes & 0xFF, seal.cost.megabytes >> 8, seal.cost.megabytes & 0xFF].map { UInt8($0) }
            head = magic + seal.salt + cost + seal.check + writer.header
        }

        func push(_ piece: [UInt8]) -> [UInt8] {
            var sealed = takeHead()
            rest += piece
            var start = 0
            // The last chunk is another kind, so one is held back.
            while rest.count - start > chunk {
                sealed += writer.seal(Array(rest[start..<start + chunk]), isLast: false)
                start += chunk
            }
            rest.removeFirst(start)
            return sealed
        }

        func finish() -> [UInt8] { takeHead() + writer.seal(rest, isLast: true) }

        private func takeHead() -> [UInt8] {
            defer { head = nil }
            return head ?? []
        }
    }

    /// Decrypts what comes after the head.
    final class Opening {
        private var reader: SecretStreamReader
        private var rest: [UInt8] = []
        private let name: String

        init(_ head: Head, _ key: SecretKey, name: String) throws {
            guard let reader = SecretStreamReader(key: key, header: head.header) else {
                throw BackupFault.damaged("\(name) cannot be decrypted")
            }
            self.reader = reader
            self.name = name
        }

        func push(_ piece: [UInt8]) throws -> [UInt8] {
            rest += piece
            let size = chunk + SecretStreamWriter.overhead
            var content: [UInt8] = []
            var start = 0
            while rest.count - start > size {
                let (bytes, isLast) = try open(Array(rest[start..<start + size]))
                guard !isLast else { throw BackupFault.damaged("\(name) goes on after its end") }
                content += bytes
                start += size
            }
            rest.removeFirst(start)
            return content
        }

        func finish() throws -> [UInt8] {
            let (content, isLast) = try open(rest)
            guard isLast else { throw BackupFault.damaged("the end of \(name) is missing") }
            return content
        }

        private func open(_ chunk: [UInt8]) throws -> (content: [UInt8], isLast: Bool) {
            guard let opened = reader.open(chunk) else { throw BackupFault.damaged("\(name) was changed or cut") }
            return opened
        }
    }
}
