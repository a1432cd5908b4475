import Core
import Imaging
import TestSupport
import Testing

struct ExifTests {
    private let jpeg = TestPictures.gradient(width: 80, height: 60).jpeg(quality: 95)

    /// Where the stored top left (black), top right (red) and bottom left (green) corners show.
    @Test(
        "Every orientation puts the corners where EXIF says",
        arguments: [
            (Orientation.up, "tl", "tr"), (.upMirrored, "tr", "tl"), (.down, "br", "bl"), (.downMirrored, "bl", "br"),
            (.leftMirrored, "tl", "bl"), (.right, "tr", "br"), (.rightMirrored, "br", "tr"), (.left, "bl", "tl"),
        ]
    )
    func orientations(orientation: Orientation, black: String, red: String) throws {
        let bytes = ExifBlock(orientation: orientation).inserted(into: jpeg)
        let info = try ImageInfo.probe(bytes)
        #expect(info.orientation == orientation && info.storedWidth == 80)
        let picture = try Picture.decode(bytes)
        #expect(picture.width == (orientation.rawValue >= 5 ? 60 : 80))
        #expect(picture.width == info.width && picture.height == info.height)
        let corners = [
            "tl": picture[0, 0], "tr": picture[picture.width - 1, 0], "bl": picture[0, picture.height - 1],
            "br": picture[picture.width - 1, picture.height - 1],
        ]
        let darkest = corners.min { $0.value.x / 2 + $0.value.y / 2 < $1.value.x / 2 + $1.value.y / 2 }
        let reddest = corners.max { Int($0.value.x) - Int($0.value.y) < Int($1.value.x) - Int($1.value.y) }
        #expect(darkest?.key == black && reddest?.key == red)
        // The tensor of the turned picture is the tensor of one that was stored upright.
        let format = TensorFormat(width: 20, height: 30)
        let region = try #require(Region(x: 0.1, y: 0.2, width: 0.5, height: 0.3))
        let direct = picture.tensor(as: format, crop: .region(region))
        let copied = picture.upright().tensor(as: format, crop: .region(region))
        #expect(zip(direct, copied).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test func `facts are read: when, where and by which camera`() throws {
        var block = ExifBlock()
        block.make = "Hedge \u{1}"
        block.takenAt = "2021:05:28 06:31:22"
        block.offset = "-07:00"
        block.serial = "A-17"
        block.latitude = [33, 51, 3_550]
        block.longitude = [151, 12, 4_000]
        block.isSouth = true
        let facts = try ImageInfo.probe(block.inserted(into: jpeg)).exif
        #expect(facts.make == "Hedge" && facts.serial == "A-17" && facts.model == nil)
        #expect(facts.takenAt?.description == "2021-05-28T06:31:22-07:00")
        #expect(facts.takenAt?.timestamp(assumingOffset: 0).microseconds == 1_622_208_682_000_000)
        let place = try #require(facts.location)
        #expect(abs(place.latitude + 33.859_861) < 1e-5 && abs(place.longitude - 151.211_111) < 1e-5)
    }

    @Test func `texts and the temperature are read, however the comment is written`() throws {
        var block = ExifBlock()
        block.description = "Temp:12C\nBatt:80 \u{1}" + String(repeating: "x", count: 2_000)
        block.temperature = -75
        block.comment = Array("ASCII\0\0\0by the pond".utf8)
        var facts = try ImageInfo.probe(block.inserted(into: jpeg)).exif
        #expect(facts.temperature == -7.5 && facts.comment == "by the pond")
        #expect(facts.description?.hasPrefix("Temp:12C Batt:80 xxx") == true && facts.description?.count == 1_024)
        block.comment = Array("UNICODE\0".utf8) + Array("Höhle".utf16).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        block.temperature = 9_990
        facts = try ImageInfo.probe(block.inserted(into: jpeg)).exif
        #expect(facts.comment == "Höhle" && facts.temperature == nil)
        block.comment = Array("$CoMmEnt".utf8) + [1, 2, 3]
        #expect(try ImageInfo.probe(block.inserted(into: jpeg)).exif.comment == nil)
    }

