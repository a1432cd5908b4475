internal import Glibc

/// 64 bits that stay nearly the same when a picture is stored again, resized or slightly retouched.
///
/// The upright picture is shrunk to 32 x 32 grey pixels and turned into frequencies (DCT-II). Each bit says whether
/// one of the frequencies 1 to 8 across and down lies above their median. Copies of a picture differ in a few bits,
/// other pictures in about 32; `duplicateDistance` is the line between them.
package struct PerceptualHash: Hashable, Sendable {
    package let bits: UInt64

    /// Pictures at most this far apart are the same photo.
    package static let duplicateDistance = 8

    package init(bits: UInt64) { self.bits = bits }

    package init(of picture: Picture) {
        let size = Self.size
        let grey = picture.luminance(width: size, height: size)
        var across = [Float](repeating: 0, count: size * 8)
        for row in 0..<size {
            for frequency in 0..<8 {
                across[row * 8 + frequency] = (0..<size).reduce(0) {
                    $0 + grey[row * size + $1] * Self.wave[frequency * size + $1]
                }
            }
        }
        var frequencies = [Float](repeating: 0, count: 64)
        for down in 0..<8 {
            for frequency in 0..<8 {
                frequencies[down * 8 + frequency] = (0..<size).reduce(0) {
                    $0 + across[$1 * 8 + frequency] * Self.wave[down * size + $1]
                }
            }
        }
        let sorted = frequencies.sorted()
        let median = (sorted[31] + sorted[32]) / 2
        bits = frequencies.reduce(0) { $0 << 1 | ($1 > median ? 1 : 0) }
    }

    /// How many bits differ, 0 to 64.
    package func distance(to other: PerceptualHash) -> Int { (bits ^ other.bits).nonzeroBitCount }

    private static let size = 32

    /// Cosines of the frequencies 1 to 8; frequency 0 is only brightness.
    private static let wave: [Float] = (1...8).flatMap { frequency in
        (0..<size).map { Float(cos(Double.pi * (Double($0) + 0.5) * Double(frequency) / Double(size))) }
    }
}
