import Core
import Glibc

/// The few things that a store does with folders.
enum Folder {
    /// Makes the folder for the owner alone; it may be there already.
    static func make(_ path: String) throws {
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            // Nothing above the store's own folder is made: a missing disk must not turn into a folder.
            if errno == ENOENT { throw ObjectFault(.unavailable, "the folder above \(path) does not exist") }
            throw ObjectFault.system("making \(path)")
        }
    }

    /// Makes `path` and what is missing between it and `top`, each entry durable in its parent.
    static func makeAll(_ path: String, below top: String) throws {
        guard path.utf8.count > top.utf8.count, unsafe access(path, F_OK) != 0 else { return }
        let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        try makeAll(parent, below: top)
        try make(path)
        try sync(parent)
    }

    /// Whether the one folder is the other, or below it; links are followed as far as the folders exist.
    static func lies(_ path: String, within outer: String) -> Bool {
        (resolved(path) + "/").hasPrefix(resolved(outer) + "/")
    }

    /// The whole path, without a slash at its end, so that the root is empty.
    private static func resolved(_ path: String) -> String {
        var there = path.hasPrefix("/") ? path : "./" + path
        var rest = ""
        while true {
            if let real = unsafe realpath(there, nil) {
                defer { unsafe free(real) }
                let real = unsafe String(cString: real)
                return (real == "/" ? "" : real) + rest
            }
            guard let slash = there.lastIndex(of: "/") else { return path }
            let word = there[there.index(after: slash)...]
            if !word.isEmpty { rest = "/\(word)\(rest)" }
            there = slash == there.startIndex ? "/" : String(there[..<slash])
        }
    }

    /// Makes the folder's entries durable.
    static func sync(_ path: String) throws {
        let opened = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard let folder = FileDescriptor(owning: opened) else { throw ObjectFault.system("opening \(path)") }
        guard fsync(folder.number) == 0 else { throw ObjectFault.system("syncing \(path)") }
    }

    /// The names in the folder in no order, without those that begin with a dot; none when there is no folder.
    static func names(in path: String) throws -> [String] {
        guard let stream = unsafe opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw ObjectFault.system("listing \(path)")
        }
        defer { _ = unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    static func freeBytes(_ path: String) throws -> Int64 {
        guard let space = DiskSpace(of: path) else { throw ObjectFault.system("looking at \(path)") }
        return space.free
    }
}
