import Database

extension WildlifeMigrations {
    /// `frame_seconds` says where in a video something was found; on a picture there is no such place.
    static let videos = Migration(
        feature: "wildlife",
        number: 5,
        name: "videos",
        up: """
            ALTER TABLE image ADD COLUMN duration_seconds {real};
            ALTER TABLE image ADD COLUMN frame_rate {real};
            ALTER TABLE detection ADD COLUMN frame_seconds {real};
            CREATE TABLE video_frame (
                image_id {uuid} NOT NULL REFERENCES image (id) ON DELETE CASCADE,
                position {integer} NOT NULL,
                seconds {real} NOT NULL,
                object_key {text} NOT NULL,
                veiled_key {text},
                PRIMARY KEY (image_id, position)
            ) {strict};
            """,
        down: """
            DROP TABLE video_frame;
            ALTER TABLE detection DROP COLUMN frame_seconds; ALTER TABLE image DROP COLUMN frame_rate;
            ALTER TABLE image DROP COLUMN duration_seconds;
            """
    )
}
