//! Where pictures and artifacts are kept: from a flag to a store.

use std::path::Path;

use anyhow::Context as _;
use clap::Args;
use nen_objects::{Objects, Place};

/// Where what is written once is kept.
#[derive(Debug, Clone, Args)]
pub struct ObjectArgs {
    /// Where pictures and artifacts are kept: a folder, or s3://, gs:// or az://BUCKET/FOLDER with what the environment says
    /// (AWS_…, GOOGLE_…, AZURE_…) [default: the data directory]
    // A text: what is refused may have a key in it, and clap would show it.
    #[arg(
        long,
        env = "NEN_OBJECTS",
        hide_env_values = true,
        value_name = "PLACE"
    )]
    objects: Option<String>,
}

impl ObjectArgs {
    /// Opens it. A store that refuses us is an error now rather than with the first run's files; one that is away may come
    /// back, and desktops can be used without it.
    pub async fn open(&self, data_dir: &Path) -> anyhow::Result<Objects> {
        let place = match &self.objects {
            Some(text) => text.parse()?,
            None => Place::Folder(data_dir.to_owned()),
        };
        let objects = open(&place)?;
        match objects.check().await {
            Ok(()) => {}
            Err(error) if error.is_outage() => {
                tracing::error!(%place, %error, "The place for pictures and artifacts is away");
            }
            Err(error) => {
                let what = format!("cannot use {place} for pictures and artifacts");
                return Err(error).context(what);
            }
        }
        Ok(objects)
    }
}

/// Opens a place with what the environment says.
pub fn open(place: &Place) -> anyhow::Result<Objects> {
    let settings: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    Ok(Objects::open(place, &settings)?)
}
