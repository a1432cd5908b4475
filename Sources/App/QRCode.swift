import CQREncode

/// An address drawn for a camera.
struct QRCode: Sendable {
    /// A drawing without colours of its own: black on white, with the quiet zone that readers need.
    let svg: String

    init(_ text: String) throws {
        guard let code = unsafe QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else {
            throw ConfigurationFault("the address is too long for a QR code")
        }
        defer { unsafe QRcode_free(code) }
        let width = unsafe Int(code.pointee.width)
        var path = ""
        for row in 0..<width {
            for column in 0..<width where unsafe code.pointee.data[row * width + column] & 1 == 1 {
                path += "M\(column + 4) \(row + 4)h1v1h-1z"
            }
        }
        let side = width + 8
        svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">\
            <rect width="\(side)" height="\(side)" fill="#fff"/><path d="\(path)"/></svg>
            """
    }
}
