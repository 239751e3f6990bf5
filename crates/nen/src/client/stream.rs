//! Answers that come line by line, for as long as the server has something to say.

use std::io::{BufRead, BufReader, Read};

use serde::de::DeserializeOwned;
use ureq::http::Method;

use super::{Client, ClientError};

/// What is read from a stream of JSON, one value per line.
pub struct Records<T> {
    lines: std::io::Lines<BufReader<Box<dyn Read + Send>>>,
    url: String,
    kind: std::marker::PhantomData<fn() -> T>,
}

impl<T> std::fmt::Debug for Records<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records").field("url", &self.url).finish()
    }
}

impl Client {
    /// `GET` that answers one JSON value per line, each given as soon as it is there.
    pub fn records<T: DeserializeOwned>(&self, path: &str) -> Result<Records<T>, ClientError> {
        let request = self
            .request(Method::GET, path)?
            .header("accept", "application/x-ndjson")
            .body(());
        let body = self.send(request, None)?.into_body();
        let reader: Box<dyn Read + Send> =
            Box::new(body.into_with_config().limit(u64::MAX).reader());
        Ok(Records {
            lines: BufReader::new(reader).lines(),
            url: self.base().to_owned(),
            kind: std::marker::PhantomData,
        })
    }
}

impl<T: DeserializeOwned> Iterator for Records<T> {
    type Item = Result<T, ClientError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = match self.lines.next()? {
                Ok(line) => line,
                Err(error) => {
                    return Some(Err(ClientError::Broken {
                        url: self.url.clone(),
                        reason: error.to_string(),
                    }));
                }
            };
            // Empty lines are how a server shows that it is still there.
            if !line.trim().is_empty() {
                return Some(
                    serde_json::from_str(&line).map_err(|error| ClientError::NotNen {
                        url: self.url.clone(),
                        reason: format!("a line of the stream cannot be read, {error}"),
                    }),
                );
            }
        }
    }
}
