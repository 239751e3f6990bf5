use std::fs::DirBuilder;
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path as File, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::signer::{Method, Signer};
use object_store::{
    BackoffConfig, ClientOptions, Error, GetOptions, GetRange, ObjectMeta, ObjectStore,
    ObjectStoreExt as _, RetryConfig,
};
use url::Url;

use crate::{ObjectsError, Place, upload};

/// How long is tried to keep what must be kept, over what goes wrong meanwhile.
const SURELY: Duration = Duration::from_secs(180);

/// The same for what may get lost.
const IF_POSSIBLE: Duration = Duration::from_secs(10);

/// Time for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// Time without a byte of an answer after which a request is given up; a piece has to be sent within it.
const SILENCE: Duration = Duration::from_secs(60);

/// How much is done for what is to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is on the disk, or in the store, when the call returns; an outage of minutes is waited out.
    Surely,
    /// It may be lost by a power cut or an outage.
    IfPossible,
}

/// Something that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Bytes.
    pub size: u64,
    /// A strong `ETag`, with its quotes.
    pub tag: String,
    /// Unix seconds.
    pub modified: i64,
}

/// Its bytes, or a part of them, as they come.
pub type Content = BoxStream<'static, Result<Bytes, ObjectsError>>;

/// The place for objects. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Objects(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    place: Place,
    surely: Arc<dyn ObjectStore>,
    if_possible: Arc<dyn ObjectStore>,
    /// What makes links, and the folder that its names begin with.
    signer: Option<(Arc<dyn Signer>, Path)>,
}

