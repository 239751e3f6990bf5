use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    http::{StatusCode, header::LOCATION, header::RETRY_AFTER},
    response::IntoResponse,
};
use futures_util::future::BoxFuture;
use nen_protocol::workflow::WebhookDelivery;
use nen_runs::webhooks::{Secrets, SecretsError, Sender, SenderConfig};
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::{
    owner::{Owner, SECRET, quick},
    receiver::Receiver,
};

#[tokio::test]
async fn a_failing_receiver_gets_it_again_under_the_same_id() {
    let owner = Owner::new().await;
    let mut receiver = Receiver::answering(&[500, 404, 200]).await;
    let run = owner.begin(&receiver.url()).await;
    let _sender = owner.sender();
    let (webhook, attempts) = owner.settled(&run).await;
    assert_eq!(webhook.delivery, WebhookDelivery::Delivered);
    let errors: Vec<_> = attempts.iter().map(|row| row.error.as_deref()).collect();
    let (first, second) = ("the receiver answered 500", "the receiver answered 404");
    assert_eq!(errors, [Some(first), Some(second), None]);
    let codes: Vec<_> = attempts.iter().map(|row| row.status_code).collect();
    assert_eq!(codes, [Some(500), Some(404), Some(200)]);
    for _ in 0..3 {
        assert_eq!(receiver.next().await.id(), webhook.id);
    }
}

#[tokio::test]
async fn after_eight_attempts_it_is_given_up_and_can_be_sent_again() {
    let owner = Owner::new().await;
    let mut receiver = Receiver::answering(&[500, 500, 500, 500, 500, 500, 500, 500, 200]).await;
    let run = owner.begin(&receiver.url()).await;
    let config = SenderConfig {
        delay_factor: 0.0,
        ..quick()
    };
    let sender = owner.sender_on(owner.store.clone(), &config);
    let (webhook, attempts) = owner.settled(&run).await;
    assert_eq!(
        (webhook.delivery, attempts.len()),
        (WebhookDelivery::Failed, 8)
    );
    assert_eq!(receiver.rest().len(), 8);

    assert!(
        owner
            .store
            .webhooks()
            .send_again(&run, &webhook.id)
            .await
            .unwrap()
    );
    sender.wake();
    assert_eq!(receiver.next().await.id(), webhook.id);
    let (again, attempts) = owner.settled(&run).await;
    assert_eq!(
        (again.delivery, attempts.len()),
        (WebhookDelivery::Delivered, 9)
    );
}

#[tokio::test]
async fn what_was_delivered_can_be_sent_again() {
    let owner = Owner::new().await;
    let mut receiver = Receiver::answering(&[200]).await;
    let run = owner.begin(&receiver.url()).await;
    let sender = owner.sender();
    let first = receiver.next().await;
    let (webhook, _) = owner.settled(&run).await;
    assert!(
        owner
            .store
            .webhooks()
            .send_again(&run, &webhook.id)
            .await
            .unwrap()
    );
    sender.wake();
    let second = receiver.next().await;
    assert_eq!((first.id(), first.body), (second.id(), second.body));
}

/// Falls over the first time it is asked.
struct Clumsy(AtomicBool);

impl Secrets for Clumsy {
    fn valid<'a>(
        &'a self,
        _workspace_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<SecretString>, SecretsError>> {
        assert!(self.0.swap(true, Ordering::SeqCst), "the first time");
        Box::pin(std::future::ready(Ok(vec![SecretString::from(
            SECRET.to_owned(),
        )])))
    }
}

#[tokio::test]
async fn a_fault_in_one_attempt_is_noted_and_stops_nothing() {
    let owner = Owner::new().await;
    let mut receiver = Receiver::answering(&[200]).await;
    let run = owner.begin(&receiver.url()).await;
    let secrets = Arc::new(Clumsy(AtomicBool::new(false)));
    let _sender = Sender::start(owner.store.clone(), secrets, &quick()).unwrap();
    let (webhook, attempts) = owner.settled(&run).await;
    assert_eq!(
        (webhook.delivery, attempts.len()),
        (WebhookDelivery::Delivered, 2)
    );
    let error = attempts[0].error.as_deref();
    assert_eq!(
        error,
        Some("the server failed while it was sending: see its log")
    );
    assert_eq!(receiver.next().await.id(), webhook.id);
}

