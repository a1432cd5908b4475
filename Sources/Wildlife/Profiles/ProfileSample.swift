import Imaging

/// What a profile looks at: a picture's names and facts, or a camera's report.
struct ProfileSample: Sendable {
    /// Folders and name, as it came.
    var path: String
    var exif = ExifFacts()
    /// The content of a report; `nil` for a picture.
    var report: String?

    var filename: String { path.split(separator: "/").last.map(String.init) ?? path }
    var folder: String { path.split(separator: "/").dropLast().joined(separator: "/") }

    func word(_ subject: CameraProfile.Subject) -> String? {
        switch subject {
        case .make: exif.make
        case .model: exif.model
        case .software: exif.software
        case .folder: folder
        case .filename: filename
        }
    }

    /// What people or cameras wrote in words.
    var texts: [String] { report.map { [$0] } ?? [exif.description, exif.comment].compactMap(\.self) }

    /// The value of a line of a report such as `Battery: 80` or `battery=80`.
    func line(_ key: String) -> String? {
        guard let report else { return nil }
        for line in report.split(whereSeparator: \.isNewline) {
            guard let sign = line.firstIndex(where: { ":=,;\t".contains($0) }) else { continue }
            guard Self.plain(line[..<sign]) == key.lowercased() else { continue }
            return String(Self.trimmed(line[line.index(after: sign)...]))
        }
        return nil
    }

    private static func plain(_ text: Substring) -> String { String(trimmed(text)).lowercased() }

    private static func trimmed(_ text: Substring) -> Substring {
        let isEdge = { (sign: Character) in sign.isWhitespace || sign == "\"" }
        var text = text.drop(while: isEdge)
        while let last = text.last, isEdge(last) { text.removeLast() }
        return text
    }
}

/// A fact that cameras write into their pictures.
enum ExifField: String, CaseIterable, Codable, Sendable {
    case make = "Make"
    case model = "Model"
    case software = "Software"
    case serial = "SerialNumber"
    case description = "ImageDescription"
    case comment = "UserComment"
    /// What its owner named a camera by Reconyx.
    case label = "UserLabel"
    case time = "DateTimeOriginal"
    case latitude = "GPSLatitude"
    case longitude = "GPSLongitude"
    /// In degrees Celsius.
    case temperature = "AmbientTemperature"
    /// In volts, from the notes of cameras by Reconyx.
    case battery = "BatteryVoltage"

    func text(in facts: ExifFacts) -> String? {
        switch self {
        case .make: facts.make
        case .model: facts.model
        case .software: facts.software
        case .serial: facts.serial
        case .description: facts.description
        case .comment: facts.comment
        case .label: facts.label
        case .time: facts.takenAt?.description
        case .latitude: facts.location.map { "\($0.latitude)" }
        case .longitude: facts.location.map { "\($0.longitude)" }
        case .temperature: facts.temperature.map { "\($0)" }
        case .battery: facts.batteryVolts.map { "\($0)" }
        }
    }
}
