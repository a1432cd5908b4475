internal import FoundationEssentials

/// What this machine's processor can do, as the kernel lists it.
package struct CPUFeatures: Hashable, Sendable {
    package let flags: Set<String>
    package let modelName: String

    package init(flags: Set<String>, modelName: String = "unknown") {
        self.flags = flags
        self.modelName = modelName
    }

    /// Matrix tiles that multiply bfloat16: only there is bf16 chosen without being asked for.
    package var hasAMXBF16: Bool { flags.contains("amx_bf16") }
    /// Instructions that multiply bfloat16 at all; without them bf16 is emulated and slow.
    package var hasBF16: Bool { hasAMXBF16 || flags.contains("avx512_bf16") }

    /// Reads `/proc/cpuinfo`, or a text of the same form; knows nothing where it is absent.
    package init(cpuinfo: String) {
        var flags: Set<String> = []
        var modelName = "unknown"
        for line in cpuinfo.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = line[..<colon]
            let value = line[line.index(after: colon)...]
            if key.hasPrefix("flags") {
                flags = Set(value.split(separator: " ").map(String.init))
            } else if key.hasPrefix("model name") {
                modelName = String(value.drop { $0 == " " })
            }
            if !flags.isEmpty, modelName != "unknown" { break }
        }
        self.init(flags: flags, modelName: modelName)
    }

    package static let current = CPUFeatures(
        cpuinfo: (try? String(contentsOf: URL(filePath: "/proc/cpuinfo"), encoding: .utf8)) ?? ""
    )
}
