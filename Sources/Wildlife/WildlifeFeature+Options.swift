package import Core

extension WildlifeFeature {
    /// What the operator decides.
    package struct Options: Sendable {
        /// The model package that finds animals.
        package var detector: String
        /// Detections below this are not believed.
        package var detectionThreshold: Double
        /// At most so many parts of a large picture are looked at besides the whole.
        package var detectorTiles = 0
        /// The model package that names animals; `nil` for the detector's own classes.
        package var classifier: String?
        /// How many people have to agree on a picture.
        package var reviewers = 1
        /// A name that is less probable gives way to the taxon above it.
        package var speciesThreshold = 0.65
        /// How clocks of cameras run of which nothing else is known.
        package var zone: LocalZone
        package var uploadLimit: Int
        /// Of a video, in bytes.
        package var videoLimit = 512 << 20
        /// So many frames of a video are looked at.
        package var videoFrames = 20
        /// Where videos lie while they come in, and archives from a store elsewhere and workbooks while they are read.
        package var spoolFolder: String
        /// The longest pause between two pictures of a burst.
        package var burstPause = Duration.seconds(60)
        /// Pictures taken within so many metres of one another were taken in one place.
        package var moveTolerance = 150
        /// `nil` for a plain grid.
        package var map: MapGround?
        /// Of this program.
        package var version: String
        /// Where cameras put their files down; `nil` for nowhere.
        package var dropFolder: String?
        /// For how long a file of the drop folder that is complete has not changed.
        package var dropQuiet = Duration.seconds(10)
        /// For how long one that is no whole picture may still be continued by its sender.
        package var dropPatience = Duration.seconds(600)
        /// Where servers may lie that files are collected from, besides the public internet.
        package var collectNetworks = AddressList()
        /// Folders with camera profiles: the operator's, and those that are shipped.
        package var profileFolders = ProfileFolders()

        package init(
            detector: String,
            detectionThreshold: Double,
            zone: LocalZone,
            uploadLimit: Int,
            spoolFolder: String,
            version: String
        ) {
            self.detector = detector
            self.detectionThreshold = detectionThreshold
            self.zone = zone
            self.uploadLimit = uploadLimit
            self.spoolFolder = spoolFolder
            self.version = version
        }
    }

    /// The tiles of a map, and to whom they are owed.
    package struct MapGround: Hashable, Sendable {
        /// An address with {z}, {x} and {y}.
        package let tiles: String
        package let attribution: String
        package let maxZoom: Int

        package init(tiles: String, attribution: String, maxZoom: Int) {
            self.tiles = tiles
            self.attribution = attribution
            self.maxZoom = maxZoom
        }
    }
}
