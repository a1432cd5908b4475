/// What a picture may cost; checked against its head, before anything is decoded.
package struct PictureLimits: Hashable, Sendable {
    package var bytes = 64 << 20
    package var pixels = 100_000_000
    /// A PNG is never decoded small, so that each of its pixels costs its time; with 16 bits a colour, twice.
    package var pngPixels = 64_000_000
    package var longestSide = 30_000
    package var shortestSide = 50
    /// Working memory of one decoding, in bytes; formats that decode row by row need far less than whole pictures.
    package var memory = 192 << 20

    package init() {}

    func check(byteCount: Int) throws(PictureFault) {
        guard byteCount > 0 else { throw .notAPicture("it is empty") }
        guard byteCount <= bytes else { throw .tooManyBytes(count: byteCount, limit: bytes) }
    }

    func check(width: Int, height: Int) throws(PictureFault) {
        guard width > 0, height > 0 else { throw .broken("its head gives no size") }
        guard max(width, height) <= longestSide else {
            throw .tooLarge(width: width, height: height, limit: "no side may be longer than \(longestSide)")
        }
        guard width * height <= pixels else {
            let millions = pixels / 1_000_000
            let limit = millions > 0 ? "at most \(millions) million are accepted" : "at most \(pixels) are accepted"
            throw .tooLarge(width: width, height: height, limit: limit)
        }
        guard min(width, height) >= shortestSide else {
            throw .tooSmall(width: width, height: height, minimum: shortestSide)
        }
    }

    func check(png width: Int, _ height: Int, isDeep: Bool) throws(PictureFault) {
        let most = isDeep ? pngPixels / 2 : pngPixels
        guard width * height <= most else {
            let limit = "as PNG at most \(most / 1_000_000) million are accepted; send it smaller, or as JPEG"
            throw .tooLarge(width: width, height: height, limit: limit)
        }
    }

    /// Refuses a picture whose way of storing needs too much memory, although its size is allowed.
    func check(working bytes: Int, width: Int, height: Int, because reason: String) throws(PictureFault) {
        guard bytes <= memory else {
            let limit = "\(reason) needs more memory than allowed at this size"
            throw .tooLarge(width: width, height: height, limit: limit)
        }
    }
}
