import Core
import FoundationEssentials

/// Parts of the log that were put aside when they were full.
struct OldLogFiles: Retainable {
    let file: String

    private static let life = Duration.seconds(90 * 86_400)

    let name = "log-files"
    let rule = "Rotated log files that nobody wrote to for 90 days."

    func expired(at now: Timestamp) async throws -> Int { over(at: now).count }

    func removeSome(at now: Timestamp) async throws -> Int {
        let over = over(at: now)
        for path in over { try FileManager.default.removeItem(atPath: path) }
        return over.count
    }

    private func over(at now: Timestamp) -> [String] {
        (1...9).map { "\(file).\($0)" }.filter { path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            guard let modified = attributes?[.modificationDate] as? Date else { return false }
            return Timestamp(secondsSince1970: modified.timeIntervalSince1970) < now - Self.life
        }
    }
}
