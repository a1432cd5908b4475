internal import Core
internal import FoundationEssentials

/// Reads folders and gives each file its address, those first that others refer to.
struct AssetBuilder {
    static let root = "/assets/"
    /// Larger files have no place in memory.
    private static let largest = 16 << 20

    private struct Source {
        let bytes: [UInt8]
        let isRewritten: Bool
    }

    private var sources: [String: Source] = [:]
    private var finished: [String: AssetFolder.Asset] = [:]

    mutating func read(_ mount: AssetFolder.Mount) throws {
        let prefix = mount.prefix.isEmpty || mount.prefix.hasSuffix("/") ? mount.prefix : mount.prefix + "/"
        for path in try FileManager.default.subpathsOfDirectory(atPath: mount.folder) {
            let file = mount.folder + "/" + path
            guard !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }),
                try FileManager.default.attributesOfItem(atPath: file)[.type] as? FileAttributeType == .typeRegular
            else { continue }
            let bytes = Array(try Data(contentsOf: URL(filePath: file)))
            guard bytes.count <= Self.largest else { throw AssetFault("\(file) is larger than \(Self.largest) bytes") }
            let isText = mount.isRewritten && MediaType.isText(MediaType.forFile(named: path))
            guard sources.updateValue(Source(bytes: bytes, isRewritten: isText), forKey: prefix + path) == nil else {
                throw AssetFault("two mounted folders hold \(prefix + path)")
            }
        }
    }

    mutating func build() throws(AssetFault) -> [String: AssetFolder.Asset] {
        for path in sources.keys.sorted() { _ = try finish(path, [], from: path) }
        return finished
    }

    private mutating func finish(
        _ path: String,
        _ trail: [String],
        from origin: String
    ) throws(AssetFault) -> AssetFolder.Asset {
        if let asset = finished[path] { return asset }
        guard !trail.contains(path) else { throw AssetFault(circle: trail.drop { $0 != path } + [path]) }
        guard let source = sources[path] else { throw AssetFault(file: origin, missing: path) }
        var bytes = source.bytes
        if source.isRewritten {
            bytes = try Self.rewrite(bytes, file: path) { (reference) throws(AssetFault) in
                try finish(reference, trail + [path], from: path).address
            }
        }
        let digest = SHA256(of: bytes).description
        let asset = AssetFolder.Asset(
            address: Self.root + Self.hashed(path, digest.prefix(8)),
            type: MediaType.forFile(named: path),
            bytes: bytes,
            tag: "\"\(digest.prefix(16))\""
        )
        finished[path] = asset
        return asset
    }

    /// Replaces each `/assets/path` after which no letter of a path follows; `address` gets the path below the root.
    static func rewrite(
        _ bytes: [UInt8],
        file: String,
        address: (String) throws(AssetFault) -> String
    ) throws(AssetFault) -> [UInt8] {
        let mark = Array(root.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == mark[0], bytes[index...].starts(with: mark),
                index == 0 || !isPathByte(bytes[index - 1])
            else {
                result.append(bytes[index])
                index += 1
                continue
            }
            var end = index + mark.count
            while end < bytes.count, isPathByte(bytes[end]) { end += 1 }
            // A full stop after a path ends a sentence; a bare folder is no file.
            while end > index + mark.count, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
            let path = String(decoding: bytes[(index + mark.count)..<end], as: UTF8.self)
            if path.isEmpty || path.hasSuffix("/") {
                result += bytes[index..<end]
            } else {
                result += try address(path).utf8
            }
            index = end
        }
        return result
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F: true
        default: false
        }
    }

    private static func hashed(_ path: String, _ hash: some StringProtocol) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "\(path).\(hash)" }
        let ending = name[dot...]
        return "\(path.dropLast(ending.count)).\(hash)\(ending)"
    }
}
