package import Core
package import Observations

/// An analysis as it is kept: what was asked, of which pictures, and the whole answer.
package struct AnalysisRecord: Hashable, Sendable {
    /// Which call made it.
    package enum Task: String, Sendable, CaseIterable { case predict, identify, diagnose }

    package let analysis: Analysis
    package let task: Task
    /// Who asked; `nil` for anyone without a key.
    package let owner: String?
    package let pictures: [Picture]
    /// The answer as it was given, in JSON.
    package let answer: [UInt8]

    /// A picture by its content; the file itself is kept only for those who signed in.
    package struct Picture: Hashable, Sendable {
        package let digest: SHA256
        package let perceptualHash: UInt64
        package let objectKey: String?
    }
}
