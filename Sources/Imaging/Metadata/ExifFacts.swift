/// What a picture's EXIF block tells; every fact may be missing, and damage costs only what it touches.
package struct ExifFacts: Hashable, Sendable {
    package var orientation = Orientation.up
    package var takenAt: CaptureTime?
    package var location: Location?
    package var make: String?
    package var model: String?
    package var serial: String?
    package var software: String?
    /// What the camera wrote as the picture's description; some put their condition there.
    package var description: String?
    package var comment: String?
    /// What its owner named the camera.
    package var label: String?
    /// Of the air around the camera, in degrees Celsius.
    package var temperature: Double?
    package var batteryVolts: Double?

    /// What a camera outdoors can have measured.
    package static let plausibleTemperatures = -90.0...90.0

    private static let longestText = 1_024

    package struct Location: Hashable, Sendable {
        package let latitude: Double
        package let longitude: Double
        /// Metres above the sea.
        package let altitude: Double?
    }

    package init() {}

    /// Reads a block that begins with a TIFF header; damaged blocks give what can be read.
    init(block: ByteView) {
        guard let first = TagDirectory(block: block) else {
            self.init()
            return
        }
        self.init(first)
    }

    init(_ first: TagDirectory) {
        orientation = first.integer(0x0112).flatMap { Orientation(rawValue: UInt8(truncatingIfNeeded: $0)) } ?? .up
        make = first.text(0x010F)
        model = first.text(0x0110)
        let camera = first.directory(0x8769)
        let notes = camera?.bytes(0x927C, limit: 256).flatMap(ReconyxNotes.init)
        serial = camera?.text(0xA431) ?? first.text(0xC62F) ?? notes?.serial
        software = first.text(0x0131)
        description = first.text(0x010E, limit: Self.longestText)
        comment = camera?.comment(0x9286, limit: Self.longestText)
        label = notes?.label
        temperature =
            camera?.rational(0x9400).flatMap { Self.plausibleTemperatures.contains($0) ? $0 : nil }
            ?? notes?.temperature
        batteryVolts = notes?.batteryVolts
        takenAt = Self.time(in: camera, first)
        location = first.directory(0x8825).flatMap(Self.location)
    }

    private static func time(in camera: TagDirectory?, _ first: TagDirectory) -> CaptureTime? {
        let candidates = [
            (camera?.text(0x9003), camera?.text(0x9291), camera?.text(0x9011)),
            (camera?.text(0x9004), camera?.text(0x9292), camera?.text(0x9012)),
            (first.text(0x0132), camera?.text(0x9290), camera?.text(0x9010)),
        ]
        return candidates.lazy.compactMap { text, fraction, offset in
            text.flatMap { CaptureTime(exif: $0, fraction: fraction, offset: offset ?? camera?.text(0x9010)) }
        }.first
    }

    private static func location(_ tags: TagDirectory) -> Location? {
        guard let latitude = degrees(tags, 2, towards: tags.text(1), "N", "S"), abs(latitude) <= 90,
            let longitude = degrees(tags, 4, towards: tags.text(3), "E", "W"), abs(longitude) <= 180,
            latitude != 0 || longitude != 0  // cameras without a fix write zeros
        else { return nil }
        let altitude = tags.rational(6).map { tags.integer(5) == 1 ? -$0 : $0 }
        return Location(latitude: latitude, longitude: longitude, altitude: altitude)
    }

    /// `nil` unless the direction is given: some cameras fill the numbers with rubbish and leave the letter out.
    private static func degrees(
        _ tags: TagDirectory,
        _ tag: UInt16,
        towards direction: String?,
        _ positive: String,
        _ negative: String
    ) -> Double? {
        guard direction == positive || direction == negative, let degrees = tags.rational(tag) else { return nil }
        let value = degrees + (tags.rational(tag, at: 1) ?? 0) / 60 + (tags.rational(tag, at: 2) ?? 0) / 3_600
        return direction == negative ? -value : value
    }
}
