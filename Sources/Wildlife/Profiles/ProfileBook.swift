import Core
import Imaging

/// All profiles in the order in which they are asked: the first that is for a picture reads it.
struct ProfileBook: Sendable {
    let profiles: [CameraProfile]

    /// One that has the name of an earlier one is left out: that is how a shipped one is replaced.
    init(_ profiles: [CameraProfile]) {
        var names: Set<String> = []
        self.profiles = profiles.filter { names.insert($0.name).inserted }
    }

    func profile(for sample: ProfileSample) -> CameraProfile? { profiles.first { $0.isFor(sample) } }

    func read(_ sample: ProfileSample) -> ProfileReading {
        guard let profile = profile(for: sample) else { return ProfileReading(sample.exif) }
        return ProfileReading(sample, by: profile)
    }
}
