internal import Core
internal import FoundationEssentials
package import Imaging

/// A detector as it lies on disk: a folder with `model.json`, whose kind is `detector`, and an ONNX file.
package struct DetectorPackage: Hashable, Sendable {
    package let folder: String
    package let name: String
    package let version: String
    package let file: ModelPackage.File
    package let licence: String
    package let input: Input
    package let decoder: DetectionDecoder
    package let labels: [String]
    /// For each label what it counts as; `nil` for what is of no interest.
    package let categories: [DetectionCategory?]
    /// Boxes of one category that overlap more than this are one animal.
    package let overlap: Double

    package struct Input: Hashable, Sendable {
        package let width: Int
        package let height: Int
        package let format: TensorFormat
        /// Around the picture.
        package let grey: UInt8
    }

    package var identity: ModelIdentity { ModelIdentity(name: name, version: version) }
    var inputShape: [Int] { [1, 3, input.height, input.width] }

    /// Reads `model.json` of a folder; the ONNX file is looked at when the model is loaded.
    package static func read(folder: String) throws(ModelFault) -> DetectorPackage {
        try ModelPackage.describing(folder: folder) { bytes throws(DescriptionFault) in
            let description: DetectorDescription
            do { description = try JSONDecoder().decode(DetectorDescription.self, from: bytes) } catch {
                throw DescriptionFault(error)
            }
            return try DetectorPackage(description, folder: folder)
        }
    }

    private init(_ description: DetectorDescription, folder: String) throws(DescriptionFault) {
        guard description.kind == ModelKind.detector.rawValue else {
            throw DescriptionFault("kind", "is not “detector”")
        }
        self.folder = folder
        name = try description.name.required("name")
        version = try description.version.required("version")
        licence = try description.licence.required("licence")
        file = try ModelPackage.File(description.files.onnx, field: "files.onnx")
        guard let decoder = DetectionDecoder(rawValue: description.decoder) else {
            let known = DetectionDecoder.allCases.map(\.rawValue).joined(separator: ", ")
            throw DescriptionFault("decoder", "is none of \(known)")
        }
        self.decoder = decoder
        input = try Input(description.input)
        guard (1...10_000).contains(description.labels.count) else { throw DescriptionFault("labels", "is empty") }
        labels = description.labels
        var categories: [DetectionCategory?] = []
        for label in labels {
            guard let text = description.categories[label] else {
                categories.append(nil)
                continue
            }
            guard let category = DetectionCategory(rawValue: text) else {
                throw DescriptionFault("categories.\(label)", "is none of animal, person, vehicle")
            }
            categories.append(category)
        }
        guard categories.contains(where: { $0 != nil }) else {
            throw DescriptionFault("categories", "names none of the labels")
        }
        self.categories = categories
        let overlap = description.overlap ?? 0.45
        guard (0.05...0.95).contains(overlap) else { throw DescriptionFault("overlap", "is not from 0.05 to 0.95") }
        self.overlap = overlap
    }
}

extension DetectorPackage.Input {
    fileprivate init(_ input: DetectorDescription.Input) throws(DescriptionFault) {
        guard (32...4096).contains(input.width), (32...4096).contains(input.height) else {
            throw DescriptionFault("input", "takes a width and a height from 32 to 4096")
        }
        guard let order = TensorFormat.ChannelOrder(rawValue: input.colour) else {
            throw DescriptionFault("input.colour", "is neither rgb nor bgr")
        }
        guard input.highest == 1 || input.highest == 255 else {
            throw DescriptionFault("input.highest", "is neither 1 nor 255")
        }
        width = input.width
        height = input.height
        format = TensorFormat(width: width, height: height, order: order, factor: Float(input.highest) / 255)
        grey = UInt8(clamping: input.grey ?? 114)
    }
}

/// `model.json` of a detector as written.
struct DetectorDescription: Decodable {
    let kind: String
    let name: String
    let version: String
    let files: ModelDescription.Files
    let licence: String
    let input: Input
    let decoder: String
    let labels: [String]
    let categories: [String: String]
    let overlap: Double?

    struct Input: Decodable {
        let width: Int
        let height: Int
        let colour: String
        /// The value that white becomes: 1 or 255.
        let highest: Double
        let grey: Int?
    }
}
