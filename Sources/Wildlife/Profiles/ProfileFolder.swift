import Core
import FoundationEssentials

/// Profiles that lie in a folder, one a file, in the order of the names of the files.
struct ProfileFolder: Sendable {
    let profiles: [CameraProfile]
    /// Of files that are left out.
    let faults: [YAMLFault]

    private static let most = 200

    /// It blocks; a folder that is not there has no profiles.
    init(_ folder: String, origin: CameraProfile.Origin) {
        var profiles: [CameraProfile] = []
        var faults: [YAMLFault] = []
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let files = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
        for name in files.prefix(Self.most) {
            let path = folder + "/" + name
            do {
                let bytes = FileManager.default.contents(atPath: path)
                guard let bytes, let text = String(bytes: bytes, encoding: .utf8) else {
                    throw YAMLFault(path: path, line: 1, reason: "cannot be read as text")
                }
                let profile = try CameraProfile.read(text, origin: origin, path: path)
                guard !profiles.contains(where: { $0.name == profile.name }) else {
                    throw YAMLFault(path: path, line: 1, reason: "name: another file of the folder has it")
                }
                profiles.append(profile)
            } catch let fault as YAMLFault {
                faults.append(fault)
            } catch {
                faults.append(YAMLFault(path: path, line: 1, reason: "\(error)"))
            }
        }
        if files.count > Self.most {
            let reason = "holds more than \(Self.most) profiles; the rest is left out"
            faults.append(YAMLFault(path: folder, line: 0, reason: reason))
        }
        self.profiles = profiles
        self.faults = faults
    }
}

/// Where profiles lie in files.
package struct ProfileFolders: Sendable {
    /// The operator's; `nil` for none.
    package var own: String?
    /// Those that come with the program.
    package var shipped: String?

    package init(own: String? = nil, shipped: String? = nil) {
        self.own = own
        self.shipped = shipped
    }

    /// It blocks.
    func read() -> [ProfileFolder] {
        [own.map { ProfileFolder($0, origin: .file) }, shipped.map { ProfileFolder($0, origin: .shipped) }]
            .compactMap(\.self)
    }

    /// How many there are, and what is wrong with the rest; it blocks.
    package func examine() -> (count: Int, faults: [String]) {
        let folders = read()
        return (folders.reduce(0) { $0 + $1.profiles.count }, folders.flatMap(\.faults).map { "\($0)" })
    }
}
