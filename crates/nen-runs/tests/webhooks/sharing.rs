use std::{collections::BTreeMap, time::Duration};

use nen_protocol::workflow::WebhookDelivery;

use crate::{
    owner::{Owner, quick, until},
    receiver::Receiver,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_senders_on_one_database_deliver_each_once() {
    let owner = Owner::new().await;
    let mut receiver = Receiver::answering(&[200]).await;
    let mut runs = Vec::new();
    for _ in 0..60 {
        let run = owner.begin(&receiver.url()).await;
        owner.end(&run).await;
        runs.push(run);
    }
    let one = owner.sender();
    let store = owner.second_store(Duration::ZERO).await;
    let two = owner.sender_on(store.clone(), &quick());
    for run in &runs {
        until(async || {
            let webhooks = owner.webhooks(run).await;
            let done = |(webhook, _): &(nen_store::WebhookRow, _)| {
                webhook.delivery == WebhookDelivery::Delivered
            };
            webhooks.iter().all(done).then_some(())
        })
        .await;
    }
    one.stop().await;
    two.stop().await;
    let mut times = BTreeMap::new();
    for received in receiver.rest() {
        *times.entry(received.id()).or_insert(0) += 1;
    }
    assert_eq!(times.len(), 120);
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    for run in &runs {
        for (_, attempts) in owner.webhooks(run).await {
            assert_eq!(attempts.len(), 1);
        }
    }
}

#[tokio::test]
async fn a_webhook_stored_while_the_sender_rests_goes_out_when_it_is_woken() {
    let owner = Owner::new().await;
    let mut receiver = Receiver::answering(&[200]).await;
    let first = owner.begin(&receiver.url()).await;
    let sender = owner.sender();
    assert_eq!(receiver.next().await.json()["message_id"], first.as_str());
    owner.settled(&first).await;
    let second = owner.begin(&receiver.url()).await;
    sender.wake();
    assert_eq!(receiver.next().await.json()["message_id"], second.as_str());
}
