import Database

extension WildlifeMigrations {
    /// `gps_latitude` and `gps_longitude` are what a picture says of itself; `move_due` says that a look at what a camera's
    /// pictures say is ordered and has not begun.
    static let moves = Migration(
        feature: "wildlife",
        number: 7,
        name: "camera-moves",
        up: """
            ALTER TABLE image ADD COLUMN gps_latitude {real};
            ALTER TABLE image ADD COLUMN gps_longitude {real};
            ALTER TABLE camera ADD COLUMN move_due {boolean} NOT NULL DEFAULT FALSE;
            CREATE INDEX image_gps ON image (camera_id, captured_at) WHERE gps_latitude IS NOT NULL;
            CREATE TABLE camera_move (
                id {uuid} PRIMARY KEY,
                camera_id {uuid} NOT NULL REFERENCES camera (id) ON DELETE CASCADE,
                previous_id {uuid} REFERENCES deployment (id) ON DELETE CASCADE,
                deployment_id {uuid} REFERENCES deployment (id) ON DELETE CASCADE,
                accepted_site_id {uuid},
                state {text} NOT NULL CHECK (state IN ('open', 'accepted', 'dismissed')),
                from_latitude {real},
                from_longitude {real},
                latitude {real} NOT NULL,
                longitude {real} NOT NULL,
                first_at {timestamp} NOT NULL,
                last_at {timestamp} NOT NULL,
                images {integer} NOT NULL,
                ends_previous {boolean} NOT NULL,
                camera_latitude {real},
                camera_longitude {real},
                created_at {timestamp} NOT NULL
            ) {strict};
            CREATE UNIQUE INDEX camera_move_open ON camera_move (camera_id) WHERE state = 'open';
            CREATE INDEX camera_move_camera ON camera_move (camera_id, id);
            CREATE INDEX camera_move_previous ON camera_move (previous_id);
            CREATE INDEX camera_move_deployment ON camera_move (deployment_id);
            """,
        down: """
            DROP TABLE camera_move; DROP INDEX image_gps;
            ALTER TABLE camera DROP COLUMN move_due;
            ALTER TABLE image DROP COLUMN gps_longitude; ALTER TABLE image DROP COLUMN gps_latitude;
            """
    )
}
