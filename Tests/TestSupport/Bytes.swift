/// Content that differs at every offset that matters: a pattern with a prime period, made quickly even without optimisation.
package func patternBytes(_ count: Int) -> [UInt8] {
    let pattern = (0..<997).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + pattern.count)
    while bytes.count < count { bytes.append(contentsOf: pattern) }
    return Array(bytes.prefix(count))
}
