//! What a worker counts, on an address of its own for Prometheus. A worker has no other HTTP.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context;
use axum::{Router, extract::State, http::header, routing::get};
use nen_runs::Runs;
use nen_server::{METRICS_CONTENT_TYPE, metrics_text};
use prometheus_client::registry::Registry;
use tokio::{net::TcpListener, task::JoinHandle};

/// Answers `GET /metrics` to whoever reaches the address, until the task is aborted.
pub async fn serve(address: SocketAddr, runs: &Runs) -> anyhow::Result<JoinHandle<()>> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} (--metrics-listen)"))?;
    let mut registry = Registry::with_prefix("nen");
    runs.register_metrics(&mut registry);
    let router = Router::new()
        .route("/metrics", get(metrics))
        .with_state(Arc::new(registry));
    tracing::info!(address = %listener.local_addr()?, "Metrics are shown");
    Ok(tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "Metrics are not shown any more");
        }
    }))
}

async fn metrics(
    State(registry): State<Arc<Registry>>,
) -> ([(header::HeaderName, &'static str); 1], String) {
    let headers = [(header::CONTENT_TYPE, METRICS_CONTENT_TYPE)];
    // To write into a string does not fail.
    (headers, metrics_text(&[&registry]).unwrap_or_default())
}
