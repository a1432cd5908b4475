import Core
import FoundationEssentials
import HTTPServer
import Imaging

/// Takes what cameras put down in a folder: each has a folder of its own in it, named by its code.
///
/// A file is removed once it is on the disk elsewhere, as a picture or in quarantine; before that it stays, whatever fails.
actor WatchDropFolder: Service {
    struct Options: Sendable {
        var folder: String
        /// For how long a complete file has not changed.
        var quiet: Duration
        /// For how long a file that is no whole picture may still be continued by its sender.
        var patience: Duration
        var limits: ByteLimits
    }

    nonisolated let name = "drop folder"
    private let options: Options
    private let receive: ReceiveFile
    private let quarantine: Quarantine
    private let files = WorkPool(name: "drop folder", width: 2, depth: 64)
    private let log: Log
    private var folder: DropFolder
    private var complaints: Set<String> = []

    private static let pause = Duration.seconds(1)
    private static let atOnce = 4
    private static let mostBatch = 500
    /// After a fault that has nothing to do with the file.
    private static let setback = Duration.seconds(15)

    init(_ options: Options, receive: ReceiveFile, quarantine: Quarantine, log: Log) {
        self.options = options
        self.receive = receive
        self.quarantine = quarantine
        self.log = log
        folder = DropFolder(quiet: options.quiet)
    }

    func run() async throws {
        try FileManager.default.createDirectory(atPath: options.folder, withIntermediateDirectories: true)
        var wasMissing = false
        while !Task.isCancelled {
            do {
                try await look()
                wasMissing = false
            } catch is CancellationError {
                return
            } catch {
                if !wasMissing {
                    log.error(
                        "drop folder cannot be read",
                        ["folder": .string(options.folder), "reason": .string("\(error)")]
                    )
                }
                wasMissing = true
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// One look at all files; those that are complete are taken, a few at a time.
    private func look() async throws {
        let root = options.folder
        let seen = try await files.run { try FolderWalk(of: root) }
        complain(of: seen.passedOver)
        let ready = folder.ready(seen.files, at: .now).prefix(Self.mostBatch)
        await withTaskGroup(of: Void.self) { group in
            for (index, file) in ready.enumerated() {
                if index >= Self.atOnce { await group.next() }
                group.addTask { await self.take(file) }
            }
        }
    }

    /// Each is told once, as long as it is there.
    private func complain(of passedOver: [(path: String, reason: String)]) {
        let now = Set(passedOver.map(\.path))
        for (path, reason) in passedOver where !complaints.contains(path) {
            log.warning(
                "something in the drop folder is passed over",
                ["path": .string(path), "reason": .string(reason)]
            )
        }
        complaints = now
    }

    private func take(_ file: DropFolder.Sighting) async {
        let local = LocalFile(path: options.folder + "/" + file.path)
        let camera = file.path.split(separator: "/").first.map(String.init)
        var delivery = Delivery(
            filename: file.path.split(separator: "/").last.map(String.init) ?? file.path,
            path: file.path,
            bytes: [],
            door: .ftp,
            camera: file.path.contains("/") ? camera : nil
        )
        do {
            guard file.status.size > 0 else { return try await reject(file, delivery, "It is empty.") }
            let limits = options.limits
            do {
                guard let content = try await files.run({ try local.load(size: file.status.size, limits) }) else {
                    return
                }
                delivery.content = content
                _ = try await receive(delivery)
                try await files.run { try local.remove(file.status) }
            } catch {
                guard let reason = ReceiveFile.refusal(error) else { throw error }
                try await reject(file, delivery, reason)
            }
        } catch is CancellationError {
            return
        } catch {
            folder.postpone(file.path, until: .now + Self.setback)
            log.warning(
                "file of the drop folder is left for later",
                ["file": .string(file.path), "reason": .string("\(error)")]
            )
        }
    }

    /// Its sender may have been interrupted and go on: it is given up only after a while.
    private func reject(_ file: DropFolder.Sighting, _ delivery: Delivery, _ reason: String) async throws {
        let age = folder.age(of: file.path, at: .now)
        guard age >= options.patience else {
            return folder.postpone(file.path, until: .now + (options.patience - age))
        }
        let local = LocalFile(path: options.folder + "/" + file.path)
        try await quarantine.keep(delivery, fileAt: local.path, size: file.status.size, reason: reason)
        try await files.run { try local.remove(file.status) }
    }
}