    @Test func `notes that are cut off cost only what is missing`() throws {
        var notes: [UInt8] = [0x01, 0xF1] + [UInt8](repeating: 0, count: 0x26)
        notes += [0xF4, 0xFF] + Array("H5".utf16).flatMap { [UInt8($0 & 0xFF), 0] }
        var block = ExifBlock()
        block.notes = notes
        let facts = try ImageInfo.probe(block.inserted(into: jpeg)).exif
        #expect(facts.temperature == -12 && facts.serial == "H5" && facts.batteryVolts == nil && facts.label == nil)
        block.notes = [0x01, 0xF1]
        #expect(try ImageInfo.probe(block.inserted(into: jpeg)).exif.temperature == nil)
    }

    @Test(
        "The notes of real cameras by Reconyx are read",
        .enabled(if: SharedData.isPresent, "needs the shared pictures"),
        arguments: [
            ("burrow_IMG_0708.JPG", "P900FF03149458", 28.0, 8.47, "PC900 PROFESSIONAL"),
            ("burrow_IMG_1160.JPG", "P900HK05277856", 23.0, 7.47, "R42"),
            ("burrow_RCNX0242.JPG", "HLPXEL09018058", 29.0, 7.63, "R49"),
            ("speciesnet_blank.jpg", "H550HH12223408", 21.0, 8.15, "HC550 HYPERFIRE"),
        ]
    )
    func reconyx(name: String, serial: String, temperature: Double, volts: Double, label: String) throws {
        let facts = try ImageInfo.probe(TestPictures.file("data/cameratrap/\(name)")).exif
        #expect(facts.serial == serial && facts.temperature == temperature && facts.label == label)
        #expect(abs((facts.batteryVolts ?? 0) - volts) < 0.01)
    }

    @Test(
        "Nonsense in a fact costs only that fact",
        arguments: [
            "2021:13:28 06:31:22", "0000:00:00 00:00:00", "    :  :     :  :  ", "yesterday", "2021:05:28 25:00:00",
        ]
    )
    func nonsense(time: String) throws {
        var block = ExifBlock(orientation: .right)
        block.takenAt = time
        block.latitude = [95, 0, 0]
        block.longitude = [10, 0, 0]
        let facts = try ImageInfo.probe(block.inserted(into: jpeg)).exif
        #expect(facts.takenAt == nil && facts.location == nil && facts.orientation == .right)
    }

    @Test func `a corrupt block never costs the picture`() throws {
        var random = SplitMix(state: 7)
        var block = ExifBlock()
        block.takenAt = "2021:05:28 06:31:22"
        block.latitude = [1, 2, 3]
        block.longitude = [4, 5, 6]
        block.comment = Array("UNICODE\0A".utf8)
        block.notes = [0x01, 0xF1] + [UInt8](repeating: 7, count: 100)
        block.temperature = 3
        let whole = block.bytes
        for round in 0..<300 {
            var bytes = whole
            for _ in 0...Int.random(in: 0..<8, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if round % 3 == 0 { bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random))) }
            #expect(throws: Never.self) { try Picture.decode(ExifBlock.inserted(bytes, into: jpeg), atLeast: 16) }
        }
    }

    @Test(
        "Real cameras' facts are as Pillow reads them",
        .enabled(if: SharedData.isPresent, "needs the shared pictures"),
        arguments: [
            ("burrow_IMG_0708.JPG", "2020-04-16T10:10:32", "RECONYX", "PC900 PROFESSIONAL"),
            ("southwest_2021-05-28_SYFR0041_deer.JPG", "2021-05-29T03:51:33", "SY", "4.0CG-R"),
            ("southwest_IMAG0031_wolf.JPG", "2013-03-31T16:27:36", "BolyMedia", "SG565FV-8M"),
            ("speciesnet_human.jpg", "2024-01-21T15:19:15", nil, "E8"),
            ("ena24_2480.jpg", nil, nil, nil),
        ]
    )
    func real(name: String, time: String?, make: String?, model: String?) throws {
        let facts = try ImageInfo.probe(TestPictures.file("data/cameratrap/\(name)")).exif
        #expect(facts.takenAt?.description == time && facts.make == make && facts.model == model)
        // One of these cameras fills its GPS fields with the same fractions everywhere, without saying N or E.
        #expect(facts.location == nil)
    }
}
