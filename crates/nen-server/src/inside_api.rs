//! The API as the MCP tools of this server reach it: the same routes, called within the process.

use crate::doer::AskedFrom;
use crate::door::ClientAddress;
use crate::trace::TRACEPARENT;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Request, Response, header};
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use nen_mcp::{Api, ApiError};
use std::error::Error;
use tower::ServiceExt;

/// What goes along of the request that a call was made by: the key, in either header, the place that was asked, which
/// links in answers are made from, the request's id, and its trace. Key and place were checked on its way in, and are checked again.
static PASSED: [HeaderName; 5] = [
    header::AUTHORIZATION,
    HeaderName::from_static("x-api-key"),
    header::HOST,
    HeaderName::from_static("x-request-id"),
    TRACEPARENT,
];

/// Everything that a caller with a key can ask of this server, and everything that stands before it. MCP is not part of
/// it.
#[derive(Debug, Clone)]
pub(crate) struct InsideApi(pub(crate) Router);

impl InsideApi {
    /// The API as the sender of these headers has it.
    pub(crate) fn of(&self, headers: &HeaderMap, from: Option<ClientAddress>) -> InsideApiOf {
        let passed = PASSED.iter().filter_map(|name| {
            let value = headers.get(name)?;
            Some((name.clone(), value.clone()))
        });
        InsideApiOf {
            router: self.0.clone(),
            headers: passed.collect(),
            from: from.map(AskedFrom),
        }
    }
}

/// The API with a caller's key.
#[derive(Debug)]
pub(crate) struct InsideApiOf {
    router: Router,
    headers: HeaderMap,
    from: Option<AskedFrom>,
}

impl Api for InsideApiOf {
    fn send(
        &self,
        request: Request<Bytes>,
        most: usize,
    ) -> BoxFuture<'_, Result<Response<Bytes>, ApiError>> {
        async move {
            let mut request = request.map(Body::from);
            request.headers_mut().extend(self.headers.clone());
            if let Some(from) = self.from {
                request.extensions_mut().insert(from);
            }
            let Ok(response) = self.router.clone().oneshot(request).await;
            let (parts, body) = response.into_parts();
            match Limited::new(body, most).collect().await {
                Ok(body) => Ok(Response::from_parts(parts, body.to_bytes())),
                Err(error) if is_length_limit(&*error) => Err(ApiError::TooLarge(most)),
                Err(_) => Err(ApiError::Unreachable(
                    "the answer broke off on its way".to_owned(),
                )),
            }
        }
        .boxed()
    }
}

fn is_length_limit(error: &(dyn Error + Send + Sync + 'static)) -> bool {
    error.is::<LengthLimitError>()
        || error
            .source()
            .is_some_and(|cause| cause.is::<LengthLimitError>())
}
