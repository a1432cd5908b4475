import Core
import HTTPServer
import Imaging

/// Reads samples by a profile without keeping anything: what each field came to, from where, or why not.
struct TryProfile: Sendable {
    let profiles: CameraProfiles
    let pool: WorkPool

    static let most = 10

    enum Sample: Sendable {
        /// A picture, or a text for a report.
        case file(path: String, bytes: [UInt8])
        case name(String)

        var path: String {
            switch self {
            case .file(let path, _), .name(let path): path
            }
        }
    }

    enum Kind: String, CaseIterable, Codable, Sendable { case picture, report, name }

    struct Result: Sendable {
        let path: String
        let kind: Kind
        let reading: ProfileReading
        /// Why the profile that is tried is not for the sample, or none is.
        let strangeness: String?
        /// Why nothing of the file's content could be read.
        let fault: String?
    }

    /// With a profile that is tried; without one the sample chooses among those in use.
    func callAsFunction(_ samples: [Sample], by profile: CameraProfile?) async throws -> [Result] {
        let book = try await profiles.book()
        return try await pool.run { samples.map { Self.result($0, profile, book) } }
    }

    private static func result(_ sample: Sample, _ profile: CameraProfile?, _ book: ProfileBook) -> Result {
        var looked = ProfileSample(path: PlainText.clean(sample.path, limit: 1_000))
        var kind = Kind.name
        var fault: String?
        if case .file(_, let bytes) = sample {
            kind = ReportText.isText(looked.filename) ? .report : .picture
            if kind == .report {
                looked.report = ReportText.text(bytes)
            } else {
                do throws(PictureFault) {
                    looked.exif = try ImageInfo.probe(bytes).exif
                } catch {
                    fault = "\(error)"
                }
            }
        }
        var strangeness: String?
        if let profile {
            do throws(ProfileTrouble) {
                strangeness = try profile.isFor(looked) ? nil : profile.strangeness(of: looked)
            } catch {
                strangeness = error.reason
            }
        }
        var chosen = profile
        if profile == nil {
            let (found, troubles) = book.profile(for: looked)
            chosen = found
            if found == nil {
                let unsure = troubles.map { "; \($0.profile) could not tell: \($0.reason)" }.joined()
                strangeness = "no profile is for it" + unsure
            }
        }
        let reading = chosen.map { ProfileReading(looked, by: $0) } ?? ProfileReading(looked.exif)
        return Result(path: looked.path, kind: kind, reading: reading, strangeness: strangeness, fault: fault)
    }
}

extension CameraProfile {
    /// Why it is not for a sample.
    fileprivate func strangeness(of sample: ProfileSample) -> String {
        if sample.report != nil {
            guard let report else { return "it says nothing of reports" }
            return "report: filename: \(report.source) is not in “\(sample.filename)”"
        }
        for (subject, pattern) in matches {
            let word = sample.word(subject)
            guard let word else { return "\(subject.rawValue): the picture tells none" }
            if (try? pattern.match(word)) == nil {
                return "\(subject.rawValue): \(pattern.source) is not in “\(word.prefix(80))”"
            }
        }
        return "it is for reports alone"
    }
}
