internal import CHEIF

/// The primary image of one HEIC or AVIF file; lives no longer than the bytes it reads.
@safe struct HEIFImage: ~Copyable {
    private let library: HEIFLibrary
    private let context: OpaquePointer
    private let handle: OpaquePointer

    init(_ library: HEIFLibrary, _ bytes: UnsafeRawBufferPointer) throws(PictureFault) {
        guard let context = library.call.context_alloc() else { throw .broken("no memory to decode it") }
        unsafe library.call.context_set_maximum_image_size_limit(context, 32_768)
        unsafe library.call.context_set_max_decoding_threads(context, 0)
        var handle: OpaquePointer?
        let status = unsafe library.call.context_read_from_memory_without_copy(
            context,
            bytes.baseAddress,
            bytes.count,
            nil
        )
        let found =
            unsafe status.code == heif_error_Ok
            && library.call.context_get_primary_image_handle(context, &handle).code == heif_error_Ok
        guard found, let handle = unsafe handle else {
            unsafe library.call.context_free(context)
            throw .broken("it ends too early or holds no picture")
        }
        self.library = library
        unsafe self.context = context
        unsafe self.handle = handle
    }

    deinit {
        unsafe library.call.image_handle_release(handle)
        unsafe library.call.context_free(context)
    }

    /// After the container's own rotation and cropping.
    var width: Int { unsafe Int(library.call.image_handle_get_width(handle)) }
    var height: Int { unsafe Int(library.call.image_handle_get_height(handle)) }
    var hasAlpha: Bool { unsafe library.call.image_handle_has_alpha_channel(handle) != 0 }

    /// The EXIF block from its TIFF header on.
    var exif: [UInt8]? {
        var identifier: heif_item_id = 0
        let count = unsafe library.call.image_handle_get_list_of_metadata_block_IDs(handle, "Exif", &identifier, 1)
        let size = unsafe count > 0 ? library.call.image_handle_get_metadata_size(handle, identifier) : 0
        guard size > 4, size < 1 << 20 else { return nil }
        var block = [UInt8](repeating: 0, count: size)
        let status = unsafe library.call.image_handle_get_metadata(handle, identifier, &block)
        guard unsafe status.code == heif_error_Ok, let skip = ByteView(block).u32(at: 0) else { return nil }
        return Array(block.dropFirst(4 + Int(skip)))
    }

    borrowing func decode(_ plan: DecodingPlan) throws(PictureFault) -> Picture {
        let options = library.call.decoding_options_alloc()
        defer { unsafe library.call.decoding_options_free(options) }
        unsafe options?.pointee.convert_hdr_to_8bit = 1
        let chroma = hasAlpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB
        var decoded: OpaquePointer?
        let status = unsafe library.call.decode_image(handle, &decoded, heif_colorspace_RGB, chroma, options)
        guard unsafe status.code == heif_error_Ok, let image = unsafe decoded else {
            throw .broken("it is damaged or ends too early")
        }
        defer { unsafe library.call.image_release(image) }
        var stride: Int32 = 0
        let plane = unsafe library.call.image_get_plane_readonly(image, heif_channel_interleaved, &stride)
        let isWhole =
            unsafe Int(library.call.image_get_width(image, heif_channel_interleaved)) == plan.width
            && Int(library.call.image_get_height(image, heif_channel_interleaved)) == plan.height
        guard isWhole, let plane = unsafe plane, Int(stride) >= plan.width * (hasAlpha ? 4 : 3) else {
            throw .broken("its size is not what its head says")
        }
        let isPremultiplied = unsafe library.call.image_handle_is_premultiplied_alpha(handle) != 0
        var collector = RowCollector(plan, layout: hasAlpha ? (isPremultiplied ? .premultiplied : .rgba) : .rgb)
        for row in 0..<plan.height { unsafe collector.append(plane + row * Int(stride)) }
        return try collector.picture(plan.orientation)
    }
}
