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
    #[arg(long, env = "NEN_OBJECTS", value_name = "PLACE")]
    objects: Option<Place>,
}

impl ObjectArgs {
    /// Opens it. A store that does not answer is an error now rather than with the first run's files.
    pub async fn open(&self, data_dir: &Path) -> anyhow::Result<Objects> {
        let usual = || Place::Folder(data_dir.to_owned());
        let objects = open(&self.objects.clone().unwrap_or_else(usual))?;
        let place = objects.place();
        objects
            .check()
            .await
            .with_context(|| format!("cannot use {place} for pictures and artifacts"))?;
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
