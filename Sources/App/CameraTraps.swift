import Accounts
import Core
import HTTPServer
import Synchronization
import Wildlife

/// Camera traps on the machine itself, also beside a running server.
package struct CameraTraps: Sendable {
    let wildlife: WildlifeFeature

    /// What became of the files of a folder.
    package struct Report: Codable, Sendable {
        package fileprivate(set) var taken = 0
        /// Those that were here before.
        package fileprivate(set) var known = 0
        /// Of the condition of cameras.
        package fileprivate(set) var reports = 0
        package fileprivate(set) var rejected: [Rejected] = []

        package struct Rejected: Codable, Sendable {
            package let file: String
            package let reason: String
        }
    }

    /// Opens what the configuration names, and closes it afterwards.
    package static func with<Value: Sendable>(
        _ configuration: Configuration,
        _ body: (CameraTraps) async throws -> Value
    ) async throws -> Value {
        let kit = try await Kit.open(configuration, log: .silent)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(CameraTraps(wildlife: FeatureSet.wildlife(kit))))
        } catch let problem as Problem {
            result = .failure(StartFault(problem.detail))
        } catch {
            result = .failure(error)
        }
        await kit.close()
        return try result.get()
    }

    /// Takes the pictures of a folder; `progress` hears how many of how many are done.
    package func ingest(
        _ folder: String,
        camera: String?,
        byFolders: Bool,
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) async throws -> Report {
        let report = Mutex(Report())
        let source: IngestCard.CameraSource = byFolders ? .folders : camera.map { .code($0) } ?? .pictures
        try await wildlife.ingestCard(folder, from: source) { file, outcome, total in
            let done = report.withLock { report in
                switch outcome {
                case .taken: report.taken += 1
                case .known: report.known += 1
                case .report: report.reports += 1
                case .rejected(let reason): report.rejected.append(.init(file: file, reason: reason))
                }
                return report.taken + report.known + report.reports + report.rejected.count
            }
            progress(done, total)
        }
        return report.withLock { $0 }
    }

    /// What pure-authd is told about a camera that wants to come in.
    package func ftpAnswer(account: String, password: String) async throws -> String {
        guard let home = try await wildlife.cameraAccounts.home(of: account, password: password) else {
            return "auth_ok:-1\nend\n"
        }
        return "auth_ok:1\nuid:\(home.user)\ngid:\(home.group)\ndir:\(home.folder)/./\nend\n"
    }
}
