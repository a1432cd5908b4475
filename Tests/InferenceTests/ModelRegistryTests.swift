import Core
import Foundation
import Testing
import TestSupport

@testable import Inference

struct ModelRegistryTests {
    private func registry(_ sources: [ModelRegistry.Source], cores: Int = 1) -> ModelRegistry {
        ModelRegistry(
            sources: sources,
            precision: .f32,
            options: SessionOptions(cores: cores, depth: 64, grouping: .never),
            log: .silent
        )
    }

    @Test func `before it is loaded a model says so, afterwards it answers`() async throws {
        let registry = registry([.init(name: "leaf", folder: ModelFolder.shipped)])
        let fault = #expect(throws: ModelFault.self) { try registry.classifier(named: "leaf") }
        #expect(fault?.code == .loading)
        #expect(await registry.check().status == .unhealthy)
        try await registry.load()
        #expect(try registry.classifier(named: "leaf").identity.version == "0.1.0")
        #expect(await registry.check() == .healthy)
    }

    @Test func `a spoiled model is unavailable with its cure while the other answers`() async throws {
        try await withTemporaryDirectory { folder in
            let spoiled = try ModelFolder.copy(to: folder, name: "spoiled")
            try FileManager.default.removeItem(atPath: spoiled + "/model.onnx")
            try Data("half a mod".utf8).write(to: URL(filePath: spoiled + "/model.onnx"))
            let registry = registry([
                .init(name: "leaf", folder: ModelFolder.shipped),
                .init(name: "moth", folder: spoiled, reinstall: "hedgerow models install moth"),
            ])
            try await registry.load()
            _ = try await registry.classifier(named: "leaf").classify(Leaf.picture())
            let fault = #expect(throws: ModelFault.self) { try registry.classifier(named: "moth") }
            #expect(fault?.code == .altered)
            let health = await registry.check()
            #expect(health.status == .unhealthy)
            // By the name of its place, whatever the package calls itself.
            #expect(health.detail?.contains("“moth” is unavailable") == true)
            #expect(health.detail?.contains("`hedgerow models install moth`") == true)
            #expect(health.detail?.contains(folder) == false)
            let unknown = #expect(throws: ModelFault.self) { try registry.classifier(named: "tulip") }
            #expect(unknown?.code == .missing)
        }
    }

    @Test func `a swap that fails leaves the old model on duty`() async throws {
        let registry = registry([.init(name: "leaf", folder: ModelFolder.shipped)])
        try await registry.load()
        await #expect(throws: ModelFault.self) { try await registry.swap("leaf", to: "/nonexistent") }
        _ = try await registry.classifier(named: "leaf").classify(Leaf.picture())
        #expect(await registry.check() == .healthy)
    }

    @Test func `hundreds of requests over several swaps are all answered, each by a model that it names`() async throws
    {
        try await withTemporaryDirectory { folder in
            let versions = try (1...3).map { number in
                try ModelFolder.copy(to: folder, name: "v\(number)") { $0["version"] = "0.\(number).0" }
            }
            let registry = registry([.init(name: "leaf", folder: versions[0])], cores: 2)
            try await registry.load()
            let picture = Leaf.picture()
            let expected = try await Leaf.f32.get().classify(picture)
            let seen = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        var seen: [String] = []
                        while Set(seen).count < 3 || seen.count < 60 {
                            let answer = try await registry.classifier(named: "leaf").classify(picture)
                            #expect(zip(answer.logits, expected.logits).allSatisfy { abs($0 - $1) < 1e-3 })
                            seen.append(answer.model.version)
                        }
                        return seen
                    }
                }
                group.addTask {
                    for version in [1, 2, 0, 1, 2] {
                        try await Task.sleep(for: .milliseconds(50))
                        try await registry.swap("leaf", to: versions[version])
                    }
                    return []
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(seen.count >= 360)
            #expect(Set(seen) == ["0.1.0", "0.2.0", "0.3.0"])
        }
    }
}

struct ModelVerificationTests {
    @Test func `the shipped model is loaded and run in each precision`() throws {
        let report = ModelVerification.verify(folder: ModelFolder.shipped, runtime: try Leaf.runtime.get())
        #expect(report.fault == nil)
        #expect(report.ran.contains(.f32) && report.ran.contains(.int8))
        #expect(report.identity?.name == "leaf-v0")
    }

    @Test func `a folder of models is listed, broken ones with their fault`() async throws {
        try await withTemporaryDirectory { folder in
            _ = try ModelFolder.copy(to: folder, name: "good")
            _ = try ModelFolder.copy(to: folder, name: "nameless") { $0["name"] = nil }
            let reports = ModelVerification.list(below: folder)
            #expect(reports.map { $0.identity?.name } == ["leaf-v0", nil])
            #expect(reports[1].fault?.reason == "model.json: name is missing")
            let missing = ModelVerification.verify(folder: folder + "/none", runtime: try Leaf.runtime.get())
            #expect(missing.fault?.code == .missing)
        }
    }
}
