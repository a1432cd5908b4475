internal import COpenVINO

/// What OpenVINO answered instead of doing its work; `detail` is its own text, for the operator's log only.
package struct OpenVINOFault: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable { case busy, cancelled, notFound, mismatch, unreadable, other }

    package let code: Code
    package let detail: String

    package var description: String { "OpenVINOFault.\(code)" }

    init(code: Code, detail: String) {
        self.code = code
        self.detail = detail
    }
}

/// Throws unless `status` says that all went well; every OpenVINO call goes through here.
func check(_ status: ov_status_e, _ what: StaticString) throws(OpenVINOFault) {
    guard status != OK else { return }
    let code: OpenVINOFault.Code =
        switch status {
        case REQUEST_BUSY: .busy
        case INFER_CANCELLED: .cancelled
        case NOT_FOUND, OUT_OF_BOUNDS: .notFound
        case PARAMETER_MISMATCH, INVALID_C_PARAM: .mismatch
        case NETWORK_NOT_READ: .unreadable
        default: .other
        }
    var text = "\(what): status \(status.rawValue)"
    // The library hands out a copy of the calling thread's message, which we must free.
    if let message = unsafe ov_get_last_err_msg() {
        text += unsafe ", " + String(cString: message)
        unsafe ov_free(message)
    }
    throw OpenVINOFault(code: code, detail: text)
}

/// Unwraps what a call that reported success gave back.
func given<Value>(_ value: Value?, _ what: StaticString) throws(OpenVINOFault) -> Value {
    guard let value else { throw OpenVINOFault(code: .other, detail: "\(what): success without a value") }
    return value
}
