internal import COpenVINO

/// One run at a time of a compiled network; not `Sendable`, so it stays on the thread that made it.
@safe final class InferRequest {
    private let raw: OpaquePointer

    init(raw: OpaquePointer) { unsafe self.raw = raw }

    deinit { unsafe ov_infer_request_free(raw) }

    /// Runs the network on `input`, which is read in place, and hands the outputs to `body`.
    ///
    /// The outputs belong to the request and are gone when `body` returns.
    func run<Value>(
        _ input: InputTensor,
        outputs count: Int,
        _ body: ([TensorView]) throws(OpenVINOFault) -> Value
    ) throws(OpenVINOFault) -> Value {
        let tensor = try HostTensor(input)
        unsafe try check(ov_infer_request_set_input_tensor(raw, tensor.raw), "set the input")
        unsafe try check(ov_infer_request_infer(raw), "run the model")
        var tensors: [TensorView] = []
        for index in 0..<count {
            var output: OpaquePointer?
            unsafe try check(ov_infer_request_get_output_tensor_by_index(raw, index, &output), "get an output")
            unsafe try tensors.append(TensorView(OutputHandle(taking: given(output, "get an output"))))
        }
        return try body(tensors)
    }
}

/// Shows an input tensor's memory to OpenVINO without copying it.
@safe private struct HostTensor: ~Copyable {
    let raw: OpaquePointer

    init(_ input: InputTensor) throws(OpenVINOFault) {
        var shape = unsafe ov_shape_t()
        unsafe try check(ov_shape_create(Int64(input.shape.count), input.shape.map(Int64.init), &shape), "make a shape")
        defer { unsafe _ = ov_shape_free(&shape) }  // Frees memory only; there is nothing to do about a refusal.
        var tensor: OpaquePointer?
        unsafe try check(ov_tensor_create_from_host_ptr(F32, shape, input.memory, &tensor), "wrap the input")
        unsafe raw = try given(tensor, "wrap the input")
    }

    deinit { unsafe ov_tensor_free(raw) }
}

/// An output that lies in OpenVINO's memory until the next run.
@safe struct TensorView {
    private let handle: OutputHandle
    private let start: UnsafeMutablePointer<Float>
    let shape: [Int]
    let count: Int

    fileprivate init(_ handle: OutputHandle) throws(OpenVINOFault) {
        self.handle = handle
        var type = DYNAMIC
        unsafe try check(ov_tensor_get_element_type(handle.raw, &type), "type an output")
        guard type == F32 else { throw OpenVINOFault(code: .mismatch, detail: "an output is not float32") }
        var dimensions = unsafe ov_shape_t()
        unsafe try check(ov_tensor_get_shape(handle.raw, &dimensions), "get a shape")
        defer { unsafe _ = ov_shape_free(&dimensions) }  // As above.
        shape = unsafe (0..<Int(dimensions.rank)).map { axis in unsafe Int(dimensions.dims[axis]) }
        count = shape.reduce(1, *)
        var data: UnsafeMutableRawPointer?
        unsafe try check(ov_tensor_data(handle.raw, &data), "get an output's data")
        unsafe start = try given(data, "get an output's data").assumingMemoryBound(to: Float.self)
    }

    /// Copies out the part of one picture of a group.
    func values(ofPicture index: Int, of pictures: Int) -> [Float] {
        let size = count / pictures
        return unsafe Array(UnsafeBufferPointer(start: start + index * size, count: size))
    }
}

/// Frees an output's handle; the memory behind it is the request's.
@safe private final class OutputHandle {
    let raw: OpaquePointer

    init(taking raw: OpaquePointer) { unsafe self.raw = raw }

    deinit { unsafe ov_tensor_free(raw) }
}
