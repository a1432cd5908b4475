import Archive
import Core

extension Privacy {
    /// Writes all that is kept about somebody as one archive, while it is read; what came first may be older than what came
    /// last.
    func export(_ user: User.ID, _ sink: @escaping ([UInt8]) async throws -> Void) async throws {
        var archive = try ZipWriter(modified: accounts.clock.now(), sink)
        try await archive.add("README.txt", Array(readme.utf8))
        for part in parts { try await part.export(user, into: &archive) }
        try await archive.finish()
    }

    private var readme: String {
        let files = parts.flatMap(\.contents)
        let width = files.map(\.file.count).max() ?? 0
        let lines = files.map { file, meaning in
            file + String(repeating: " ", count: width + 2 - file.count) + meaning
        }
        return """
            What this Hedgerow keeps about you, made on \(accounts.clock.now()).

            \(lines.joined(separator: "\n"))

            Files that end in .json are text; times are in UTC. Pictures are as you sent them, with all that
            your camera wrote into them.

            """
    }
}
