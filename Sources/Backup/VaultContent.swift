import Core
import ObjectStore

/// A file of the vault as it is read, decrypted where it is encrypted.
struct VaultContent: AsyncSequence {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let name: String
    let pieces: ObjectContent.Pieces
    let secret: BackupSecret?
    /// A file that is not encrypted may begin as an encrypted one does; `nil` when it is not known what it is.
    let isSealed: Bool?
    /// What is thrown when it is not encrypted and should be.
    var refusal: BackupFault?

    func makeAsyncIterator() -> Iterator { Iterator(content: self, pieces: pieces.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error

        let content: VaultContent
        var pieces: ObjectContent.Pieces.Iterator
        private var hasBegun = false
        private var isOver = false
        private var opening: SealedFile.Opening?

        init(content: VaultContent, pieces: ObjectContent.Pieces.Iterator) {
            self.content = content
            self.pieces = pieces
        }

        mutating func next() async throws -> [UInt8]? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            if !hasBegun {
                hasBegun = true
                let first = try await begin()
                if !first.isEmpty { return first }
            }
            while !isOver {
                guard let piece = try await pieces.next() else {
                    isOver = true
                    let last = try opening?.finish() ?? []
                    return last.isEmpty ? nil : last
                }
                let bytes = try opening?.push(piece) ?? piece
                if !bytes.isEmpty { return bytes }
            }
            return nil
        }

        private mutating func begin() async throws -> [UInt8] {
            guard content.isSealed != false else { return [] }
            var start: [UInt8] = []
            while start.count < SealedFile.headSize, let piece = try await pieces.next() { start += piece }
            guard let head = SealedFile.Head(start) else {
                guard content.isSealed == nil else {
                    throw content.refusal ?? .damaged("\(content.name) is not encrypted")
                }
                return start
            }
            guard let secret = content.secret else { throw BackupFault.keyMissing(content.name) }
            guard head.isHonest else { throw BackupFault.damaged("the head of \(content.name) was changed") }
            let seal = try await Seal(head.salt, with: secret, cost: head.cost)
            guard constantTimeEqual(seal.check, head.check) else { throw BackupFault.wrongKey(content.name) }
            let opening = try SealedFile.Opening(head, seal.key, name: content.name)
            self.opening = opening
            return try opening.push(Array(start.dropFirst(SealedFile.headSize)))
        }
    }
}

/// Content on its way into the vault, encrypted where there is a seal.
struct VaultUpload<Base: AsyncSequence>: AsyncSequence where Base.Element == [UInt8], Base.Failure == any Error {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let base: Base
    let seal: Seal?

    func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), sealing: seal.map { SealedFile.Sealing($0) })
    }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error

        var base: Base.AsyncIterator
        let sealing: SealedFile.Sealing?
        private var isOver = false

        init(base: Base.AsyncIterator, sealing: SealedFile.Sealing?) {
            self.base = base
            self.sealing = sealing
        }

        mutating func next() async throws -> [UInt8]? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            while !isOver {
                guard let piece = try await base.next(isolation: actor) else {
                    isOver = true
                    return sealing?.finish()
                }
                let bytes = sealing?.push(piece) ?? piece
                if !bytes.isEmpty { return bytes }
            }
            return nil
        }
    }
}
