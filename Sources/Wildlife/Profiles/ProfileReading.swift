import HTTPServer
import Core
import Imaging

/// What is known of a picture, or told by a report, and where each word of it stands.
struct ProfileReading: Sendable {
    /// What one field came to.
    struct Outcome: Sendable {
        let field: ProfileField
        let value: String?
        /// Where it stands; without a value nothing.
        let source: String?
        /// Why the other places gave nothing.
        let misses: [String]
    }

    /// The profile it was read by; `nil` for what cameras write in the standard way.
    var profile: String?
    var code: String?
    var time: CaptureTime?
    var location: GeoPoint?
    var temperature: Double?
    /// In percent.
    var battery: Int?
    /// What is free of the camera's storage, in percent.
    var storage: Int?
    var serial: String?
    var outcomes: [Outcome] = []
    /// Patterns that took too many steps.
    var troubles: [ProfileTrouble] = []

    /// Whether it tells how the camera is.
    var hasCondition: Bool { temperature != nil || battery != nil || storage != nil }

    /// By no profile.
    init(_ facts: ExifFacts) {
        time = facts.takenAt
        location = facts.location.flatMap { GeoPoint(latitude: $0.latitude, longitude: $0.longitude) }
        temperature = facts.temperature
        serial = facts.serial
    }

    /// By a profile; of what it says nothing the picture's standard facts count.
    init(_ sample: ProfileSample, by profile: CameraProfile) {
        self.init(sample.exif)
        self.profile = profile.name
        if profile.sources[.latitude] != nil || profile.sources[.longitude] != nil { location = nil }
        var latitude: Double?
        var longitude: Double?
        for field in ProfileField.allCases {
            guard let sources = profile.sources[field] else { continue }
            forget(field)
            var misses: [String] = []
            var found: (value: String, source: String)?
            for source in sources {
                do {
                    guard let text = try source.text(in: sample) else {
                        misses.append("\(source): nothing there")
                        continue
                    }
                    guard let value = take(field, text, source, sample, &latitude, &longitude) else {
                        misses.append("\(source): “\(text.prefix(60))” is \(field.refusal)")
                        continue
                    }
                    found = (value, "\(source)")
                    break
                } catch {
                    misses.append("\(source): \(error)")
                    let reason = "\(field.rawValue): \(source): \(error)"
                    troubles.append(ProfileTrouble(profile: profile.name, reason: reason))
                }
            }
            outcomes.append(Outcome(field: field, value: found?.value, source: found?.source, misses: misses))
        }
        // Cameras without a fix write zeros.
        if let place = GeoPoint(latitude, longitude), latitude != 0 || longitude != 0 { location = place }
    }

    private mutating func forget(_ field: ProfileField) {
        switch field {
        case .time: time = nil
        case .temperature: temperature = nil
        case .serial: serial = nil
        case .id, .latitude, .longitude, .battery, .storage: break
        }
    }

    /// How the value is written; `nil` when the text is none.
    private mutating func take(
        _ field: ProfileField,
        _ text: String,
        _ source: ProfileSource,
        _ sample: ProfileSample,
        _ latitude: inout Double?,
        _ longitude: inout Double?
    ) -> String? {
        switch field {
        case .id:
            code = Camera.isCode(text) ? text : Camera.code(from: text)
            return code
        case .serial:
            let clean = PlainText.clean(text, limit: 64)
            serial = clean.isEmpty ? nil : clean
            return serial
        case .time:
            if let format = source.format {
                time = format.time(text)
            } else if case .exif(.time, nil) = source.place {
                time = sample.exif.takenAt
            }
            return time?.description
        case .latitude, .longitude:
            let limit = field == .latitude ? 90.0 : 180.0
            guard let degrees = source.number(text, for: field), abs(degrees) <= limit else { return nil }
            if field == .latitude { latitude = degrees } else { longitude = degrees }
            return "\(degrees)"
        case .temperature:
            guard let degrees = source.number(text, for: field), ExifFacts.plausibleTemperatures.contains(degrees)
            else {
                return nil
            }
            let rounded = (degrees * 10).rounded() / 10
            temperature = rounded
            return "\(rounded) °C"
        case .battery, .storage:
            guard let share = source.number(text, for: field), (0...100).contains(share) else { return nil }
            let percent = Int(share.rounded())
            if field == .battery { battery = percent } else { storage = percent }
            return "\(percent) %"
        }
    }
}

extension ProfileField {
    /// What a text is that gives no value.
    fileprivate var refusal: String {
        switch self {
        case .id, .serial: "no name"
        case .time: "not written as the format says"
        case .latitude: "not in degrees from -90 to 90"
        case .longitude: "not in degrees from -180 to 180"
        case .temperature: "no temperature from -90 to 90 °C"
        case .battery, .storage: "not from 0 to 100 %"
        }
    }
}