#[tokio::test]
async fn who_is_gone_is_not_asked_again() {
    let owner = Owner::new().await;
    let mut receiver = Receiver::answering(&[410, 200]).await;
    let run = owner.begin(&receiver.url()).await;
    let _sender = owner.sender();
    let (webhook, attempts) = owner.settled(&run).await;
    assert_eq!(
        (webhook.delivery, attempts.len()),
        (WebhookDelivery::Failed, 1)
    );
    let error = attempts[0].error.as_deref();
    assert_eq!(error, Some("the receiver answered 410: it wants no more"));
    assert_eq!(receiver.rest().len(), 1);
}

#[tokio::test]
async fn who_is_busy_is_left_alone_as_long_as_it_asks() {
    let owner = Owner::new().await;
    let receiver = Receiver::start(|_, _| async {
        (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "600")]).into_response()
    })
    .await;
    let run = owner.begin(&receiver.url()).await;
    let _sender = owner.sender();
    let (webhook, attempts) = owner.tried(&run).await;
    let asked = webhook.next_ms - attempts[0].at_ms;
    assert!((600_000..660_000).contains(&asked), "{asked} ms");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_says_so() {
    let owner = Owner::new().await;
    let mut other = Receiver::answering(&[200]).await;
    let to = other.url();
    let receiver = Receiver::start(move |_, _| {
        std::future::ready((StatusCode::FOUND, [(LOCATION, to.clone())]).into_response())
    })
    .await;
    let run = owner.begin(&receiver.url()).await;
    let sender = owner.sender();
    let (_, attempts) = owner.tried(&run).await;
    assert_eq!(attempts[0].status_code, Some(302));
    let error = attempts[0].error.as_deref().unwrap();
    assert!(
        error.starts_with("the receiver answered 302, a redirect"),
        "{error}"
    );
    sender.stop().await;
    assert_eq!(other.rest().len(), 0, "the other server got nothing");
}

#[tokio::test]
async fn a_receiver_that_never_answers_is_not_waited_for() {
    let owner = Owner::new().await;
    let receiver = Receiver::start(|_, _| std::future::pending()).await;
    let run = owner.begin(&receiver.url()).await;
    let config = SenderConfig {
        answer_timeout: Duration::from_millis(300),
        ..quick()
    };
    let _sender = owner.sender_on(owner.store.clone(), &config);
    let (_, attempts) = owner.tried(&run).await;
    assert_eq!(attempts[0].status_code, None);
    assert_eq!(attempts[0].error.as_deref(), Some("no answer within 0.3 s"));
}

#[tokio::test]
async fn a_receiver_that_is_down_gets_it_when_it_is_back() {
    let owner = Owner::new().await;
    let place = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = place.local_addr().unwrap();
    drop(place);
    let run = owner.begin(&format!("http://{address}/")).await;
    let _sender = owner.sender();
    let (webhook, attempts) = owner.tried(&run).await;
    let error = attempts[0].error.as_deref();
    assert_eq!(error, Some("127.0.0.1 refuses connections on this port"));
    let back = TcpListener::bind(address).await.unwrap();
    let service = axum::Router::new().fallback(|| async { StatusCode::NO_CONTENT });
    tokio::spawn(async move { axum::serve(back, service).await.unwrap() });
    let (settled, attempts) = owner.settled(&run).await;
    assert_eq!(
        (&settled.id, settled.delivery),
        (&webhook.id, WebhookDelivery::Delivered)
    );
    assert_eq!(attempts.last().unwrap().status_code, Some(204));
}

#[tokio::test]
async fn a_receiver_without_tls_is_not_spoken_to_in_the_clear() {
    let owner = Owner::new().await;
    let mut receiver = Receiver::answering(&[200]).await;
    let run = owner.begin(&format!("https://{}/", receiver.address)).await;
    let _sender = owner.sender();
    let (_, attempts) = owner.tried(&run).await;
    let error = attempts[0].error.as_deref().unwrap();
    assert!(
        error.starts_with("no secure connection to 127.0.0.1: "),
        "{error}"
    );
    assert_eq!(receiver.rest().len(), 0);
}
