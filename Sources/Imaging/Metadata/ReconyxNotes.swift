/// What cameras by Reconyx write into the maker's own field, as the maker describes it.
///
/// Positions are in bytes from its start; numbers are little-endian.
struct ReconyxNotes {
    let temperature: Double?
    let batteryVolts: Double?
    let serial: String?
    let label: String?

    /// `nil` for notes of other cameras.
    init?(_ view: ByteView) {
        if view.u16(at: 0, littleEndian: true) == 0xF101 {
            // HyperFire
            self.init(view, temperature: 0x28, battery: 0x54, serial: 0x2A, label: 0x56)
        } else if view.hasText("RECONYXH2\0", at: 0) {
            // HyperFire 2
            self.init(view, temperature: 0x50, battery: 0x62, serial: 0x7E, label: 0x68)
        } else {
            return nil
        }
    }

    private init(_ view: ByteView, temperature: Int, battery: Int, serial: Int, label: Int) {
        let degrees = view.u16(at: temperature, littleEndian: true).map { Double(Int16(bitPattern: $0)) }
        self.temperature = degrees.flatMap { ExifFacts.plausibleTemperatures.contains($0) ? $0 : nil }
        batteryVolts = view.u16(at: battery, littleEndian: true).flatMap { $0 > 0 ? Double($0) / 1_000 : nil }
        let units = (0..<15).map { view.u16(at: serial + 2 * $0, littleEndian: true) ?? 0 }.prefix { $0 != 0 }
        self.serial = TagDirectory.clean(String(decoding: units, as: UTF16.self), limit: 15)
        let name = view.slice(at: label, count: 22)?.array().prefix { $0 != 0 }
        self.label = name.flatMap { TagDirectory.clean(String(decoding: $0, as: UTF8.self), limit: 22) }
    }
}
