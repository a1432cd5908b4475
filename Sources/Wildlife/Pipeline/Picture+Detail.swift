import Imaging

extension Picture {
    /// The picture, decoded anew where one of some parts has fewer pixels on it than are wanted and the file has more.
    ///
    /// - Parameters:
    ///   - parts: what will be looked at.
    ///   - side: how many pixels the shorter side of each shall have.
    ///   - bytes: the file that the picture was decoded from.
    /// - Returns: the picture, at most as large as it is stored.
    /// - Throws: `PictureFault`, in words for the sender.
    func detailed(in parts: [Crop], side: Int, from bytes: [UInt8]) throws(PictureFault) -> Picture {
        func pixels(_ part: Crop) -> Double {
            let part = part.rectangle(width: width, height: height)
            return min(part.width, part.height)
        }
        guard let smallest = parts.min(by: { pixels($0) < pixels($1) }), pixels(smallest) < Double(side) else {
            return self
        }
        guard try ImageInfo.probe(bytes).width > width else { return self }
        return try Picture.decode(bytes, atLeast: side, crop: smallest)
    }
}
