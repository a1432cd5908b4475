import Core

/// How a camera is, as far as it tells.
struct CameraCondition: Hashable, Sendable {
    var batteryPercent: Int?
    var temperatureCelsius: Double?
    var storageFreePercent: Int?
    /// When it was so.
    var at: Timestamp?

    var isKnown: Bool { batteryPercent != nil || temperatureCelsius != nil || storageFreePercent != nil }

    init(
        batteryPercent: Int? = nil,
        temperatureCelsius: Double? = nil,
        storageFreePercent: Int? = nil,
        at: Timestamp? = nil
    ) {
        self.batteryPercent = batteryPercent
        self.temperatureCelsius = temperatureCelsius
        self.storageFreePercent = storageFreePercent
        self.at = at
    }

    /// What a picture or report told; a camera whose clock runs ahead must not outlive what comes later.
    init(_ reading: ProfileReading, at moment: Timestamp, now: Timestamp) {
        self.init(
            batteryPercent: reading.battery,
            temperatureCelsius: reading.temperature,
            storageFreePercent: reading.storage,
            at: min(moment, now)
        )
    }
}
