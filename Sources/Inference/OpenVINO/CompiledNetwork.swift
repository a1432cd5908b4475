internal import COpenVINO

/// A network compiled for this CPU; makes requests, which share its weights.
@safe final class CompiledNetwork {
    private let raw: OpaquePointer

    init(raw: OpaquePointer) { unsafe self.raw = raw }

    deinit { unsafe ov_compiled_model_free(raw) }

    func request() throws(OpenVINOFault) -> InferRequest {
        var request: OpaquePointer?
        unsafe try check(ov_compiled_model_create_infer_request(raw, &request), "make a request")
        return unsafe InferRequest(raw: try given(request, "make a request"))
    }

    /// What the plugin really set, such as `INFERENCE_PRECISION_HINT`.
    func property(_ key: String) throws(OpenVINOFault) -> String {
        var text: UnsafeMutablePointer<CChar>?
        unsafe try check(ov_compiled_model_get_property(raw, key, &text), "ask for a property")
        let value = unsafe try given(text, "ask for a property")
        defer { unsafe ov_free(value) }
        return unsafe String(cString: value)
    }
}

/// One thread compiles and hands it on; afterwards it is only asked for requests, which OpenVINO allows from any thread.
extension CompiledNetwork: @unchecked Sendable {}
