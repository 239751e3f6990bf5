//! What a tool may do to the world, for clients that ask a person first.

use rmcp::model::ToolAnnotations;

/// Hints for clients. They say what a tool may do, not what it does each time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hints {
    changes: bool,
    /// Whether something may be lost.
    destroys: bool,
    /// Whether doing it twice is doing it once.
    idempotent: bool,
    /// Whether web pages and other programs have a part in it.
    open_world: bool,
}

impl Hints {
    /// It looks at what is Nen's own.
    pub(crate) const LOOKS: Self = Self {
        changes: false,
        destroys: false,
        idempotent: true,
        open_world: false,
    };
    /// It makes something that was not there, or changes what can be changed back.
    pub(crate) const CHANGES: Self = Self {
        changes: true,
        destroys: false,
        idempotent: false,
        open_world: false,
    };
    /// It may end or replace something for good.
    pub(crate) const DESTROYS: Self = Self {
        changes: true,
        destroys: true,
        idempotent: false,
        open_world: false,
    };

    pub(crate) const fn idempotent(self) -> Self {
        Self {
            idempotent: true,
            ..self
        }
    }

    pub(crate) const fn open_world(self) -> Self {
        Self {
            open_world: true,
            ..self
        }
    }

    pub(crate) fn annotations(self, title: &str) -> ToolAnnotations {
        ToolAnnotations::with_title(title)
            .read_only(!self.changes)
            .destructive(self.destroys)
            .idempotent(self.idempotent)
            .open_world(self.open_world)
    }
}
