import Testing

@testable import Imaging

struct ResamplingTests {
    /// The mean over exactly the area that a target pixel covers, by the definition.
    private func areaMean(_ picture: Picture, x: Double, y: Double, width: Double, height: Double) -> SIMD3<Double> {
        var sum = SIMD3<Double>.zero
        for row in Int(y)..<min(picture.height, Int((y + height).rounded(.up))) {
            for column in Int(x)..<min(picture.width, Int((x + width).rounded(.up))) {
                let across = min(Double(column + 1), x + width) - max(Double(column), x)
                let down = min(Double(row + 1), y + height) - max(Double(row), y)
                sum +=
                    SIMD3<Double>(SIMD3<Int>(truncatingIfNeeded: picture[column, row])) * max(across, 0) * max(down, 0)
            }
        }
        return sum / (width * height)
    }

    @Test("Shrinking takes the exact mean of the area", arguments: [(192, 192, 160), (97, 83, 64), (60, 200, 13)])
    func area(width: Int, height: Int, side: Int) {
        let picture = TestPictures.noise(width: width, height: height)
        let tensor = picture.tensor(as: TensorFormat(width: side, height: side, factor: 1))
        let square = min(width, height)
        let step = Double(square) / Double(side)
        let (left, top) = (Double((width - square) / 2), Double((height - square) / 2))
        var largest = 0.0
        for y in 0..<side {
            for x in 0..<side {
                let expected = areaMean(
                    picture,
                    x: left + Double(x) * step,
                    y: top + Double(y) * step,
                    width: step,
                    height: step
                )
                for channel in 0..<3 {
                    let value = Double(tensor[channel * side * side + y * side + x])
                    largest = max(largest, abs(value - expected[channel]))
                }
            }
        }
        #expect(largest < 0.01)
    }

    @Test func `enlarging is bilinear between pixel centres`() {
        let picture = Picture(width: 2, height: 1, pixels: [0, 0, 0, 200, 100, 40])
        let tensor = picture.tensor(as: TensorFormat(width: 4, height: 2, factor: 1), crop: .whole)
        #expect(Array(tensor[0..<4]) == [0, 50, 150, 200])
        #expect(Array(tensor[4..<8]) == [0, 50, 150, 200])
        #expect(Array(tensor[8..<12]) == [0, 25, 75, 100])
    }

    @Test func `the same size changes nothing`() {
        let picture = TestPictures.noise(width: 64, height: 48)
        #expect(TestPictures.difference(picture.resized(width: 64, height: 48), picture) == 0)
    }

    @Test func `planes follow the order, scale, mean and deviation asked for`() {
        let picture = Picture(width: 1, height: 1, pixels: [255, 51, 0])
        let plain = picture.tensor(as: TensorFormat(width: 1, height: 1))
        #expect(zip(plain, [1, 0.2, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
        let blueFirst = TensorFormat(width: 1, height: 1, order: .bgr, factor: 1)
        #expect(picture.tensor(as: blueFirst) == [0, 51, 255])
        let normalised = TensorFormat(width: 1, height: 1, mean: [0.5, 0.2, 0], deviation: [0.5, 0.1, 2])
        #expect(zip(picture.tensor(as: normalised), [1, 0, 0]).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test(
        "Crops mean the same part whole or cut out",
        arguments: [
            (0.0, 0.0, 0.5, 0.5), (0.25, 0.5, 0.25, 0.5), (0.5, 0.0, 0.5, 1.0),
        ]
    )
    func crops(x: Double, y: Double, width: Double, height: Double) throws {
        let picture = TestPictures.noise(width: 80, height: 60)
        let crop = Crop.region(try #require(Region(x: x, y: y, width: width, height: height)))
        let cut = picture.cropped(crop)
        #expect(cut.width == Int(80 * width) && cut.height == Int(60 * height))
        #expect(cut[0, 0] == picture[Int(80 * x), Int(60 * y)])
        let format = TensorFormat(width: 10, height: 10)
        let a = picture.tensor(as: format, crop: crop)
        let b = cut.tensor(as: format, crop: .whole)
        #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test func `the square around a region stays inside the picture`() throws {
        let corner = try #require(Region(x: 0.9, y: 0.8, width: 0.1, height: 0.2))
        let part = Crop.square(around: corner).rectangle(width: 200, height: 100)
        #expect(abs(part.x - 180) < 1e-9 && abs(part.y - 80) < 1e-9 && abs(part.width - 20) < 1e-9)
        #expect(part.width == part.height)
        let wide = try #require(Region(x: 0, y: 0.4, width: 1, height: 0.1))
        let square = Crop.square(around: wide).rectangle(width: 200, height: 100)
        #expect(square == Rectangle(x: 50, y: 0, width: 100, height: 100))
    }

    @Test(
        "Regions outside the picture are refused",
        arguments: [
            (-0.1, 0.0, 0.5, 0.5), (0.6, 0.0, 0.5, 0.5), (0.0, 0.0, 0.0, 0.5), (.nan, 0.0, 0.5, 0.5),
            (0.0, 0.0, .infinity, 1.0),
        ]
    )
    func regions(x: Double, y: Double, width: Double, height: Double) {
        #expect(Region(x: x, y: y, width: width, height: height) == nil)
    }

    @Test(
        "Thumbnails keep their proportions and never grow",
        arguments: [
            (400, 300, 200, 200, 150), (300, 400, 200, 150, 200), (100, 80, 200, 100, 80), (1_000, 3, 100, 100, 1),
        ]
    )
    func thumbnails(width: Int, height: Int, longSide: Int, newWidth: Int, newHeight: Int) {
        let small = TestPictures.gradient(width: width, height: height).resized(longSide: longSide)
        #expect(small.width == newWidth && small.height == newHeight)
    }

    @Test func `a tiny region of a large picture is decoded in detail`() throws {
        let bytes = TestPictures.gradient(width: 1_600, height: 1_200).jpeg()
        let region = try #require(Region(x: 0.4, y: 0.4, width: 0.15, height: 0.2))
        #expect(try Picture.decode(bytes, atLeast: 160, crop: .square(around: region)).width == 1_600)
        #expect(try Picture.decode(bytes, atLeast: 160).width == 400)
    }
}
