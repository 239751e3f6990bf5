use hmac::{Hmac, Mac};
use sha2::Sha256;
use standardwebhooks::Webhook;

use crate::{
    owner::{Owner, SECRET},
    receiver::{Received, Receiver},
};

/// As a documented receiver of Nen does it: HMAC of the raw body with the secret's text.
fn nen_s_own(received: &Received, secret: &str) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(&received.body);
    let hex: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    received.header("x-hmac-signature") == format!("sha256={hex}")
}

fn standard(received: &Received, secret: &str) -> bool {
    let webhook = Webhook::new(secret).unwrap();
    webhook.verify(&received.body, &received.headers).is_ok()
}

#[tokio::test]
async fn what_arrives_is_what_was_stored_and_both_signatures_hold() {
    let owner = Owner::new().await;
    let mut receiver = Receiver::answering(&[200]).await;
    let run = owner.begin(&receiver.url()).await;
    owner.end(&run).await;
    let sender = owner.sender();
    let got = [receiver.next().await, receiver.next().await];
    sender.stop().await;

    let stored = owner.webhooks(&run).await;
    assert_eq!(stored.len(), 2);
    for (received, (webhook, attempts)) in got.iter().zip(&stored) {
        assert_eq!(received.body, webhook.body.as_bytes());
        assert_eq!(received.id(), webhook.id);
        assert_eq!(received.path, "/hook");
        assert_eq!(received.header("content-type"), "application/json");
        let agent = format!("Nen/{}", env!("CARGO_PKG_VERSION"));
        assert_eq!(received.header("user-agent"), agent);
        assert!(nen_s_own(received, SECRET), "X-Hmac-Signature");
        assert!(standard(received, SECRET), "webhook-signature");
        assert!(
            !standard(received, "whsec_b3RoZXI="),
            "another secret does not do"
        );
        assert_eq!(attempts.len(), 1);
        assert_eq!(
            (attempts[0].status_code, &attempts[0].error),
            (Some(200), &None)
        );
    }
    assert_eq!(receiver.rest().len(), 0, "each came once");
}

#[tokio::test]
async fn after_a_rotation_receivers_with_either_secret_are_served() {
    const NEW: &str = "whsec_bmV3IHNlY3JldCBvZiB0aGUgd29ya3NwYWNl";
    let owner = Owner::new().await;
    *owner.secrets.0.lock().unwrap() = vec![NEW, SECRET];
    let mut receiver = Receiver::answering(&[200]).await;
    owner.begin(&receiver.url()).await;
    let sender = owner.sender();
    let received = receiver.next().await;
    assert!(standard(&received, NEW) && standard(&received, SECRET));
    assert!(
        nen_s_own(&received, NEW),
        "there is room for one: the newest"
    );

    *owner.secrets.0.lock().unwrap() = vec![NEW];
    owner.begin(&receiver.url()).await;
    sender.wake();
    let received = receiver.next().await;
    assert!(standard(&received, NEW) && !standard(&received, SECRET));
}

#[tokio::test]
async fn nothing_goes_out_unsigned() {
    let owner = Owner::new().await;
    owner.secrets.0.lock().unwrap().clear();
    let mut receiver = Receiver::answering(&[200]).await;
    let run = owner.begin(&receiver.url()).await;
    let _sender = owner.sender();
    let (_, attempts) = owner.tried(&run).await;
    let error = attempts[0].error.as_deref().unwrap();
    assert!(
        error.starts_with("the workspace has no webhook secret"),
        "{error}"
    );
    assert_eq!(receiver.rest().len(), 0);
    *owner.secrets.0.lock().unwrap() = vec![SECRET];
    assert!(
        standard(&receiver.next().await, SECRET),
        "it comes once there is one"
    );
}
