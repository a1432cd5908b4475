/// Why a file did not become a picture, in words for the person who sent it.
package enum PictureFault: Error, Hashable, Sendable {
    case notAPicture(String)
    case broken(String)
    case brokenVideo(String)
    case tooSmall(width: Int, height: Int, minimum: Int)
    case tooLarge(width: Int, height: Int, limit: String)
    case tooManyBytes(count: Int, limit: Int)
    case formatNotEnabled(ImageFormat, cure: String)
}

extension PictureFault: CustomStringConvertible {
    /// What is wrong and what to do; carries nothing of the file but its format and size.
    package var description: String {
        switch self {
        case .notAPicture(let reason): "This file is not a picture: \(reason)."
        case .broken(let reason): "The picture is broken: \(reason). Please send it again."
        case .brokenVideo(let reason): "The video is broken: \(reason). Please send it again."
        case .tooSmall(let width, let height, let minimum):
            "The picture is too small: \(width) x \(height) pixels; each side needs at least \(minimum)."
        case .tooLarge(let width, let height, let limit):
            "The picture is too large: \(width) x \(height) pixels; \(limit)."
        case .tooManyBytes(let count, let limit):
            "The file is too large: \(count) bytes; at most \(limit) are accepted."
        case .formatNotEnabled(let format, let cure):
            "\(format.name) pictures are not enabled here. \(cure)"
        }
    }
}
