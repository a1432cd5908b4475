internal import COpenVINO

/// A network as read from its file, not yet compiled.
@safe struct Network: ~Copyable {
    /// Borrowed by the runtime while it compiles; nobody else touches it.
    fileprivate(set) var raw: OpaquePointer

    init(raw: OpaquePointer) { unsafe self.raw = raw }

    deinit { unsafe ov_model_free(raw) }

    func inputs() throws(OpenVINOFault) -> [Port] {
        var count = 0
        unsafe try check(ov_model_inputs_size(raw, &count), "count the inputs")
        var ports: [Port] = []
        for index in 0..<count {
            var port: OpaquePointer?
            unsafe try check(ov_model_const_input_by_index(raw, index, &port), "look at an input")
            unsafe try ports.append(Port(taking: given(port, "look at an input")))
        }
        return ports
    }

    func outputs() throws(OpenVINOFault) -> [Port] {
        var count = 0
        unsafe try check(ov_model_outputs_size(raw, &count), "count the outputs")
        var ports: [Port] = []
        for index in 0..<count {
            var port: OpaquePointer?
            unsafe try check(ov_model_const_output_by_index(raw, index, &port), "look at an output")
            unsafe try ports.append(Port(taking: given(port, "look at an output")))
        }
        return ports
    }

    /// Fixes the shape of the input `name`; networks of fixed shape run up to a third faster.
    borrowing func reshape(_ name: String, to shape: [Int]) throws(OpenVINOFault) {
        var partial = unsafe ov_partial_shape_t()
        let dimensions = shape.map(Int64.init)
        unsafe try check(
            ov_partial_shape_create_static(Int64(shape.count), dimensions, &partial),
            "make a shape"
        )
        defer { unsafe ov_partial_shape_free(&partial) }
        unsafe try check(ov_model_reshape_input_by_name(raw, name, partial), "reshape the model")
    }
}

/// Name, element type and shape of one input or output.
package struct Port: Hashable, Sendable {
    package let name: String
    package let elementType: ElementType
    /// One entry a dimension; `nil` where any size goes.
    package let shape: [Int?]

    package enum ElementType: Hashable, Sendable { case float32, other }

    package init(name: String, elementType: ElementType, shape: [Int?]) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
    }

    /// Reads a port and frees its handle.
    init(taking port: OpaquePointer) throws(OpenVINOFault) {
        defer { unsafe ov_output_const_port_free(port) }
        var text: UnsafeMutablePointer<CChar>?
        unsafe try check(ov_port_get_any_name(port, &text), "name a port")
        let name = unsafe try given(text, "name a port")
        defer { unsafe ov_free(name) }
        var type = DYNAMIC
        unsafe try check(ov_port_get_element_type(port, &type), "type a port")
        var partial = unsafe ov_partial_shape_t()
        unsafe try check(ov_port_get_partial_shape(port, &partial), "shape a port")
        defer { unsafe ov_partial_shape_free(&partial) }
        let rank = unsafe partial.rank.min == partial.rank.max ? Int(partial.rank.max) : 0
        unsafe self.init(
            name: String(cString: name),
            elementType: type == F32 ? .float32 : .other,
            shape: (0..<rank).map { axis in
                let size = unsafe partial.dims[axis]
                return size.min == size.max ? Int(size.max) : nil
            }
        )
    }
}
