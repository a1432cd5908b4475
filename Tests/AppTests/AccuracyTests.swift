import Foundation
import TestSupport
import Testing

/// The whole path, HTTP and real decoder included, against what the model's card promises.
@Suite(.enabled(if: SharedData.isPresent, "needs the shared pictures"))
struct AccuracyTests {
    private struct Answer {
        let truth: String
        let prediction: String
        let confidence: Double
        let verdict: String
    }

    /// Sends every picture below a folder of class folders, in batches.
    private func answers(below folder: String) async throws -> [Answer] {
        let server = try await CommonServer.get()
        let root = SharedData.path(folder)
        var answers: [Answer] = []
        for truth in try FileManager.default.contentsOfDirectory(atPath: root).sorted() {
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(truth)").sorted()
            let form = try names.reduce(MultipartBody()) { form, name in
                form.file("files", try TestPictures.read("\(root)/\(truth)/\(name)"))
            }
            let answer = try server.post("/predict_batch?top_k=1", form)
            let predictions = try #require(answer.json["predictions"] as? [[String: Any]])
            #expect(predictions.count == names.count)
            for prediction in predictions {
                answers.append(
                    Answer(
                        truth: truth,
                        prediction: try #require(prediction["prediction"] as? String),
                        confidence: try #require(prediction["confidence"] as? Double),
                        verdict: try #require(prediction["verdict"] as? String)
                    )
                )
            }
        }
        return answers
    }

    @Test func `validation leaves are named as often, and as surely, as the card says`() async throws {
        let answers = try await answers(below: "data/leaf/val")
        let accuracy = Double(answers.count { $0.prediction == $0.truth }) / Double(answers.count)
        let bins = Dictionary(grouping: answers) { min(14, Int($0.confidence * 15)) }
        let calibrationError = bins.values.reduce(0) { sum, bin in
            let confidence = bin.reduce(0) { $0 + $1.confidence } / Double(bin.count)
            let right = Double(bin.count { $0.prediction == $0.truth }) / Double(bin.count)
            return sum + abs(confidence - right) * Double(bin.count) / Double(answers.count)
        }
        print("accuracy over HTTP \(accuracy) on \(answers.count) pictures, calibration error \(calibrationError)")
        #expect(answers.count > 1_000)
        #expect(accuracy > 0.986 - 0.005)
        #expect(calibrationError < 0.02)
        let wrongAndSure = answers.count { $0.prediction != $0.truth && $0.verdict == "confident" }
        #expect(Double(wrongAndSure) / Double(answers.count) < 0.02)
    }

    @Test func `trap pictures of animals, people and cars get no confident plant`() async throws {
        let server = try await CommonServer.get()
        let folder = SharedData.path("data/cameratrap")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .filter { $0.lowercased().contains(".jp") }
        var confident: [String] = []
        for file in files {
            let answer = try server.post(
                "/predict",
                MultipartBody().file("file", TestPictures.read("\(folder)/\(file)"))
            )
            if answer.json["verdict"] as? String == "confident" { confident.append(file) }
        }
        print("trap pictures with a confident plant: \(confident.count) of \(files.count) \(confident)")
        #expect(files.count >= 30)
        #expect(confident.count <= 1)
    }

    @Test func `beans, which the model never saw, are mostly not named`() async throws {
        let answers = try await answers(below: "data/beans")
        let named = answers.count { $0.verdict == "confident" }
        let uncertain = answers.count { $0.verdict == "uncertain" }
        print(
            "beans: \(named) named, \(uncertain) uncertain, \(answers.count - named - uncertain) no leaf, of \(answers.count)"
        )
        #expect(Double(named) / Double(answers.count) < 0.15)
    }
}
