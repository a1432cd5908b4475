internal import FoundationEssentials

/// What `hedgerow models list` and `verify` say about one folder.
package struct ModelReport: Sendable {
    package let folder: String
    /// `nil` where `model.json` can't be read.
    package let identity: ModelIdentity?
    /// Why the model can't be used; `nil` when all that was looked at is well.
    package let fault: ModelFault?
    /// Precisions in which it was loaded and run.
    package let ran: [Precision]
}

package enum ModelVerification {
    /// Folders that hold a `model.json`, directly below `folder`, by name.
    package static func folders(below folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().map { folder + "/" + $0 }
            .filter { FileManager.default.fileExists(atPath: $0 + "/model.json") }
    }

    /// Reads the descriptions only: quick.
    package static func list(below folder: String) -> [ModelReport] {
        folders(below: folder).map { folder in
            do throws(ModelFault) {
                let identity = try AnyModelPackage.read(folder: folder).identity
                return ModelReport(folder: folder, identity: identity, fault: nil, ran: [])
            } catch {
                return ModelReport(folder: folder, identity: nil, fault: error, ran: [])
            }
        }
    }

    /// Checks hashes, loads each precision of the package and runs it once; blocks for a second or so.
    ///
    /// For a program without other sessions: it waits for all inference threads to end.
    package static func verify(
        folder: String,
        cpu: CPUFeatures = .current,
        runtime: OpenVINORuntime
    ) -> ModelReport {
        defer { waitForInferenceThreads() }
        var identity: ModelIdentity?
        var ran: [Precision] = []
        // Loading compares the description with the file's shapes and runs every request.
        let options = SessionOptions(cores: 1, grouping: .never)
        do throws(ModelFault) {
            let read = try AnyModelPackage.read(folder: folder)
            identity = read.identity
            switch read {
            case .classifier(let package):
                try package.verify()
                var choices: [PrecisionChoice] = [.f32]
                if cpu.hasBF16 { choices.append(.bf16) }
                if package.int8 != nil { choices.append(.int8) }
                for choice in choices {
                    let model = try Classifier(
                        package,
                        precision: choice,
                        cpu: cpu,
                        runtime: runtime,
                        options: options
                    )
                    ran.append(model.precision)
                }
            case .detector(let package):
                ran.append(try Detector(package, runtime: runtime, options: options).session.precision)
            }
            return ModelReport(folder: folder, identity: identity, fault: nil, ran: ran)
        } catch {
            return ModelReport(folder: folder, identity: identity, fault: error, ran: ran)
        }
    }
}
