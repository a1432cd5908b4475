internal import CTurboJPEG

extension Picture {
    /// The picture as a JPEG file, upright and without any metadata.
    ///
    /// Quality runs from 1 to 100; fine colour is for overlays with sharp coloured edges.
    package func jpeg(quality: Int = 85, keepsFineColour: Bool = false) -> [UInt8] {
        let picture = upright()
        let subsampling = keepsFineColour ? TJSAMP_444 : TJSAMP_420
        let (width, height) = (Int32(picture.width), Int32(picture.height))
        let handle = unsafe tjInitCompress()
        defer { _ = unsafe tjDestroy(handle) }
        let capacity = Int(tjBufSize(width, height, Int32(subsampling.rawValue)))
        precondition(capacity > 0 && max(width, height) <= 65_500, "no JPEG is that large")
        return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
            var target = buffer.baseAddress
            var size = UInt(capacity)
            let status = unsafe picture.pixels.withUnsafeBufferPointer { source in
                unsafe tjCompress2(
                    handle,
                    source.baseAddress,
                    width,
                    0,
                    height,
                    Int32(TJPF_RGB.rawValue),
                    &target,
                    &size,
                    Int32(subsampling.rawValue),
                    Int32(min(max(quality, 1), 100)),
                    TJFLAG_NOREALLOC
                )
            }
            precondition(status == 0, "turbojpeg encodes every picture that has a size")
            initialized = Int(size)
        }
    }
}
