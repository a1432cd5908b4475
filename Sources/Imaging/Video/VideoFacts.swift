import Core
import FoundationEssentials

/// What a video says of itself.
package struct VideoFacts: Hashable, Sendable {
    /// Of the upright picture.
    package let width: Int
    package let height: Int
    package let seconds: Double
    /// Frames in a second, on average.
    package let frameRate: Double
    package let takenAt: CaptureTime?

    /// The moments to look at: one a second, at most so many, evenly over the whole length.
    package func moments(most: Int) -> [Double] {
        let count = min(max(most, 1), max(Int(seconds.rounded(.up)), 1))
        return (0..<count).map { (Double($0) + 0.5) * seconds / Double(count) }
    }
}

extension VideoFacts {
    /// A week: what claims to be longer comes from no camera.
    private static let longest = 604_800.0

    /// Reads what ffprobe tells in JSON; `nil` when there is no video in it.
    package init?(probe: [UInt8]) {
        guard let told = try? JSONDecoder().decode(Told.self, from: Data(probe)), let stream = told.streams.first,
            let width = stream.width, let height = stream.height, width > 0, height > 0,
            let seconds = (stream.duration ?? told.format?.duration).flatMap(Double.init), seconds > 0,
            seconds <= Self.longest
        else { return nil }
        let turn = stream.side_data_list?.compactMap(\.rotation).first ?? 0
        let isTurned = turn.magnitude.truncatingRemainder(dividingBy: 180) == 90
        self.width = isTurned ? height : width
        self.height = isTurned ? width : height
        self.seconds = seconds
        frameRate = Self.rate(stream.avg_frame_rate ?? "") ?? 0
        let tags = told.format?.tags ?? [:]
        takenAt =
            tags["com.apple.quicktime.creationdate"].flatMap(CaptureTime.init(localTime:))
            // The container says UTC; cameras write what their clock shows.
            ?? (tags["creation_time"] ?? tags["date"]).flatMap {
                CaptureTime(exif: String($0.prefix(19)), fraction: nil, offset: nil)
            }
    }

    private static func rate(_ text: String) -> Double? {
        let parts = text.split(separator: "/").compactMap { Double($0) }
        guard parts.count == 2, parts[0] > 0, parts[1] > 0 else { return nil }
        return parts[0] / parts[1]
    }

    private struct Told: Decodable {
        let streams: [Stream]
        let format: Format?

        struct Stream: Decodable {
            let width: Int?
            let height: Int?
            let duration: String?
            let avg_frame_rate: String?
            let side_data_list: [SideData]?
        }

        struct SideData: Decodable { let rotation: Double? }

        struct Format: Decodable {
            let duration: String?
            let tags: [String: String]?
        }
    }
}

extension CaptureTime {
    /// Reads `2026-05-01T07:06:07+0200`.
    fileprivate init?(localTime text: String) {
        guard text.utf8.count >= 24 else { return nil }
        let offset = String(text.suffix(5))
        self.init(exif: String(text.prefix(19)), fraction: nil, offset: "\(offset.prefix(3)):\(offset.suffix(2))")
    }
}
