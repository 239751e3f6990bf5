//! What replays of desktops and of runs are asked for with, and how they are answered.

use crate::error::ApiError;
use crate::replay::{Animation, Gathered, animate};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use nen_protocol::replay::Replay;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// How pictures come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Images {
    /// As paths on this server.
    Links,
    /// As `data:` URLs, for a trajectory to keep.
    Inline,
}

/// Parameters of a replay.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReplayQuery {
    /// How pictures come: `links` when left out, or `inline`.
    #[param(inline)]
    images: Option<Images>,
}

impl ReplayQuery {
    pub(crate) async fn answer(self, gathered: Gathered) -> Result<Replay, ApiError> {
        match self.images {
            Some(Images::Inline) => gathered.inlined().await,
            Some(Images::Links) | None => Ok(gathered.replay),
        }
    }
}

/// Parameters of an animation.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AnimationQuery {
    /// How many times faster than it was, 1 to 100; 4 when left out.
    #[param(minimum = 1, maximum = 100)]
    speed: Option<f64>,
}

impl AnimationQuery {
    pub(crate) fn speed(&self) -> Result<f64, ApiError> {
        let speed = self.speed.unwrap_or(4.0);
        if !(1.0..=100.0).contains(&speed) {
            return Err(ApiError::bad_request(format!(
                "speed must be 1 to 100, not {speed}"
            )));
        }
        Ok(speed)
    }

    pub(crate) async fn answer(
        gathered: Gathered,
        speed: f64,
        name: &str,
    ) -> Result<Response, ApiError> {
        let webp = animate(Animation::of(&gathered, speed)).await?;
        let mut response = webp.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/webp"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(value) = HeaderValue::from_str(&format!("inline; filename=\"{name}.webp\"")) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        Ok(response)
    }
}
