internal import CTIFF
internal import Glibc

/// The bytes that libtiff reads through callbacks.
///
/// One decoder owns it and outlives libtiff's handle with it; libtiff calls back on the decoder's own thread only.
final class TIFFSource {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func open(maximumAllocation: Int) -> OpaquePointer? {
        guard let options = unsafe TIFFOpenOptionsAlloc() else { return nil }
        defer { unsafe TIFFOpenOptionsFree(options) }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe TIFFOpenOptionsSetMaxSingleMemAlloc(options, tmsize_t(maximumAllocation))
        unsafe ctiff_silence(options)
        return unsafe TIFFClientOpenExt(
            "picture",
            "rm",  // read only, no memory map
            context,
            { unsafe tmsize_t(TIFFSource.from($0)?.read(into: $1, count: Int($2)) ?? 0) },
            { _, _, _ in 0 },
            { unsafe TIFFSource.from($0)?.seek(by: Int64(bitPattern: $1), from: $2) ?? .max },
            { _ in 0 },
            { unsafe TIFFSource.from($0).map { UInt64($0.bytes.count) } ?? 0 },
            { _, _, _ in 0 },
            { _, _, _ in },
            options
        )
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> TIFFSource? {
        unsafe context.map { unsafe Unmanaged<TIFFSource>.fromOpaque($0).takeUnretainedValue() }
    }

    private func read(into target: UnsafeMutableRawPointer?, count wanted: Int) -> Int {
        let count = min(wanted, bytes.count - position)
        guard count > 0, let target = unsafe target else { return 0 }
        unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe target.copyMemory(from: base + position, byteCount: count)
        }
        position += count
        return count
    }

    private func seek(by offset: Int64, from origin: Int32) -> UInt64 {
        let base = origin == SEEK_SET ? 0 : origin == SEEK_CUR ? position : bytes.count
        let (sum, overflow) = offset.addingReportingOverflow(Int64(base))
        guard !overflow, sum >= 0 else { return .max }
        position = Int(min(sum, Int64(bytes.count)))
        return UInt64(sum)
    }
}
