import Core
import Foundation

/// Videos made for tests by ffmpeg itself.
package enum TestVideo {
    /// A moving pattern with a tone.
    package static func pattern(
        seconds: Int = 5,
        as ending: String = "mp4",
        more: [String] = []
    ) async throws -> [UInt8] {
        let codecs = ending == "avi" ? ["-c:v", "mjpeg", "-c:a", "pcm_s16le"] : ["-c:v", "mpeg4", "-c:a", "aac"]
        return try await make(
            [
                "-f", "lavfi", "-i", "testsrc=d=\(seconds):s=320x240:r=10", "-f", "lavfi", "-i", "sine=d=\(seconds)",
            ] + codecs + more,
            as: ending
        )
    }

    /// Pictures, each of which stands for a while.
    package static func scenes(
        _ scenes: [(path: String, seconds: Int)],
        as ending: String = "mp4",
        more: [String] = []
    ) async throws -> [UInt8] {
        let inputs = scenes.flatMap { ["-loop", "1", "-t", "\($0.seconds)", "-i", $0.path] }
        let fitted = scenes.indices.map {
            "[\($0):v]scale=960:720:force_original_aspect_ratio=decrease,pad=960:720:-1:-1,setsar=1,fps=10[s\($0)]"
        }
        let joined = scenes.indices.map { "[s\($0)]" }.joined() + "concat=n=\(scenes.count),format=yuv420p[v]"
        let filter = (fitted + [joined]).joined(separator: ";")
        return try await make(
            inputs + ["-filter_complex", filter, "-map", "[v]", "-c:v", ending == "avi" ? "mjpeg" : "libx264"] + more,
            as: ending
        )
    }

    package static func make(_ arguments: [String], as ending: String) async throws -> [UInt8] {
        let path = FileManager.default.temporaryDirectory.path + "/\(UUIDv7.next()).\(ending)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var limits = Subprocess.Limits(
            time: .seconds(120),
            processorSeconds: 100,
            addressSpace: 4 << 30,
            output: 1 << 10
        )
        limits.fileSize = 256 << 20
        let run = Subprocess(pool: WorkPool(name: "test video", width: 1, depth: 1))
        let outcome = try await run(
            "/usr/bin/ffmpeg",
            ["-nostdin", "-v", "error"] + arguments + [path],
            within: limits
        )
        guard outcome.end == .exit(0) else { throw Failure(complaint: outcome.complaint) }
        return Array(try Data(contentsOf: URL(filePath: path)))
    }

    private struct Failure: Error { let complaint: String }
}
