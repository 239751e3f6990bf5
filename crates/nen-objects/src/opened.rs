//! From a place to the library's stores.

use std::path::Path as File;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::signer::Signer;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};

use crate::{ObjectsError, Place, folder};

/// How long is tried to keep what must be kept, over what goes wrong meanwhile.
const SURELY: Duration = Duration::from_secs(180);

/// The same for everything else.
pub(crate) const USUALLY: Duration = Duration::from_secs(10);

/// Time between two tries at most: an outage that ends is noticed soon.
const PAUSE: Duration = Duration::from_secs(5);

/// Time for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// Time without a byte of an answer after which a request is given up; a piece has to be sent within it.
const SILENCE: Duration = Duration::from_secs(60);

/// A place that is open.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) place: Place,
    /// For what may fail.
    pub(crate) store: Arc<dyn ObjectStore>,
    /// For what must be kept: it waits for minutes.
    pub(crate) patient: Arc<dyn ObjectStore>,
    /// What makes links, and the folder that its names begin with.
    pub(crate) signer: Option<(Arc<dyn Signer>, Path)>,
}

impl Opened {
    pub(crate) fn open(place: &Place, settings: &[(String, String)]) -> Result<Self, ObjectsError> {
        match place {
            Place::Folder(root) => Self::of_folder(place, root),
            Place::S3(bucket, folder) => Self::of(place, folder, |patience| {
                let store = AmazonS3Builder::new().with_client_options(options());
                let store = configured(store, "AWS_", settings, AmazonS3Builder::with_config);
                store
                    .with_bucket_name(bucket)
                    .with_retry(retry(patience))
                    .build()
            }),
            Place::Google(bucket, folder) => Self::of(place, folder, |patience| {
                let store = GoogleCloudStorageBuilder::new().with_client_options(options());
                let with = GoogleCloudStorageBuilder::with_config;
                let store = configured(store, "GOOGLE_", settings, with);
                store
                    .with_bucket_name(bucket)
                    .with_retry(retry(patience))
                    .build()
            }),
            Place::Azure(container, folder) => Self::of(place, folder, |patience| {
                let store = MicrosoftAzureBuilder::new().with_client_options(options());
                let with = MicrosoftAzureBuilder::with_config;
                let store = configured(store, "AZURE_", settings, with);
                store
                    .with_container_name(container)
                    .with_retry(retry(patience))
                    .build()
            }),
        }
    }

    fn of_folder(place: &Place, root: &File) -> Result<Self, ObjectsError> {
        folder::make(root)?;
        let store = LocalFileSystem::new_with_prefix(root).map_err(ObjectsError::Setup)?;
        let store = Arc::new(store) as Arc<dyn ObjectStore>;
        Ok(Self {
            patient: Arc::clone(&store),
            store,
            signer: None,
            place: place.clone(),
        })
    }

    fn of<S: ObjectStore + Signer>(
        place: &Place,
        folder: &str,
        build: impl Fn(Duration) -> object_store::Result<S>,
    ) -> Result<Self, ObjectsError> {
        // The library's client takes what the process has; that another part of it has set the same is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let usual = build(USUALLY).map_err(ObjectsError::Setup)?;
        let patient = Arc::new(build(SURELY).map_err(ObjectsError::Setup)?);
        let folder = Path::from(folder);
        let below = |store| Arc::new(PrefixStore::new(store, folder.clone()));
        Ok(Self {
            store: below(Arc::new(usual) as Arc<dyn ObjectStore>),
            patient: below(Arc::clone(&patient) as Arc<dyn ObjectStore>),
            signer: Some((patient, folder)),
            place: place.clone(),
        })
    }
}

/// A builder with those of the settings that are for its provider; what it does not know is somebody else's.
fn configured<B, K: FromStr>(
    builder: B,
    prefix: &str,
    settings: &[(String, String)],
    with: impl Fn(B, K, String) -> B,
) -> B {
    let ours = settings.iter().filter(|(name, _)| name.starts_with(prefix));
    ours.fold(builder, |builder, (name, value)| {
        match name.to_ascii_lowercase().parse() {
            Ok(key) => with(builder, key, value.clone()),
            Err(_) => builder,
        }
    })
}

fn retry(patience: Duration) -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            max_backoff: PAUSE,
            ..BackoffConfig::default()
        },
        // The time ends it, not the number.
        max_retries: usize::MAX,
        retry_timeout: patience,
    }
}

fn options() -> ClientOptions {
    ClientOptions::new()
        .with_connect_timeout(CONNECT)
        // A large file may take long, silence may not.
        .with_timeout_disabled()
        .with_read_timeout(SILENCE)
}