impl Objects {
    /// Opens a place. For a store of a provider the settings, by the names of the environment, say who this is and where it
    /// is: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT`, `AWS_ALLOW_HTTP` and others of S3's own
    /// tools; `GOOGLE_APPLICATION_CREDENTIALS`; `AZURE_STORAGE_ACCOUNT_NAME`, `AZURE_STORAGE_ACCOUNT_KEY`. On a provider's own
    /// machines the machine's role is enough. Nothing is asked of the store yet, see [`Self::check`].
    ///
    /// # Errors
    /// When the folder cannot be made, or the settings make no sense.
    pub fn open(place: Place, settings: &[(String, String)]) -> Result<Self, ObjectsError> {
        let inner = match &place {
            Place::Folder(folder) => Inner::of_folder(place.clone(), folder)?,
            Place::S3(bucket, folder) => Inner::of(place.clone(), folder, |patience| {
                let store = AmazonS3Builder::new().with_client_options(options());
                let store = configured(store, "AWS_", settings, AmazonS3Builder::with_config);
                store
                    .with_bucket_name(bucket)
                    .with_retry(retry(patience))
                    .build()
            })?,
            Place::Google(bucket, folder) => Inner::of(place.clone(), folder, |patience| {
                let store = GoogleCloudStorageBuilder::new().with_client_options(options());
                let with = GoogleCloudStorageBuilder::with_config;
                let store = configured(store, "GOOGLE_", settings, with);
                store
                    .with_bucket_name(bucket)
                    .with_retry(retry(patience))
                    .build()
            })?,
            Place::Azure(container, folder) => Inner::of(place.clone(), folder, |patience| {
                let store = MicrosoftAzureBuilder::new().with_client_options(options());
                let with = MicrosoftAzureBuilder::with_config;
                let store = configured(store, "AZURE_", settings, with);
                store
                    .with_container_name(container)
                    .with_retry(retry(patience))
                    .build()
            })?,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// Asks the store for something that is not there, which shows that it answers and knows us.
    ///
    /// # Errors
    /// `Store`.
    pub async fn check(&self) -> Result<(), ObjectsError> {
        match self.0.if_possible.head(&Path::from("nen-check")).await {
            Ok(_) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps bytes under a name. Something of the same name is replaced.
    ///
    /// # Errors
    /// `Store`, `File`.
    pub async fn put(&self, name: &str, bytes: Bytes, kept: Kept) -> Result<(), ObjectsError> {
        self.make_folder_of(name).await?;
        let store = self.0.store(kept);
        store.put(&Path::from(name), bytes.into()).await?;
        Ok(())
    }

    /// Keeps a file under a name, for sure. It is read piece by piece, and its name is there only when all of it is.
    ///
    /// # Errors
    /// `Store`, `File`.
    pub async fn put_file(&self, name: &str, file: &File) -> Result<(), ObjectsError> {
        self.make_folder_of(name).await?;
        upload::file(&*self.0.surely, &Path::from(name), file).await
    }

    /// What is under a name. None: nothing.
    ///
    /// # Errors
    /// `Store`.
    pub async fn find(&self, name: &str) -> Result<Option<Found>, ObjectsError> {
        match self.0.if_possible.head(&Path::from(name)).await {
            Ok(meta) => Ok(Some(found(&meta))),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What is under a name and its bytes, or those of a part that is within it. None: nothing.
    ///
    /// # Errors
    /// `Store`; the bytes may fail later.
    pub async fn read(
        &self,
        name: &str,
        part: Option<Range<u64>>,
    ) -> Result<Option<(Found, Content)>, ObjectsError> {
        let options = GetOptions {
            range: part.map(GetRange::Bounded),
            ..GetOptions::default()
        };
        match self
            .0
            .if_possible
            .get_opts(&Path::from(name), options)
            .await
        {
            Ok(got) => {
                let found = found(&got.meta);
                Ok(Some((found, got.into_stream().map_err(Into::into).boxed())))
            }
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// All bytes of something small. None: nothing is there.
    ///
    /// # Errors
    /// `Store`.
    pub async fn bytes(&self, name: &str) -> Result<Option<Bytes>, ObjectsError> {
        match self.0.if_possible.get(&Path::from(name)).await {
            Ok(got) => Ok(Some(got.bytes().await?)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Names and sizes of what is below a folder, in no order.
    ///
    /// # Errors
    /// `Store`.
    pub async fn below(&self, folder: &str) -> Result<Vec<(String, u64)>, ObjectsError> {
        let list = self.0.if_possible.list(Some(&Path::from(folder)));
        let named = list.map_ok(|meta| (meta.location.to_string(), meta.size));
        Ok(named.try_collect().await?)
    }

    /// Names of the folders in a folder, without what is before them.
    ///
    /// # Errors
    /// `Store`.
    pub async fn folders(&self, folder: &str) -> Result<Vec<String>, ObjectsError> {
        let folder = Path::from(folder);
        let found = self
            .0
            .if_possible
            .list_with_delimiter(Some(&folder))
            .await?;
        let names = found.common_prefixes.iter();
        let names = names.filter_map(|path| Some(path.filename()?.to_owned()));
        Ok(names.collect())
    }

    /// Removes what is under a name. Fine when nothing is.
    ///
    /// # Errors
    /// `Store`.
    pub async fn remove(&self, name: &str) -> Result<(), ObjectsError> {
        match self.0.if_possible.delete(&Path::from(name)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes everything below a folder, many at once where the store can.
    ///
    /// # Errors
    /// `Store`; some of it may be gone then.
    pub async fn remove_below(&self, folder: &str) -> Result<(), ObjectsError> {
        let store = &self.0.if_possible;
        let names = store.list(Some(&Path::from(folder)));
        let names = names.map_ok(|meta| meta.location).boxed();
        let mut removed = store.delete_stream(names);
        while let Some(done) = removed.next().await {
            match done {
                Ok(_) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// A link by which anybody gets what is under a name from the store itself, for this long. None: the place makes none.
    ///
    /// # Errors
    /// `Store`, when who this is cannot be found out.
    pub async fn link(&self, name: &str, lasts: Duration) -> Result<Option<Url>, ObjectsError> {
        let Some((signer, folder)) = &self.0.signer else {
            return Ok(None);
        };
        let path: Path = folder.parts().chain(Path::from(name).parts()).collect();
        let method = Method::GET;
        Ok(Some(signer.signed_url(method, &path, lasts).await?))
    }

    /// What was on screens is for the server alone: folders of ours are nobody else's.
    async fn make_folder_of(&self, name: &str) -> Result<(), ObjectsError> {
        let Place::Folder(root) = &self.0.place else {
            return Ok(());
        };
        let folder = root.join(name).parent().map(PathBuf::from);
        let Some(folder) = folder else { return Ok(()) };
        if tokio::fs::try_exists(&folder).await.unwrap_or(false) {
            return Ok(());
        }
        make(&folder)
    }
}

impl Inner {
    fn of_folder(place: Place, folder: &File) -> Result<Self, ObjectsError> {
        make(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(ObjectsError::Setup)?;
        let store = store.with_automatic_cleanup(true);
        Ok(Self {
            surely: Arc::new(store.clone().with_fsync(true)),
            if_possible: Arc::new(store),
            signer: None,
            place,
        })
    }

    fn of<S: ObjectStore + Signer>(
        place: Place,
        folder: &str,
        build: impl Fn(Duration) -> object_store::Result<S>,
    ) -> Result<Self, ObjectsError> {
        // The library's client takes what the process has; that another part of it has set the same is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let patient = Arc::new(build(SURELY).map_err(ObjectsError::Setup)?);
        let hasty = build(IF_POSSIBLE).map_err(ObjectsError::Setup)?;
        let folder = Path::from(folder);
        Ok(Self {
            surely: Arc::new(PrefixStore::new(
                Arc::clone(&patient) as Arc<dyn ObjectStore>,
                folder.clone(),
            )),
            if_possible: Arc::new(PrefixStore::new(hasty, folder.clone())),
            signer: Some((patient, folder)),
            place,
        })
    }

    fn store(&self, kept: Kept) -> &dyn ObjectStore {
        match kept {
            Kept::Surely => &*self.surely,
            Kept::IfPossible => &*self.if_possible,
        }
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
        backoff: BackoffConfig::default(),
        max_retries: 20,
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

fn found(meta: &ObjectMeta) -> Found {
    let modified = meta.last_modified;
    let made_up = || format!("\"{:x}-{:x}\"", meta.size, modified.timestamp_micros());
    let tag = meta.e_tag.clone().filter(|tag| tag.len() > 2);
    Found {
        size: meta.size,
        tag: match tag {
            Some(tag) if tag.starts_with('"') => tag,
            Some(tag) => format!("\"{tag}\""),
            None => made_up(),
        },
        modified: modified.timestamp(),
    }
}

fn make(folder: &File) -> Result<(), ObjectsError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(ObjectsError::file("make a folder for objects"))
}
