import Core
import Imaging

/// Takes the pictures and videos of a folder, such as a camera's card; begun again it goes on where it was, since what is known is
/// passed over.
package struct IngestCard: Sendable {
    /// Where the code of the camera is found.
    package enum CameraSource: Sendable {
        /// In the pictures, where they tell.
        case pictures
        case code(String)
        /// Each folder at the top is called like a camera.
        case folders
    }

    package enum Outcome: Sendable {
        case taken
        case known
        /// Of a camera's condition.
        case report
        /// With the reason.
        case rejected(String)
    }

    private static let atOnce = 4
    let receive: ReceiveFile
    let limits: ByteLimits
    private let files = WorkPool(name: "card", width: 2, depth: 16)

    init(receive: ReceiveFile, limits: ByteLimits) {
        self.receive = receive
        self.limits = limits
    }

    /// Takes every file below the folder; `tell` hears of each, in any order, with how many there are.
    ///
    /// - Throws: what stops all of it, such as a disk that is full; what was taken until then stays taken.
    package func callAsFunction(
        _ folder: String,
        from source: CameraSource,
        tell: @escaping @Sendable (_ path: String, Outcome, _ count: Int) -> Void
    ) async throws {
        let walk = try await files.run { try FolderWalk(of: folder) }
        let found = walk.files
        let count = found.count + walk.passedOver.count
        for (path, reason) in walk.passedOver { tell(path, .rejected("It was passed over: \(reason)."), count) }
        try await withThrowingTaskGroup(of: (String, Outcome).self) { group in
            var running = 0
            for file in found {
                if running == Self.atOnce, let (path, outcome) = try await group.next() {
                    tell(path, outcome, count)
                    running -= 1
                }
                running += 1
                group.addTask { (file.path, try await take(file, in: folder, from: source)) }
            }
            for try await (path, outcome) in group { tell(path, outcome, count) }
        }
    }

    private static func code(of folder: String) -> String? {
        Camera.isCode(folder) ? folder : Camera.code(from: folder)
    }

    private func take(
        _ file: DropFolder.Sighting,
        in folder: String,
        from source: CameraSource
    ) async throws -> Outcome {
        guard file.status.size > 0 else { return .rejected("It is empty.") }
        let local = LocalFile(path: folder + "/" + file.path)
        let parts = file.path.split(separator: "/").map(String.init)
        var delivery = Delivery(filename: parts.last ?? file.path, path: file.path, bytes: [], door: .card)
        switch source {
        case .pictures: break
        case .code(let code): delivery.camera = code
        case .folders: delivery.camera = parts.count > 1 ? Self.code(of: parts[0]) : nil
        }
        do {
            let limits = limits
            guard let content = try await files.run({ try local.load(size: file.status.size, limits) }) else {
                return .rejected("It changed or went away while it was read.")
            }
            delivery.content = content
            switch try await receive(delivery) {
            case .picture(let receipt): return receipt.isKnown ? .known : .taken
            case .report: return .report
            }
        } catch {
            guard let reason = ReceiveFile.refusal(error) else { throw error }
            return .rejected(reason)
        }
    }
}
