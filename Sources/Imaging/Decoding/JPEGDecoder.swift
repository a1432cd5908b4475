internal import CTurboJPEG

/// Decodes JPEG with turbojpeg, shrinking inside the inverse DCT where a small picture is enough.
@safe struct JPEGDecoder: ~Copyable {
    private let handle: tjhandle
    /// Twenty scans of a hundred megapixels, a few seconds of work.
    private static let mostPixelsInScans = 2_000_000_000

    init() throws(PictureFault) {
        guard let handle = unsafe tjInitDecompress() else { throw .broken("no memory to decode it") }
        unsafe self.handle = handle
    }

    deinit { _ = unsafe tjDestroy(handle) }

    borrowing func decode(_ bytes: [UInt8], _ head: JPEGHead, _ plan: DecodingPlan) throws(PictureFault) -> Picture {
        let factor = plan.powerOfTwoShrink
        let width = plan.shrunk(plan.width, by: factor)
        let height = plan.shrunk(plan.height, by: factor)
        let isCMYK = head.components == 4
        if head.keepsCoefficients {
            let coefficients = Int(head.samplesPerPixel * Double(plan.width * plan.height)) * 2
            try plan.check(working: coefficients + width * height * 3, because: "a progressive JPEG")
            guard JPEGHead.scanCount(bytes) * plan.width * plan.height <= Self.mostPixelsInScans else {
                throw .broken("the JPEG has more scans than any camera or program writes")
            }
        } else {
            try plan.check(working: width * height * (isCMYK ? 7 : 3), because: "the whole picture")
        }
        try checkSize(bytes, plan)
        var pixels = try decode(bytes, width: width, height: height, isCMYK: isCMYK)
        if isCMYK { pixels = Self.rgb(cmyk: pixels, inverted: head.hasAdobeMarker) }
        return Picture(storedWidth: width, storedHeight: height, pixels: pixels, orientation: plan.orientation)
    }

    /// Turbojpeg decodes what its own reading of the head says: another size than ours would leave pixels unwritten.
    private borrowing func checkSize(_ bytes: [UInt8], _ plan: DecodingPlan) throws(PictureFault) {
        var (width, height, sampling, colours) = (Int32(0), Int32(0), Int32(0), Int32(0))
        let status = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe tjDecompressHeader3(
                handle,
                source.baseAddress,
                UInt(source.count),
                &width,
                &height,
                &sampling,
                &colours
            )
        }
        if status != 0 {
            let complaint = complaintOfLastCall()
            if !complaint.isHarmless { throw .broken(complaint.reason) }
        }
        guard Int(width) == plan.width, Int(height) == plan.height else {
            throw .broken("the JPEG contradicts itself about its size")
        }
    }

    /// Stops at the first warning; a harmless one earns a second, patient try.
    private borrowing func decode(
        _ bytes: [UInt8],
        width: Int,
        height: Int,
        isCMYK: Bool
    ) throws(PictureFault) -> [UInt8] {
        let format = isCMYK ? TJPF_CMYK : TJPF_RGB
        let count = width * height * (isCMYK ? 4 : 3)
        var complaint: Complaint?
        for flags in [TJFLAG_STOPONWARNING, 0] {
            complaint = nil
            var pixels = [UInt8](repeating: 0, count: count)
            let status = unsafe pixels.withUnsafeMutableBufferPointer { buffer in
                unsafe bytes.withUnsafeBufferPointer { source in
                    unsafe tjDecompress2(
                        handle,
                        source.baseAddress,
                        UInt(source.count),
                        buffer.baseAddress,
                        Int32(width),
                        0,
                        Int32(height),
                        Int32(format.rawValue),
                        flags | TJFLAG_LIMITSCANS
                    )
                }
            }
            if status != 0 { complaint = complaintOfLastCall() }
            guard let complaint else { return pixels }
            if !complaint.isHarmless { throw .broken(complaint.reason) }
            if flags == 0 { return pixels }
        }
        throw .broken(complaint?.reason ?? "it cannot be decoded")
    }

    private struct Complaint {
        let isHarmless: Bool
        let reason: String
    }

    private borrowing func complaintOfLastCall() -> Complaint {
        let text = unsafe tjGetErrorStr2(handle).map { unsafe String(cString: $0) } ?? ""
        let isWarning = unsafe tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue)
        // What libjpeg says when pixels are missing or wrong; its other warnings leave the picture whole.
        if text.contains("remature end") { return Complaint(isHarmless: false, reason: "the JPEG ends too early") }
        let isDamage = ["bad Huffman code", "found marker", "progression"].contains { text.contains($0) }
        if isWarning, !isDamage { return Complaint(isHarmless: true, reason: text) }
        if isDamage { return Complaint(isHarmless: false, reason: "the JPEG is damaged in the middle") }
        return Complaint(isHarmless: false, reason: "the JPEG cannot be decoded (\(text.prefix(80)))")
    }

    /// Inks to light, without a colour profile.
    private static func rgb(cmyk: [UInt8], inverted: Bool) -> [UInt8] {
        let flip: UInt8 = inverted ? 0 : 255
        let count = cmyk.count / 4
        var colours = [UInt8](repeating: 0, count: count * 3)
        for index in 0..<count {
            let light = UInt32(cmyk[4 * index + 3] ^ flip)
            for channel in 0..<3 {
                let product = UInt32(cmyk[4 * index + channel] ^ flip) * light + 127
                colours[3 * index + channel] = UInt8(product / 255)
            }
        }
        return colours
    }
}
