import FoundationEssentials

/// Where the program finds its pages, models and catalogue.
enum ShareFolder {
    /// The folder `share` beside the program, or the checkout it was built in.
    static func locate() throws -> String {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var folder = URL(filePath: program).deletingLastPathComponent()
        let beside = folder.appending(path: "share").path
        if FileManager.default.fileExists(atPath: beside + "/Models") { return beside }
        while folder.path != "/" {
            if FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
                return folder.path
            }
            folder.deleteLastPathComponent()
        }
        throw ConfigurationFault("no folder with Web, Models and Catalogue was found; name it with --share")
    }
}
