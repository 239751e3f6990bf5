use std::{sync::Arc, time::Duration};

use axum::{http::StatusCode, response::IntoResponse};
use nen_protocol::workflow::WebhookDelivery;
use tokio::sync::Semaphore;

use crate::{
    owner::{Owner, quick},
    receiver::Receiver,
};

/// One that answers when it is allowed to.
async fn held_back() -> (Receiver, Arc<Semaphore>) {
    let allowed = Arc::new(Semaphore::new(0));
    let allow = allowed.clone();
    let receiver = Receiver::start(move |_, _| {
        let allowed = allowed.clone();
        async move {
            allowed.acquire().await.unwrap().forget();
            StatusCode::OK.into_response()
        }
    });
    (receiver.await, allow)
}

#[tokio::test]
async fn what_a_killed_sender_had_sent_and_not_noted_comes_again_under_the_same_id() {
    let owner = Owner::new().await;
    let (mut receiver, allow) = held_back().await;
    let run = owner.begin(&receiver.url()).await;
    let killed = owner.sender();
    let first = receiver.next().await;
    drop(killed);
    allow.add_permits(10);

    let store = owner.second_store(Duration::from_secs(40)).await;
    let other = owner.begin(&receiver.url()).await;
    let early = owner.sender_on(store, &quick());
    assert_eq!(receiver.next().await.json()["message_id"], other.as_str());
    early.stop().await;
    assert_eq!(receiver.rest().len(), 0, "the lock holds");

    let store = owner.second_store(Duration::from_secs(61)).await;
    let _next = owner.sender_on(store, &quick());
    let second = receiver.next().await;
    assert_eq!((first.id(), first.body), (second.id(), second.body));
    let (webhook, attempts) = owner.settled(&run).await;
    assert_eq!(
        (webhook.delivery, attempts.len()),
        (WebhookDelivery::Delivered, 1)
    );
}

#[tokio::test]
async fn the_only_server_on_a_database_need_not_wait_for_the_lock_of_its_predecessor() {
    let owner = Owner::new().await;
    let (mut receiver, allow) = held_back().await;
    owner.begin(&receiver.url()).await;
    let killed = owner.sender();
    let first = receiver.next().await;
    drop(killed);
    allow.add_permits(10);
    owner.store.webhooks().release().await.unwrap();
    let _next = owner.sender();
    assert_eq!(receiver.next().await.id(), first.id());
}

#[tokio::test]
async fn a_running_attempt_may_end_before_the_sender_stops() {
    let owner = Owner::new().await;
    let (mut receiver, allow) = held_back().await;
    let run = owner.begin(&receiver.url()).await;
    let sender = owner.sender();
    receiver.next().await;
    let stop = tokio::spawn(async move { sender.stop().await });
    allow.add_permits(1);
    stop.await.unwrap();
    let (webhook, attempts) = owner.webhooks(&run).await.remove(0);
    assert_eq!(
        (webhook.delivery, attempts.len()),
        (WebhookDelivery::Delivered, 1)
    );
}

/// Eight of these are being sent, the others wait, and none is answered.
#[tokio::test]
async fn what_was_not_answered_before_the_sender_stopped_is_the_next_one_s_at_once() {
    let owner = Owner::new().await;
    let (mut receiver, allow) = held_back().await;
    for _ in 0..20 {
        owner.begin(&receiver.url()).await;
    }
    let sender = owner.sender();
    for _ in 0..8 {
        receiver.next().await;
    }
    sender.stop().await;
    assert_eq!(receiver.rest().len(), 0, "nothing new was begun");

    allow.add_permits(100);
    let _next = owner.sender();
    for _ in 0..20 {
        receiver.next().await;
    }
}
