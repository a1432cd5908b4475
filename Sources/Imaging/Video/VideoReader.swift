import Core
import Glibc

/// Reads videos through the programs of ffmpeg, each file in a process of its own: containers and codecs are a large
/// surface, and what goes wrong with a hostile file goes wrong outside.
package struct VideoReader: Sendable {
    private let ffmpeg: String
    private let ffprobe: String
    private let start: Subprocess

    /// What to do where there is none.
    package static let cure = "install it with: apt install ffmpeg"
    /// The packages of Debian 12, and their names elsewhere.
    private static let programs = ("ffmpeg", "ffprobe")

    /// Frames get no larger than this.
    private static let frameSide = 1_920
    private static let mostPixels = 50_000_000
    private static let threads = WorkPool(name: "video", width: 2, depth: 256)

    private init(ffmpeg: String, ffprobe: String) {
        self.ffmpeg = ffmpeg
        self.ffprobe = ffprobe
        start = Subprocess(pool: Self.threads)
    }

    /// `nil` where ffmpeg is not installed; looked for anew each time, so that it may come while the server runs.
    ///
    /// - Parameter path: folders to look in, parted by colons; those of the process when it is `nil`.
    /// - Returns: a reader.
    package static func find(in path: String?) -> VideoReader? {
        let path = unsafe path ?? getenv("PATH").map { unsafe String(cString: $0) }
        guard let ffmpeg = Subprocess.find(programs.0, in: path), let ffprobe = Subprocess.find(programs.1, in: path)
        else { return nil }
        return VideoReader(ffmpeg: ffmpeg, ffprobe: ffprobe)
    }

    /// Reads what the video says of itself, and its last second, so that one that broke off is known.
    ///
    /// - Throws: `PictureFault` for what is no whole video, `VideoReaderFault` when that cannot be told.
    package func facts(of path: String, _ format: VideoFormat) async throws -> VideoFacts {
        let entries =
            "stream=width,height,avg_frame_rate,duration:stream_side_data=rotation"
            + ":format=duration:format_tags=creation_time,com.apple.quicktime.creationdate,date"
        let outcome = try await run(
            ffprobe,
            Self.reading(path, format) {
                $0 + ["-select_streams", "v:0", "-show_entries", entries, "-of", "json"]
            },
            within: Self.limits(output: 256 << 10)
        )
        guard outcome.end == .exit(0), let facts = VideoFacts(probe: outcome.output) else {
            throw PictureFault.brokenVideo("no moving picture is found in it")
        }
        guard facts.width * facts.height <= Self.mostPixels else {
            throw PictureFault.tooLarge(
                width: facts.width,
                height: facts.height,
                limit: "a video may have \(Self.mostPixels / 1_000_000) million"
            )
        }
        // The last moment may lie after the last frame, the one before it does not.
        let late = max(0, facts.seconds - max(1, 2 / max(facts.frameRate, 0.1)))
        guard try await frame(of: path, format, at: late) != nil else {
            throw PictureFault.brokenVideo("it ends before its last second")
        }
        return facts
    }

    /// - Returns: the frame that shows at a moment, as an upright JPEG; `nil` when there is none.
    package func frame(of path: String, _ format: VideoFormat, at seconds: Double) async throws -> [UInt8]? {
        let side = Self.frameSide
        let outcome = try await run(
            ffmpeg,
            Self.reading(path, format) { input in
                ["-nostdin", "-ss", "\(Milliseconds(seconds))"] + input + [
                    "-map", "0:v:0", "-an", "-sn", "-dn", "-frames:v", "1", "-threads", "1", "-filter_threads", "1",
                    "-vf", "scale=w='min(\(side),iw)':h='min(\(side),ih)':force_original_aspect_ratio=decrease",
                    "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", "2", "-f", "image2pipe", "pipe:1",
                ]
            },
            within: Self.limits(output: 16 << 20)
        )
        guard outcome.end == .exit(0), !outcome.output.isEmpty else { return nil }
        return outcome.output
    }

    /// A program that was ended from outside, never begun or not let work says nothing about the file.
    private func run(
        _ program: String,
        _ arguments: [String],
        within limits: Subprocess.Limits
    ) async throws -> Subprocess.Outcome {
        let outcome: Subprocess.Outcome
        do {
            outcome = try await start(program, arguments, within: limits)
        } catch let fault as SystemFault {
            throw VideoReaderFault(detail: "ffmpeg cannot be started: \(fault)")
        }
        switch outcome.end {
        case .exit(126), .exit(127): throw VideoReaderFault(detail: "ffmpeg cannot be started: \(outcome.complaint)")
        case .tooMuchWork: throw PictureFault.brokenVideo("reading it takes more work than any camera's video needs")
        case .outOfTime, .signal: throw VideoReaderFault(detail: "ffmpeg took longer or needed more than it may")
        case .exit, .tooMuchOutput: return outcome
        }
    }

    /// The reader is named, so that ffmpeg does not guess it, and nothing but files is opened.
    private static func reading(
        _ path: String,
        _ format: VideoFormat,
        _ around: ([String]) -> [String]
    ) -> [String] {
        let input = [
            "-protocol_whitelist", "file,pipe", "-f", format.reader, "-threads", "1", "-max_pixels", "\(mostPixels)",
            "-i", "file:\(path)",
        ]
        return ["-hide_banner", "-v", "error"] + around(input)
    }

    private static func limits(output: Int) -> Subprocess.Limits {
        Subprocess.Limits(time: .seconds(120), processorSeconds: 20, addressSpace: 2 << 30, output: output)
    }
}

/// Why nobody can say what a video holds.
package struct VideoReaderFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let detail: String
    package var description: String { detail }
}

/// Seconds to the thousandth, without an exponent.
private struct Milliseconds: CustomStringConvertible {
    private let count: Int

    init(_ seconds: Double) { count = Int((max(0, min(seconds, 1e9)) * 1_000).rounded()) }

    var description: String {
        let rest = String(count % 1_000)
        return "\(count / 1_000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }
}
