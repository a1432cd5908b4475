import Core
import HTTPServer

/// A camera profile as the API shows it.
struct ProfileAnswer: APIValue {
    let name: String
    let about: String
    let origin: CameraProfile.Origin
    let matches: [String: String]
    let reports: String?
    let fields: [ProfileField]
    let text: String
    let trouble: Trouble?

    /// A file of which the profile could not tell whether it is for it, or what stands in it.
    struct Trouble: APIValue {
        let file: String
        let reason: String
        let at: Timestamp
    }

    static let notes = [
        "fields": "What it finds out.", "matches": "What it is for: patterns that all hold.",
        "origin": "own: written here; file: of the folder camera_profiles; shipped: comes with the program.",
        "reports": "The pattern for names of reports.", "text": "As it is written, in YAML.",
        "trouble":
            "The last file on which a pattern took too many steps, so that it counted as not fitting; null where all is well, and for who sees some sites alone.",
    ]

    init(_ profile: CameraProfile, trouble: ProfileStore.Trouble? = nil) {
        name = profile.name
        about = profile.about
        origin = profile.origin
        matches = Dictionary(uniqueKeysWithValues: profile.matches.map { ($0.subject.rawValue, $0.pattern.source) })
        reports = profile.report?.source
        fields = ProfileField.allCases.filter { profile.sources[$0] != nil }
        text = profile.text
        self.trouble = trouble.map { Trouble(file: $0.filename, reason: $0.reason, at: $0.at) }
    }
}

/// What samples came to.
struct TrialAnswer: APIValue {
    let samples: [SampleAnswer]

    struct SampleAnswer: APIValue {
        let name: String
        let kind: TryProfile.Kind
        let profile: String?
        let mismatch: String?
        let problem: String?
        let fields: [FieldAnswer]
        static let notes = [
            "mismatch": "Why the profile is not for it; it was read nevertheless.",
            "problem": "Why nothing of the picture could be read.", "profile": "By which it was read.",
        ]

        init(_ result: TryProfile.Result) {
            name = result.path
            kind = result.kind
            profile = result.reading.profile
            mismatch = result.strangeness
            problem = result.fault
            fields = result.reading.outcomes.map(FieldAnswer.init)
        }
    }

    struct FieldAnswer: APIValue {
        let field: ProfileField
        let value: String?
        let source: String?
        let misses: [String]
        static let notes = [
            "misses": "Why the places before it gave nothing.", "source": "Where the value stands.",
            "value": "What it came to; null for nothing.",
        ]

        init(_ outcome: ProfileReading.Outcome) {
            field = outcome.field
            value = outcome.value
            source = outcome.source
            misses = outcome.misses
        }
    }
}
