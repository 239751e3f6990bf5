/// What can go wrong between the caller and the store.
#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    /// The place cannot be used; never with a key or password in it.
    #[error("{0}")]
    Place(String),
    /// The store cannot be set up by what the environment says.
    #[error("the object store cannot be used: {0}")]
    Setup(object_store::Error),
    /// The store refused, failed or could not be reached in time.
    #[error("the object store failed: {0}")]
    Store(#[from] object_store::Error),
    /// The store took longer than what may get lost is waited for.
    #[error("the object store did not answer within {} s", .0.as_secs())]
    Late(std::time::Duration),
    /// A file or folder of this machine cannot be used.
    #[error("cannot {what}: {source}")]
    File {
        /// What was being done.
        what: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
}

impl ObjectsError {
    /// The store may do the same later. Otherwise it has refused, or what it was told makes no sense.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Late(_) => true,
            Self::Store(error) => matches!(error, object_store::Error::Generic { .. }),
            Self::Place(_) | Self::Setup(_) | Self::File { .. } => false,
        }
    }

    pub(crate) fn file(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { what, source }
    }
}
