use x11rb::connection::Connection as _;
use x11rb::protocol::damage::{ConnectionExt as _, Damage, ReportLevel};
use x11rb::protocol::xfixes::{ConnectionExt as _, Region};

use super::connection::{Connection, rect};
use crate::Rect;
use crate::display::DisplayError;

/// The root window's damage. The server reports only that there is some, once, until it is taken: a
/// film on a screen that nobody looks at costs nothing.
pub(super) struct RootDamage {
    damage: Damage,
    parts: Region,
}

impl RootDamage {
    pub(super) fn watch(connection: &Connection) -> Result<Self, DisplayError> {
        let x = &connection.x;
        x.xfixes_query_version(5, 0)?.reply()?;
        x.damage_query_version(1, 1)?.reply()?;
        let (damage, parts) = (x.generate_id()?, x.generate_id()?);
        x.xfixes_create_region(parts, &[])?;
        x.damage_create(damage, connection.root, ReportLevel::NON_EMPTY)?
            .check()?;
        Ok(Self { damage, parts })
    }

    /// The damage since it was last taken.
    pub(super) fn take(&self, connection: &Connection) -> Result<Vec<Rect>, DisplayError> {
        connection
            .x
            .damage_subtract(self.damage, x11rb::NONE, self.parts)?;
        let reply = connection.x.xfixes_fetch_region(self.parts)?.reply()?;
        Ok(reply.rectangles.into_iter().map(rect).collect())
    }

    /// Drops the damage since it was last taken.
    pub(super) fn forget(&self, connection: &Connection) -> Result<(), DisplayError> {
        connection
            .x
            .damage_subtract(self.damage, x11rb::NONE, x11rb::NONE)?;
        Ok(())
    }
}
