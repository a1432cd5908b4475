import Foundation
import Imaging
import TestSupport

/// Pictures that tests draw themselves.
enum TestPictures {
    /// Soft colours that differ in every corner, so that no turn or flip goes unnoticed.
    static func gradient(width: Int, height: Int) -> Picture {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * 3)
        for y in 0..<height {
            for x in 0..<width {
                pixels.append(UInt8(x * 255 / max(1, width - 1)))
                pixels.append(UInt8(y * 255 / max(1, height - 1)))
                pixels.append(UInt8((x + 2 * y) * 120 / (width + 2 * height)))
            }
        }
        return Picture(width: width, height: height, pixels: pixels)
    }

    static func noise(width: Int, height: Int, seed: UInt64 = 1) -> Picture {
        var random = SplitMix(state: seed)
        let pixels = (0..<width * height * 3).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        return Picture(width: width, height: height, pixels: pixels)
    }

    static func file(_ relative: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(filePath: SharedData.path(relative))))
    }

    static func names(in folder: String) -> [String] {
        guard SharedData.isPresent else { return [] }
        let all = try? FileManager.default.contentsOfDirectory(atPath: SharedData.path(folder))
        return (all ?? []).sorted().map { "\(folder)/\($0)" }
    }

    /// The largest difference of any colour between two pictures of one size.
    static func difference(_ a: Picture, _ b: Picture) -> Int {
        guard a.width == b.width, a.height == b.height else { return .max }
        var largest = 0
        for y in 0..<a.height {
            for x in 0..<a.width {
                for channel in 0..<3 {
                    largest = max(largest, abs(Int(a[x, y][channel]) - Int(b[x, y][channel])))
                }
            }
        }
        return largest
    }
}

/// Repeatable random numbers.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
