use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::{net::TcpListener, sync::mpsc, time::timeout};

/// What came in, to the byte.
#[derive(Debug, Clone)]
pub struct Received {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .unwrap_or_else(|| panic!("no {name}"))
            .to_str()
            .unwrap()
    }

    pub fn id(&self) -> String {
        self.header("webhook-id").to_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A server that tells the test of each request before it answers.
pub struct Receiver {
    pub address: String,
    requests: mpsc::UnboundedReceiver<Received>,
}

impl Receiver {
    /// `answer` is given the number of the request, from 0.
    pub async fn start<A>(answer: impl Fn(usize, Received) -> A + Send + Sync + 'static) -> Self
    where
        A: Future<Output = Response> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (tell, requests) = mpsc::unbounded_channel();
        let count = AtomicUsize::new(0);
        let answer = Arc::new(move |received: Received| {
            // The test may have ended.
            let _ = tell.send(received.clone());
            let answer = answer(count.fetch_add(1, Ordering::SeqCst), received);
            Box::pin(answer) as BoxFuture<'static, Response>
        });
        let take = move |uri: Uri, headers: HeaderMap, body: Bytes| {
            answer(Received {
                path: uri.path().to_owned(),
                headers,
                body,
            })
        };
        let service = Router::new().fallback(take);
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self { address, requests }
    }

    /// One that answers these statuses in turn, the last one for ever.
    pub async fn answering(statuses: &'static [u16]) -> Self {
        Self::start(move |number, _| async move {
            let status = statuses[number.min(statuses.len() - 1)];
            StatusCode::from_u16(status).unwrap().into_response()
        })
        .await
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The next request.
    pub async fn next(&mut self) -> Received {
        let next = timeout(Duration::from_secs(20), self.requests.recv()).await;
        next.expect("a request in time").expect("the receiver runs")
    }

    /// What has come in and was not asked for.
    pub fn rest(&mut self) -> Vec<Received> {
        std::iter::from_fn(|| self.requests.try_recv().ok()).collect()
    }
}
