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

    /// The first that is for a sample, and the troubles of those before it.
    func profile(for sample: ProfileSample) -> (profile: CameraProfile?, troubles: [ProfileTrouble]) {
        var troubles: [ProfileTrouble] = []
        for profile in profiles {
            do throws(ProfileTrouble) {
                if try profile.isFor(sample) { return (profile, troubles) }
            } catch {
                troubles.append(error)
            }
        }
        return (nil, troubles)
    }

    func read(_ sample: ProfileSample) -> ProfileReading {
        let (profile, troubles) = profile(for: sample)
        var reading = profile.map { ProfileReading(sample, by: $0) } ?? ProfileReading(sample.exif)
        reading.troubles = troubles + reading.troubles
        return reading
    }
}
