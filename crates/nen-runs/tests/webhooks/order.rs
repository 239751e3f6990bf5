use axum::{http::StatusCode, response::IntoResponse};
use nen_protocol::workflow::WebhookDelivery;

use crate::{
    owner::{Owner, until},
    receiver::Receiver,
};

#[tokio::test]
async fn the_final_one_comes_after_processing_also_when_that_fails_first() {
    let owner = Owner::new().await;
    let mut receiver = Receiver::answering(&[500, 503, 200]).await;
    let run = owner.begin(&receiver.url()).await;
    owner.end(&run).await;
    let _sender = owner.sender();
    let mut said = Vec::new();
    for _ in 0..4 {
        said.push(
            receiver.next().await.json()["status"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    assert_eq!(said, ["processing", "processing", "processing", "success"]);
}

#[tokio::test]
async fn the_final_one_comes_after_processing_is_given_up() {
    let owner = Owner::new().await;
    let mut receiver = Receiver::answering(&[410, 200]).await;
    let run = owner.begin(&receiver.url()).await;
    owner.end(&run).await;
    let _sender = owner.sender();
    assert_eq!(receiver.next().await.json()["status"], "processing");
    assert_eq!(receiver.next().await.json()["status"], "success");
    let states = until(async || {
        let webhooks = owner.webhooks(&run).await;
        let states: Vec<_> = webhooks
            .iter()
            .map(|(webhook, _)| webhook.delivery)
            .collect();
        (!states.contains(&WebhookDelivery::Pending)).then_some(states)
    });
    assert_eq!(
        states.await,
        [WebhookDelivery::Failed, WebhookDelivery::Delivered]
    );
}

/// More webhooks wait for one that hangs than are held at once for it.
#[tokio::test]
async fn a_receiver_that_hangs_keeps_no_other_waiting() {
    let owner = Owner::new().await;
    let hanging = Receiver::start(|_, _| std::future::pending()).await;
    for _ in 0..600 {
        owner.begin(&hanging.url()).await;
    }
    let mut healthy = Receiver::start(|_, _| async { StatusCode::OK.into_response() }).await;
    let run = owner.begin(&healthy.url()).await;
    let _sender = owner.sender();
    assert_eq!(healthy.next().await.json()["message_id"], run.as_str());
}
