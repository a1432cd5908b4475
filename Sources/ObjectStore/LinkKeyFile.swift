import Core
import Glibc

/// The key that signs links to files; it lies in the store, so that every process that serves the store knows it.
enum LinkKeyFile {
    /// Reads the key, making it at the first time; of several processes that begin together one makes it.
    static func read(in folder: String) throws -> [UInt8] {
        let path = folder + "/links.key"
        if unsafe access(path, F_OK) != 0 { try make(path, in: folder) }
        guard let file = FileDescriptor(owning: unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) else {
            throw ObjectFault.system("opening \(path)")
        }
        var bytes = [UInt8](repeating: 0, count: ObjectLinks.shortestKey + 1)
        let count = unsafe pread(file.number, &bytes, bytes.count, 0)
        guard count == ObjectLinks.shortestKey else {
            throw ObjectFault(
                .other,
                "\(path) is damaged",
                cure: "remove that file, which ends all links that were handed out"
            )
        }
        return Array(bytes.prefix(ObjectLinks.shortestKey))
    }

    private static func make(_ path: String, in folder: String) throws {
        let partial = try PartialFile(in: folder + "/incoming")
        try partial.append(randomBytes(ObjectLinks.shortestKey))
        try partial.commitUnlessThere(to: path)
        try Folder.sync(folder)
    }
}
